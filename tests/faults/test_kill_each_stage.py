"""The real command, killed in each of its stages in turn and started again.

The kill comes from outside: the test waits until the log says that the stage has started.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.stages import all_stages

STAGES = [stage.name for stage in all_stages()]
INVENTED = Path(__file__).parents[1] / "data" / "invented"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    shutil.copytree(INVENTED, folder, dirs_exist_ok=True)
    text = (folder / "config.yaml").read_text()
    text += "quality: {draws: 20, gates: {effective_draws: 1, rhat: 100}}\n"  # quick
    for output in ("undisturbed", "killed"):
        (folder / f"{output}.yaml").write_text(text.replace("output: runs", f"output: {output}"))
    return folder


def start(folder, name):
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "run", str(folder / f"{name}.yaml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def finish(folder, name):
    started = start(folder, name)
    out, error = started.communicate(timeout=300)
    assert started.returncode == 0, error
    return out.splitlines()[-1]


def events(home):
    log = home / ".building" / "restricted" / "log.jsonl"
    lines = log.read_text().splitlines(keepends=True) if log.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def kill_in(folder, home, stage):
    """Start the run, and kill it as soon as its log says that ``stage`` has started."""
    n_before, until = len(events(home)), time.monotonic() + 120
    started = start(folder, "killed")
    while time.monotonic() < until and started.poll() is None:
        new = events(home)[n_before:]
        if any((each["event"], each.get("stage")) == ("stage_started", stage) for each in new):
            started.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    started.communicate(timeout=60)
    assert started.returncode == -signal.SIGKILL
    return events(home)[-1]


def test_killed_in_each_stage_ends_like_one_left_alone(folder, content, left_over):
    home = folder / "killed" / "small"
    for stage in STAGES:
        for _ in range(5):  # a stage may end between its start and our signal: then once more
            last = kill_in(folder, home, stage)
            if (last["event"], last["stage"]) == ("stage_started", stage):
                break
            (home / ".building" / ".stages" / f"{stage}.ok").unlink(missing_ok=True)
        else:
            pytest.fail(f"{stage} was never killed half way")
    resumed = home / finish(folder, "killed").rpartition("/")[2]
    whole = folder / "undisturbed" / "small" / finish(folder, "undisturbed").rpartition("/")[2]
    assert content(resumed) == content(whole)
    assert left_over(home) == []
    beside = {".lock", "latest", "status.json", "metrics.prom"}
    assert {path.name for path in home.iterdir()} == {*beside, resumed.name}
