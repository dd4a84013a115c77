"""Who may read a release: its group and nobody else, and no way through to anything else."""

import grp
import os
import stat

import pytest

from linkage.runs.sharing import closed_to, group_id, share_release

NAME, NUMBER = next((each.gr_name, each.gr_gid) for each in grp.getgrall() if each.gr_gid)
"""A group of this machine that is not ours."""


@pytest.fixture
def run(tmp_path):
    """Return a run as it is made: for its owner only."""
    folder = tmp_path / "runs" / "small" / "r1"
    for name in ("restricted", "for_release/tables"):
        (folder / name).mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (folder / "for_release" / "tables" / "rates.csv").write_text("")
    (folder / "restricted" / "links.parquet").write_text("")
    for path in (tmp_path / "runs").rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    (tmp_path / "runs").chmod(0o700)
    return folder


def rights(path):
    found = path.stat()
    return found.st_gid, stat.S_IMODE(found.st_mode)


def test_the_group_reads_the_release_and_goes_through_what_is_above(run):
    share_release(run, run / "for_release", NAME)
    for folder in (run, run.parent, run.parent.parent):
        assert rights(folder) == (NUMBER, 0o710)
    assert rights(run / "for_release") == (NUMBER, 0o750)
    assert rights(run / "for_release" / "tables") == (NUMBER, 0o750)
    assert rights(run / "for_release" / "tables" / "rates.csv") == (NUMBER, 0o640)
    assert rights(run / "restricted") == (os.getegid(), 0o700)
    assert rights(run / "restricted" / "links.parquet") == (os.getegid(), 0o600)
    assert rights(run / "manifest.json") == (os.getegid(), 0o600)
    assert rights(run.parent.parent / "releases") == (NUMBER, 0o3770)


def test_the_release_of_a_table_opens_no_other(run):
    asked = run / "asked" / "t1" / "for_release"
    for folder in (asked.parent.parent, asked.parent, asked):
        folder.mkdir(mode=0o700)
    share_release(run, asked, NAME)
    assert rights(run / "asked" / "t1") == rights(run / "asked") == (NUMBER, 0o710)
    assert rights(asked) == (NUMBER, 0o750)
    assert rights(run / "for_release") == (os.getegid(), 0o700)


def test_without_a_group_everything_stays_private(run):
    share_release(run, run / "for_release", None)
    everything = [run.parent.parent, *run.parent.parent.rglob("*")]
    assert all(path.stat().st_mode & 0o077 == 0 for path in everything)
    assert (run.parent.parent / "releases").is_dir()


def test_a_folder_that_all_may_pass_is_left_as_it_is(run):
    run.parent.parent.chmod(0o755)
    share_release(run, run / "for_release", NAME)
    assert rights(run.parent.parent) == (os.getegid(), 0o755)


def test_a_register_that_is_shared_already_keeps_its_group(run):
    releases = run.parent.parent / "releases"
    releases.mkdir()
    os.chown(releases, -1, 54321)
    releases.chmod(0o2770)
    share_release(run, run / "for_release", NAME)
    assert rights(releases) == (54321, 0o2770)


def test_a_folder_of_another_group_is_closed(run):
    output = run.parent.parent
    assert list(closed_to(NUMBER, output, "small")) == []
    os.chown(output, -1, 54321)
    output.chmod(0o750)
    assert list(closed_to(NUMBER, output, "small")) == [output]
    output.chmod(0o755)
    assert list(closed_to(NUMBER, output, "small")) == []
    (output / "releases").mkdir()
    os.chown(output / "releases", -1, 54321)
    (output / "releases").chmod(0o3770)
    assert list(closed_to(NUMBER, output, "small")) == [output / "releases"]


def test_a_group_that_there_is_not():
    assert group_id(NAME) == NUMBER
    assert group_id("no-such-group-here") is None
