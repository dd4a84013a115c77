import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults.content import content, left_over

SMALL_RUN = Path(__file__).parent / "small_run.py"
ROOT = Path(__file__).parents[2]


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
        out, error = started.communicate(timeout=600)
        return subprocess.CompletedProcess(started.args, started.returncode, out, error)

    run.folder = tmp_path
    run.home = tmp_path / "runs" / "small"
    return run
