"""Folders for what lies in between: private while they are there, and gone however work ends."""

import subprocess
import sys

import pytest

from linkage.errors import LockedError, StorageError
from linkage.runs.scratch import scratch_of
from linkage.runs.wiped import beside, sweep, wiped

WORK = """
import sys, time
from pathlib import Path
from linkage.runs.scratch import scratch_of
from linkage.runs.wiped import wiped
folder, temp = map(Path, sys.argv[1:])
with wiped(folder, temp) as building:
    spilled = scratch_of(building.resolve(), temp)
    spilled.mkdir(parents=True)
    for each in (building, spilled):
        (each / "records").write_text("x")
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def working(tmp_path):
    """A process that works on what is to become ``first``, and spills."""
    command = [sys.executable, "-c", WORK, str(tmp_path / "first"), str(tmp_path / "temp")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_it_is_private_and_gone_afterwards(tmp_path):
    with wiped(tmp_path / "made") as building:
        assert building == beside(tmp_path / "made")
        assert building.stat().st_mode & 0o777 == 0o700
        (building / "deep").mkdir()
        (building / "deep" / "records").touch()
    assert list(tmp_path.iterdir()) == []


def test_it_is_gone_after_a_failure(tmp_path):
    def work():
        with wiped(tmp_path / "made") as building:
            (building / "records").touch()
            raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        work()
    assert list(tmp_path.iterdir()) == []


def test_it_may_become_what_it_is_for(tmp_path):
    with wiped(tmp_path / "made") as building:
        (building / "result").touch()
        building.rename(tmp_path / "made")
    assert [path.name for path in tmp_path.rglob("*")] == ["made", "result"]


def test_what_a_killed_process_left_goes_with_the_next_work_beside_it(tmp_path, working):
    working.kill()
    working.wait()
    assert len([*tmp_path.rglob("records")]) == 2
    with wiped(tmp_path / "second", tmp_path / "temp"):
        assert [*tmp_path.rglob("records")] == []


def test_what_another_process_works_in_is_left_to_it(tmp_path, working):
    with wiped(tmp_path / "second", tmp_path / "temp"):
        assert len([*tmp_path.rglob("records")]) == 2
    with pytest.raises(LockedError, match="R412"), wiped(tmp_path / "first", tmp_path / "temp"):
        pass
    assert len([*tmp_path.rglob("records")]) == 2


def test_only_folders_of_that_name_are_swept(tmp_path):
    others = [tmp_path / name for name in (".building", "a.building", ".a.building.old")]
    for folder in others:
        folder.mkdir()
    (tmp_path / ".file.building").touch()
    (tmp_path / ".way.building").symlink_to(others[0])
    sweep(tmp_path)
    assert len([*tmp_path.iterdir()]) == 5


def test_the_spill_of_a_folder_is_its_own(tmp_path):
    temp = tmp_path / "temp"
    other = scratch_of(tmp_path / ".other.building", temp)
    other.mkdir(parents=True)
    with wiped(tmp_path / "made", temp):
        pass
    assert other.exists()


def test_where_no_folder_can_be_made_it_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="R402"), wiped(tmp_path / "file" / "made"):
        pass
