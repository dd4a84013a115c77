"""A disk that is full or fails, at whatever call: never exit 0, and nothing lost.

Here at a few places, in the long tests at many.
"""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest

from benchmarks.faults.warm import ROOT, Warm
from benchmarks.faults.worlds import ADDED, RUN, worlds
from linkage.errors import Exit

ERRORS = ("ENOSPC", "EIO", "EDQUOT")
CALLS = ("write", "fsync", "rename", "mkdir", "link", "symlink", "ftruncate", "pwrite64")
LONG = pytest.mark.long


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("failing")
    with Warm(folder) as warm:
        yield warm, worlds(folder, warm, (RUN, ADDED))


def prove(world, warm, code):
    """It failed as storage does, or had all it needed; started again, it ends as undisturbed."""
    assert code in {Exit.DONE, Exit.STORAGE}
    if code:
        before = {path.name for path in world.base.glob("2*")}
        assert {path.name for path in world.home.glob("2*")} == before
        again = warm.call(*world.arguments, temp=world.temp)
        assert again.code == 0, again.error
    assert list(world.faults(through=0)) == []


@contextmanager
def small_disk(world):
    """Give a function that leaves so much room where the runs are, and no more."""
    shutil.rmtree(world.home)
    world.home.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(world.home)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")

    def leave(room):
        used = shutil.disk_usage(world.home).used
        size = f"remount,size={(used + room) // 1024}k"
        subprocess.run(["mount", "-o", size, str(world.home)], check=True)

    try:
        shutil.copytree(world.base, world.home, symlinks=True, dirs_exist_ok=True)
        yield leave
    finally:
        subprocess.run(["umount", str(world.home)], check=True)


@contextmanager
def read_only(folder):
    """Let nobody write to a folder, not even the superuser."""
    mounting = ["mount", "--bind", str(folder), str(folder)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a folder cannot be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("command", [RUN, ADDED])
def test_a_folder_that_can_only_be_read(made, command):
    warm, world = made[0], made[1][command]
    world.restore()
    with read_only(world.home):
        ended = warm.call(*world.arguments, temp=world.temp)
    assert ended.code == Exit.STORAGE
    assert "R402" in ended.error
    prove(world, warm, ended.code)


@pytest.mark.parametrize("command", [RUN, ADDED])
@pytest.mark.parametrize(
    "share", [0, 0.3, *(pytest.param(n / 40, marks=LONG) for n in range(1, 40))]
)
def test_a_disk_with_room_for_a_share_of_the_run(made, command, share):
    warm, world = made[0], made[1][command]
    needed = sum(path.stat().st_size for path in world.home.rglob("*") if path.is_file())
    with small_disk(world) as leave:
        leave(round(share * needed))
        ended = warm.call(*world.arguments, temp=world.temp)
        assert share or ended.code == Exit.STORAGE
        leave(200 * 2**20)
        prove(world, warm, ended.code)


@pytest.mark.parametrize("command", [RUN, ADDED])
@pytest.mark.parametrize(
    "size", [3_000, *(pytest.param(2**n, marks=LONG) for n in range(8, 18, 2))]
)
def test_files_that_may_grow_to_a_size_alone(made, command, size):
    warm, world = made[0], made[1][command]
    world.restore()
    ended = warm.call(*world.arguments, temp=world.temp, limits={"RLIMIT_FSIZE": size})
    assert size > 3_000 or ended.code == Exit.STORAGE
    prove(world, warm, ended.code)


def traced(world, call, at, error):
    """Let the Nth call of its kind fail, once in each thread; None where there are not so many."""
    log = world.temp.with_name("calls.txt")
    inject = f"inject={call}:error={error}:when={at}"
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", f"trace={call}", "-e", inject]
    done = subprocess.run(
        [*strace, "-o", str(log), sys.executable, "-B", "-m", "cli", *map(str, world.arguments)],
        cwd=world.home,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "TMPDIR": str(world.temp)},
    )
    return done if "(INJECTED)" in log.read_text(errors="replace") else None


@pytest.mark.parametrize("command", [RUN, ADDED])
@pytest.mark.parametrize(
    ("call", "at"), [("write", 40), ("fsync", 20), ("rename", 8), ("mkdir", 3)]
)
def test_one_call_that_fails(made, command, call, at):
    assert shutil.which("strace"), "strace is needed: install it"
    warm, world = made[0], made[1][command]
    world.restore()
    done = traced(world, call, at, ERRORS[at % len(ERRORS)])
    assert done is not None
    assert done.returncode == Exit.STORAGE, done.stderr
    assert "Traceback" not in done.stderr
    prove(world, warm, done.returncode)


@LONG
@pytest.mark.parametrize("command", [RUN, ADDED])
@pytest.mark.parametrize("call", CALLS)
def test_whichever_call_fails(made, command, call):
    """The first call of a kind, the second, the fourth and so on: until there are not so many."""
    warm, world = made[0], made[1][command]
    at = 1
    while True:
        world.restore()
        done = traced(world, call, at, ERRORS[at.bit_length() % len(ERRORS)])
        if done is None:
            break
        assert done.returncode == Exit.STORAGE, f"call {at}: {done.stderr}"
        prove(world, warm, done.returncode)
        at *= 2
