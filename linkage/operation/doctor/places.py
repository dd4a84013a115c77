"""The folders and files of a linkage: who else can reach them, what they lie on, what is left."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from linkage.config.schema import Config
from linkage.errors import Exit
from linkage.operation.doctor.finding import Finding, fail, ok, warn

_SHARED = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "lustre"})
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_LEAST = 10**9
_TIMES_INPUTS = 2


def of_places(config: Config) -> Iterator[Finding]:
    """Yield what is found in the folders that ``config`` names."""
    inputs = [source.path for source in config.sources.values() if source.path.exists()]
    size = sum(path.stat().st_size for path in inputs)
    home = config.output / config.name
    yield _writable("output", config.output)
    yield from _above(config.output)
    yield _open(home, config.disclosure.release_group is not None)
    yield from _inputs(inputs)
    yield _room("room for the output", config.output, size)
    yield _kind("output", config.output)
    scratch = config.engine.temp or home
    if config.engine.temp is not None:
        yield _writable("scratch", scratch)
        yield _kind("scratch", scratch)
    yield _room("scratch space", scratch, _TIMES_INPUTS * size)


def standing(path: Path) -> Path:
    """Return ``path``, or the nearest folder above it that is there."""
    return next(each for each in (path, *path.parents) if each.exists())


def _writable(what: str, folder: Path) -> Finding:
    found = standing(folder)
    if not found.is_dir():
        return fail(what, f"{found} is no folder", "name another folder, or move what is there")
    if not os.access(found, os.W_OK | os.X_OK):
        return fail(what, f"{found} cannot be written by this user", "name another, or open it")
    return ok(what, str(folder))


def _above(folder: Path) -> Iterator[Finding]:
    """Yield folders in which somebody else could put another in place of ours."""
    for each in (standing(folder), *standing(folder).parents):
        mode = each.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            says = f"everybody can write to {each}, and put another folder in place of the output"
            yield fail("folders above", says, f"chmod o-w {each}", Exit.PERMISSION)


def _open(home: Path, shared: bool) -> Finding:
    """Say whether somebody else can read what runs hold; a release group reads releases alone."""
    if not home.is_dir():
        return ok("modes", "no run yet")
    found = [path for path in (home, *home.rglob("*")) if _is_open(path, home, shared)]
    if found:
        says = f"others can read {len(found)} files and folders, {found[0]} the first of them"
        return fail("modes", says, f"chmod -R o-rwx {home} ; restricted/ is 0700", Exit.PERMISSION)
    return ok("modes", "nobody else reads what runs hold")


def _is_open(path: Path, home: Path, shared: bool) -> bool:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return False
    inside = path.relative_to(home).parts
    release = "for_release" in inside
    way_through = stat.S_ISDIR(found.st_mode) and "restricted" not in inside
    if not shared:
        return bool(found.st_mode & 0o077)
    return bool(found.st_mode & (0o027 if release else 0o067 if way_through else 0o077))


def _inputs(inputs: list[Path]) -> Iterator[Finding]:
    closed = [path for path in inputs if not os.access(path, os.R_OK)]
    if closed:
        says = f"{len(closed)} of {len(inputs)} cannot be read, {closed[0]} the first of them"
        yield fail("inputs", says, "have this user read them", Exit.PERMISSION)
        return
    public = [path for path in inputs if path.stat().st_mode & 0o004]
    if public:
        says = f"everybody can read {public[0]}" + (" and others" if len(public) > 1 else "")
        yield warn("inputs", says, "chmod o-rwx  on each: they hold identifiers")
    else:
        yield ok("inputs", f"{len(inputs)} files, closed to others")


def _room(what: str, folder: Path, wanted: int) -> Finding:
    free = shutil.disk_usage(standing(folder)).free
    needed = max(wanted, _LEAST)
    says = f"{free / 1e9:.1f} GB free"
    if free < wanted:
        return fail(what, f"{says}, {wanted / 1e9:.1f} GB wanted", "make room, or name another")
    if free < needed:
        return warn(what, says, "make room: a run that fills the disk stops with 74")
    return ok(what, says)


def _kind(what: str, folder: Path) -> Finding:
    kind = _file_system(standing(folder).resolve(), Path("/proc/mounts"))
    if kind in _SHARED:
        do = "use a local disk: locks may not hold between machines"
        return warn(f"disk of the {what}", f"{kind}, shared over a network", do)
    if kind in _IN_MEMORY:
        do = "use a disk: what lies there takes the memory that the run needs"
        return warn(f"disk of the {what}", f"{kind}, which is memory", do)
    return ok(f"disk of the {what}", kind or "not known")


def _file_system(path: Path, mounts: Path) -> str:
    """Return the kind of file system that ``path`` lies on, empty where it cannot be told."""
    lines = mounts.read_text(encoding="utf-8").splitlines() if mounts.is_file() else []
    found = [(Path(point), kind) for _, point, kind, *_ in map(str.split, lines)]
    holding = [(len(point.parts), kind) for point, kind in found if path.is_relative_to(point)]
    return max(holding, key=lambda each: each[0], default=(0, ""))[1]
