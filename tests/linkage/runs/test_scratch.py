"""The scratch folder of whoever reads a finished run."""

import os
import signal
import subprocess
import sys

import pytest

from linkage.errors import StorageError
from linkage.runs.scratch import reading, scratch_of, sweep_scratch

HOLD = """
import sys, time
from pathlib import Path
from linkage.runs.scratch import reading
with reading(Path(sys.argv[1]), None) as folder:
    (folder / "spilled").write_text("x")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def run(tmp_path):
    root = tmp_path / "run"
    root.mkdir()
    return root


def test_it_is_private_beside_the_runs_own_and_gone_afterwards(run):
    with reading(run, None) as folder:
        assert folder == run / ".scratch-1"
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "deep").mkdir()
        (folder / "deep" / "spilled").touch()
    assert list(run.iterdir()) == []


def test_it_lies_where_the_configuration_says(run, tmp_path):
    temp = tmp_path / "temp"
    with reading(run, temp) as folder:
        assert folder.parent == temp == scratch_of(run, temp).parent
        assert folder.name == f"{scratch_of(run, temp).name}-1"
    assert list(temp.iterdir()) == []


def test_each_of_two_readers_has_one(run):
    with reading(run, None) as first:
        (first / "spilled").touch()
        with reading(run, None) as second:
            assert first != second
        assert (first / "spilled").exists()


def test_what_a_killed_reader_left_is_cleared(run):
    reader = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run)], stdout=subprocess.PIPE, text=True
    )
    with reader:
        assert reader.stdout.readline().strip() == str(run / ".scratch-1")
        os.kill(reader.pid, signal.SIGKILL)
    assert (run / ".scratch-1" / "spilled").exists()
    (run / ".scratch-1" / "folder").mkdir()
    with reading(run, None) as folder:
        assert folder == run / ".scratch-1"
        assert list(folder.iterdir()) == []


def test_one_that_was_open_to_others_is_closed_to_them(run):
    (run / ".scratch-1").mkdir(mode=0o777)
    (run / ".scratch-1").chmod(0o777)
    with reading(run, None) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_in_its_place_is_not_followed(run, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (run / ".scratch-1").symlink_to(elsewhere)
    with pytest.raises(StorageError), reading(run, None):
        pass
    assert (elsewhere / "kept").exists()


def test_where_the_dead_spilled_is_swept_and_where_one_that_lives_does_stays(run, tmp_path):
    temp = tmp_path / "temp"
    for root, given in ((run, None), (run, temp), (tmp_path / "other", temp)):
        (scratch_of(root, given) / "spilled").mkdir(parents=True)
    beside = scratch_of(run, temp).with_name(f"{scratch_of(run, temp).name}-9")
    beside.symlink_to(tmp_path)
    with reading(run, temp) as alive:
        sweep_scratch(run, temp)
        assert set(temp.iterdir()) == {alive, beside, scratch_of(tmp_path / "other", temp)}
    sweep_scratch(run, None)
    assert list(run.iterdir()) == []
