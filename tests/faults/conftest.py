import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

SMALL_RUN = Path(__file__).parent / "small_run.py"
ROOT = Path(__file__).parents[2]


def content(run):
    """The results of a run, however their rows stand: a hash of each file, logs left out."""
    told = {"manifest.json", "config.yaml", "config.resolved.yaml"}
    return {
        path.relative_to(run).as_posix(): _hash(path)
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.suffix != ".jsonl" and path.name not in told
    }


def _hash(path):
    data = path.read_bytes()
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
        data = "\n".join(sorted(json.dumps(row, default=str) for row in rows)).encode()
    return hashlib.sha256(data).hexdigest()


def left_over(home):
    """What must not remain in the home of a run that ended: anything half made."""
    named = {".building", ".scratch", ".stages", ".state.json"}
    return [p for p in home.rglob("*") if p.suffix in {".part", ".tmp"} or p.name in named]


@pytest.fixture(name="content")
def content_of():
    return content


@pytest.fixture(name="left_over")
def left_over_in():
    return left_over


@pytest.fixture
def small(tmp_path):
    """A folder with the source of the small stages, and a way to run them there."""
    (tmp_path / "numbers.csv").write_text("n\n3\n1\n2\n")

    def run(fault="", folder=tmp_path, wait=True):
        started = subprocess.Popen(
            [sys.executable, "-W", "error", str(SMALL_RUN), str(folder), fault],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        if not wait:
            return started
        out, error = started.communicate(timeout=120)
        return subprocess.CompletedProcess(started.args, started.returncode, out, error)

    run.folder = tmp_path
    run.home = tmp_path / "runs" / "small"
    return run
