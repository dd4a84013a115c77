"""Approval, by users of the operating system that are really others: run as root, as CI does."""

import grp
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from linkage.errors import ApprovedError, Exit, RefusedError
from linkage.runs.audit import append_audit, verify
from linkage.runs.events import Event
from quality.release.approval import approve
from quality.release.register import earlier
from quality.report.rebuild import rebuild

ROOT = Path(__file__).parents[3]
RUNNER, CHECKER = 1234, 65534
GROUP, NUMBER = next((each.gr_name, each.gr_gid) for each in grp.getgrall() if each.gr_gid)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may act as other users")


_AS_USER = """
import contextlib, io, os, sys
from cli.main import main
user, groups, command, *arguments = sys.argv[1:]
with contextlib.redirect_stderr(io.StringIO()):
    main(["release", "approve", "/nowhere"])  # what it imports may be closed to other users
os.setgroups([int(each) for each in groups.split()])
os.setgid(int(user))
os.setuid(int(user))
if command == "link":
    sys.exit(main(arguments))
exec(command)
"""


_UNMEASURED = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
"""Without a measurement of coverage: another user may not write where its file would lie."""


def called(*arguments, user=CHECKER, groups=(NUMBER,), command="link"):
    """Call the command line, or run some lines of Python, as another user: no way back to root."""
    given = [str(user), " ".join(map(str, groups)), command, *map(str, arguments)]
    return subprocess.run(
        [sys.executable, "-c", _AS_USER, *given],
        cwd=ROOT,
        env={**_UNMEASURED, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def run(shared, pending):
    return pending(shared / "runs" / "small" / "r1", GROUP)


def states(folder):
    """Everything below a folder, to see that it did not change."""
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


def test_another_user_approves_and_the_register_holds_it(run):
    releases, before = run.parent.parent / "releases", states(run)
    done = called("release", "approve", run, "--checker", "Unit 7")
    assert done.returncode == Exit.DONE, done.stderr
    entry = releases / "small-r1"
    assert done.stdout == f"{entry}\n"
    assert states(run) == before  # the folder of the run is the runner's
    approval = json.loads((entry / "approval.json").read_text())
    assert (approval["uid"], approval["checker"], approval["run"]) == (CHECKER, "Unit 7", "r1")
    assert json.loads((entry / "release-manifest.json").read_text())["state"] == "approved"
    assert (entry / "report.html").read_bytes() == (run / "for_release/report.html").read_bytes()
    for path in (entry, *entry.rglob("*")):
        found = path.stat()
        assert (found.st_uid, found.st_gid) == (CHECKER, NUMBER)
        assert stat.S_IMODE(found.st_mode) & 0o777 == (0o750 if path.is_dir() else 0o440)
    [released] = earlier(releases)
    assert (released.folder, released.config, released.run) == (entry, "small", "r1")
    assert released.sources == {"a": "a" * 64, "b": "b" * 64}
    assert [path.name for path in releases.iterdir()] == ["small-r1"]
    # twice is refused, and so is another report
    held = states(releases)
    again = called("release", "approve", run)
    assert (again.returncode, "R463" in again.stderr) == (Exit.PERMISSION, True)
    assert states(releases) == held
    with pytest.raises(ApprovedError, match="R421"):
        rebuild(run)
    # the runner may read what was approved, and not take it away from where he is not the owner
    os.chown(releases, 0, -1)
    rm = called(entry / "report.html", user=RUNNER, command=_REMOVE)
    assert (rm.returncode, rm.stdout) == (0, "read refused\n")


_REMOVE = """
entry = os.path.dirname(arguments[0])
open(arguments[0]).read()
try:
    os.rename(entry, entry + "-taken")
except PermissionError:
    print("read refused")
"""


@pytest.mark.parametrize("user", [RUNNER, 0])
def test_the_runner_cannot_approve_whatever_name_is_given(shared, pending, user):
    run = pending(shared / "runs" / "small" / "r1", GROUP, runner=user)
    done = called("release", "approve", run, "--checker", "Somebody Else", user=user)
    assert (done.returncode, "R462" in done.stderr) == (Exit.PERMISSION, True)
    assert list((run.parent.parent / "releases").iterdir()) == []


@pytest.mark.parametrize("place", ["manifest.json", "for_release/report.html"])
def test_nor_can_whoever_is_said_to_be_or_wrote_a_file_of_it(shared, pending, place):
    run = pending(shared / "runs" / "small" / "r1", GROUP, user=0)
    if place != "manifest.json":
        run = pending(shared / "runs" / "small" / "r2", GROUP)
        os.chown(run / place, 0, -1)
    with pytest.raises(RefusedError, match="R462"):
        approve(run)


def test_without_a_group_nobody_else_can_read_it_and_the_remedy_is_said(shared, pending):
    run = pending(shared / "runs" / "small" / "r1")
    done = called("release", "approve", run)
    assert done.returncode == Exit.PERMISSION
    assert "R466" in done.stderr
    assert "disclosure.release_group" in done.stderr


def test_one_outside_the_group_can_read_nothing(run):
    done = called("release", "approve", run, groups=())
    assert (done.returncode, "R466" in done.stderr) == (Exit.PERMISSION, True)


_READABLE = """
release, *closed, file = arguments
for root, folders, files in os.walk(release):
    for name in files:
        open(os.path.join(root, name)).close()
        print(name)
for each in closed:
    try:
        os.listdir(each)
    except PermissionError:
        print("closed")
open(file)
"""


def test_the_checker_reads_the_release_and_nothing_else(run):
    closed = (run, run.parent, run.parent.parent, run / "restricted")
    done = called(run / "for_release", *closed, run / "manifest.json", command=_READABLE)
    assert {"report.html", "release-manifest.json"} <= set(done.stdout.split())
    assert done.stdout.count("closed\n") == len(closed)
    assert "PermissionError" in done.stderr.splitlines()[-1]


def test_what_was_changed_is_named_all_at_once_and_nothing_is_left_behind(run):
    (run / "for_release" / "report.html").write_text("other")
    (run / "for_release" / "tables" / "gaps.csv").unlink()
    (run / "for_release" / "more.csv").symlink_to(run / "restricted" / "links.parquet")
    done = called("release", "approve", run)
    assert done.returncode == Exit.DATA
    assert done.stderr.count("R464") == 3
    assert "about people" not in done.stderr
    assert list((run.parent.parent / "releases").iterdir()) == []


def test_one_that_was_approved_since_the_run_began_is_not_passed_over(shared, pending):
    output = shared / "runs" / "small"
    for name in ("r1", "r2"):
        pending(output / name, GROUP)
    approve(output / "r1")
    with pytest.raises(RefusedError, match="R467"):
        approve(output / "r2")
    later = pending(output / "r3", GROUP, started="9999-01-01T00:00:00+00:00")
    assert approve(later).name == "small-r3"
    assert json.loads((later.parent.parent / "releases/small-r3/approval.json").read_text())[
        "after"
    ] == ["small-r1"]
    apart = pending(shared / "runs" / "other" / "r1", GROUP, inputs={"c": {"sha256": "c" * 64}})
    assert approve(apart).name == "other-r1"


def test_where_the_approver_may_write_the_run_says_it_too(run):
    audit = run / "restricted" / "audit.jsonl"
    head = append_audit(audit, Event("run_finished", "r1"))
    approve(run)
    manifest = run / "for_release" / "release-manifest.json"
    assert json.loads(manifest.read_text())["state"] == "approved"
    assert (manifest.stat().st_uid, manifest.stat().st_mode & 0o777) == (RUNNER, 0o640)
    assert json.loads(audit.read_text().splitlines()[-1])["event"] == "release_approved"
    assert verify(audit, head).holds


def test_what_root_approves_without_a_group_the_runner_can_read(shared, pending):
    entry = approve(pending(shared / "runs" / "small" / "r1"))
    os.chown(entry.parent, RUNNER, -1)  # who made the register by running
    done = called(entry.parent, user=RUNNER, groups=(), command=_READ_REGISTER)
    assert (done.stdout, done.stderr) == ("small-r1\n", "")


_READ_REGISTER = """
from pathlib import Path
from quality.release.register import earlier
print(*(each.folder.name for each in earlier(Path(arguments[0]))))
"""


def test_a_run_that_was_renamed_is_not_the_one_that_was_made(run):
    other = run.rename(run.with_name("r2"))
    done = called("release", "approve", other)
    assert (done.returncode, "R464" in done.stderr) == (Exit.DATA, True)
