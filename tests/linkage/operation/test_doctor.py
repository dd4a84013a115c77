"""Each line of ``link doctor``: what is well, and what is planted that is not."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linkage.errors import Exit
from linkage.operation.doctor import machine, places
from linkage.operation.doctor.finding import exit_of, fail, ok, warn


def state(found):
    return found.state, found.exit_code if found.state == "fail" else None


def test_permission_comes_before_the_machine_and_warnings_end_with_0():
    denied, broken = fail("a", "b", "c", Exit.PERMISSION), fail("a", "b", "c")
    assert exit_of([ok("a", "b"), warn("a", "b", "c")]) == Exit.DONE
    assert exit_of([broken]) == Exit.STORAGE
    assert exit_of([broken, denied]) == Exit.PERMISSION


def test_a_limit_on_memory_that_the_machine_cannot_give():
    assert machine._memory(4 * 10**9, 8 * 10**9, 6 * 10**9).state == "ok"
    assert machine._memory(4 * 10**9, 8 * 10**9, None).state == "ok"
    assert machine._memory(4 * 10**9, 8 * 10**9, 3 * 10**9).state == "warn"
    assert machine._memory(9 * 10**9, 8 * 10**9, 9 * 10**9).state == "fail"


def test_a_mask_that_lets_others_read():
    before = os.umask(0o022)
    try:
        assert machine._umask().state == "fail"
        os.umask(0o077)
        assert machine._umask().state == "ok"
    finally:
        os.umask(before)


def test_swap_core_dumps_root_and_a_clock_in_the_past(tmp_path):
    path = tmp_path / "file"
    path.write_text("Filename Type Size Used Priority\n")
    assert machine._swap(path).state == "ok"
    path.write_text("Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n")
    assert machine._swap(path).state == "warn"
    path.write_text("core\n")
    assert machine._core_dumps(path).state == "ok"
    path.write_text("|/usr/lib/systemd/systemd-coredump %P\n")
    assert "systemd-coredump" in machine._core_dumps(path).says
    assert machine._user(0).state == "warn"
    assert machine._user(4001).state == "ok"
    assert machine._clock(datetime(2001, 1, 1, tzinfo=UTC)).state == "warn"
    assert machine._clock(datetime.now(UTC)).state == "ok"


def test_libraries_that_are_missing_or_not_those_that_were_tested(monkeypatch):
    assert [each.state for each in machine._libraries()] == ["ok"]
    monkeypatch.setattr(machine, "_needed", lambda: ["duckdb", "no-such-library"])
    monkeypatch.setattr(machine, "_tested", lambda: {"duckdb": "0.0.1"})
    assert [each.state for each in machine._libraries()] == ["fail", "warn"]
    monkeypatch.setattr(machine, "_tested", dict)
    assert [each.state for each in machine._libraries()] == ["fail", "warn"]


def test_the_versions_that_were_tested_are_known_of_every_library_needed():
    assert {machine._plain(name) for name in machine._needed()} <= machine._tested().keys()
    assert len(machine._needed()) > 10


def test_folders_that_everybody_may_write_to(tmp_path):
    (tmp_path / "shared" / "runs").mkdir(parents=True)
    runs = tmp_path / "shared" / "runs"
    assert list(places._above(runs)) == []
    (tmp_path / "shared").chmod(0o777)
    assert [state(each) for each in places._above(runs / "later")] == [("fail", Exit.PERMISSION)]
    (tmp_path / "shared").chmod(0o1777)
    assert list(places._above(runs)) == []


@pytest.fixture
def home(tmp_path):
    """Return a linkage's folder as a run with a release group leaves it."""
    home = tmp_path / "small"
    for name, mode in (("", 0o710), ("r1", 0o710), ("r1/restricted", 0o700),
                       ("r1/for_release", 0o750)):  # fmt: skip
        (home / name).mkdir()
        (home / name).chmod(mode)
    for name, mode in (("r1/restricted/links.parquet", 0o600), ("r1/for_release/a.csv", 0o640)):
        (home / name).touch()
        (home / name).chmod(mode)
    return home


def test_a_release_group_reads_releases_and_nothing_else(home):
    assert places._open(home, shared=True).state == "ok"
    assert state(places._open(home, shared=False)) == ("fail", Exit.PERMISSION)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("r1/restricted/links.parquet", 0o640),
        ("r1/restricted", 0o710),
        ("r1", 0o750),
        ("r1/for_release/a.csv", 0o644),
        ("r1/for_release/a.csv", 0o660),
        ("", 0o711),
    ],
)
def test_what_others_can_read_is_named(home, name, mode):
    (home / name).chmod(mode)
    found = places._open(home, shared=True)
    assert state(found) == ("fail", Exit.PERMISSION)
    assert str(home / name) in found.says


def test_inputs_that_everybody_may_read(tmp_path):
    path = tmp_path / "a.csv"
    path.touch()
    path.chmod(0o600)
    assert [each.state for each in places._inputs([path])] == ["ok"]
    path.chmod(0o604)
    assert [each.state for each in places._inputs([path])] == ["warn"]


def test_room_and_the_kind_of_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(places.shutil, "disk_usage", lambda folder: Usage(5 * 10**9))
    assert places._room("room", tmp_path / "later", 4 * 10**9).state == "ok"
    assert places._room("room", tmp_path, 6 * 10**9).state == "fail"
    monkeypatch.setattr(places.shutil, "disk_usage", lambda folder: Usage(5 * 10**8))
    assert places._room("room", tmp_path, 0).state == "warn"
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "disk / ext4 rw 0 0\nserver:/x /data nfs4 rw 0 0\nt /data/fast tmpfs rw 0 0\n"
    )
    kinds = {"/home/x": "ext4", "/data/x": "nfs4", "/data/fast/x": "tmpfs", "/database": "ext4"}
    for path, kind in kinds.items():
        assert places._file_system(Path(path), mounts) == kind


class Usage:
    def __init__(self, free):
        self.free = free


def test_an_output_that_is_a_file(tmp_path):
    (tmp_path / "runs").touch()
    assert state(places._writable("output", tmp_path / "runs" / "small")) == ("fail", Exit.STORAGE)
    assert places._writable("output", tmp_path / "later").state == "ok"
