"""``link status``: one line that says how a linkage stands, and changes nothing."""

import fcntl
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.main import main
from linkage.errors import Exit, Fault, StorageError
from linkage.operation import outcome
from linkage.operation.status import status_of
from linkage.runs.lock import hold


@pytest.fixture
def home(tmp_path):
    """Return the folder of a linkage in which one run was finished an hour ago."""
    folder = tmp_path / "runs" / "small"
    run = folder / "20260601T000000Z-1a2b3c4d"
    (run / "restricted").mkdir(parents=True)
    (run / "for_release").mkdir()
    ended = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    (run / "manifest.json").write_text(json.dumps({"finished": ended}))
    (run / "for_release" / "release-manifest.json").write_text('{"state": "pending"}')
    (folder / "latest").symlink_to(run.name)
    with hold(folder):
        pass
    return folder


def line(folder, capsys):
    assert main(["status", str(folder)]) == Exit.DONE
    return capsys.readouterr().out


def test_a_finished_run_is_told_in_one_line(home, capsys):
    run = (home / "latest").resolve().name
    told = f"small: done; newest run {run}, 1 h 00 min old; release pending; lock free; no alarm\n"
    for folder in (home.parent, home, home / "latest"):
        assert line(folder, capsys) == told
    before = sorted(home.rglob("*"))
    assert main(["status", str(home), "--json"]) == Exit.DONE
    said = json.loads(capsys.readouterr().out)
    assert (said["name"], said["state"], said["run"]) == ("small", "done", run)
    assert said["alarms"] == []
    assert sorted(home.rglob("*")) == before


def test_a_run_under_way_and_a_silent_one(home, capsys):
    with hold(home) as lock:
        lock.stage = "score"
        lock.tell()
        told = line(home, capsys)
        assert told.startswith("small: running; ")
        assert f"lock held by process {os.getpid()} in score, for " in told
        said = json.loads((home / ".lock").read_text())
        (home / ".lock").write_text(json.dumps({**said, "at": "2026-01-01T00:00:00+00:00"}))
        assert "alarms: no sign of life since 2026-01-01" in line(home, capsys)


def test_a_killed_run_is_known_by_what_it_left_in_the_lock(home, capsys):
    left = {"pid": 4001, "run": "r2", "since": "2026-01-01T00:00:00+00:00", "stage": "train"}
    (home / ".lock").write_text(json.dumps(left))
    told = line(home, capsys)
    assert told.startswith("small: killed; ")
    assert "lock free; alarms: process 4001 was killed in train" in told


@pytest.mark.parametrize(
    ("code", "state"),
    [(0, "done"), (4, "gate failed"), (5, "refused"), (74, "failed"), (143, "stopped")],
)
def test_how_the_last_run_ended(home, capsys, code, state):
    moment = "2026-06-01T00:00:00+00:00"
    codes = ("R401",) if code else ()
    outcome.write_outcome(home, outcome.Outcome("small", code, moment, moment, 1.0, codes=codes))
    assert line(home, capsys).startswith(f"small: {state}{' (R401)' if code else ''}; ")


def test_what_waits_and_what_drifts_is_alarming(home):
    restricted = home / "latest" / "restricted"
    (restricted / "held.json").write_text('{"held": true, "after": null}')
    (restricted / "drift.json").write_text('{"alarms": [{}, {}]}')
    (restricted / "gates.json").write_text('{"failed": true}')
    said = status_of(home)
    assert said.state == "held"
    assert said.alarms == (
        "the newest run waits for a person to accept it",
        "2 alarms of drift",
        "a quality gate failed",
    )
    (restricted / "accepted.json").write_text("{}")
    assert status_of(home).alarms == said.alarms[2:]  # what is accepted is no alarm


def test_a_clock_that_went_back_is_told(home):
    manifest = home / "latest" / "manifest.json"
    manifest.write_text('{"finished": "2999-01-01T00:00:00+00:00"}')
    (alarm,) = status_of(home).alarms
    assert "the clock went back" in alarm


def test_a_release_is_approved_when_it_stands_in_the_register(home, capsys):
    run = (home / "latest").resolve().name
    (home.parent / "releases" / f"small-{run}").mkdir(parents=True)
    assert "release approved" in line(home, capsys)


def test_a_run_is_recorded_whatever_its_end(invented, capsys, monkeypatch):
    config = invented / "config.yaml"
    config.write_text(f"{config.read_text()}quality: {{draws: 0}}\n")
    assert main(["status", str(config)]) == Exit.DONE
    assert capsys.readouterr().out == "small: never run; lock free; no alarm\n"
    assert main(["run", str(config)]) == Exit.DONE
    home = invented / "runs" / "small"
    first = outcome.last_outcome(home)
    assert (first.exit_code, first.run) == (0, (home / "latest").resolve().name)
    assert first.stages.keys() >= {"ingest", "score", "report"}
    for text in ((home / "status.json").read_text(), (home / "metrics.prom").read_text()):
        assert "500" not in text.replace(first.run, "")  # records of a source

    def full(*given):
        raise StorageError(Fault("R401", "no room left"))

    monkeypatch.setattr("linkage.execution.execute", full)
    assert main(["run", str(config)]) == Exit.STORAGE
    second = outcome.last_outcome(home)
    assert (second.exit_code, second.codes, second.run) == (74, ("R401",), None)
    assert second.succeeded == first.succeeded
    capsys.readouterr()
    assert line(config, capsys).startswith("small: failed (R401); newest run ")
    with (home / ".lock").open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        monkeypatch.undo()
        assert main(["run", str(config)]) == Exit.LOCKED
    assert outcome.last_outcome(home) == second


def test_a_folder_without_a_linkage(tmp_path, capsys):
    assert main(["status", str(tmp_path)]) == Exit.USAGE
    assert "R606" in capsys.readouterr().err
    assert main(["status", str(Path(tmp_path / "none.yaml"))]) == Exit.USAGE
