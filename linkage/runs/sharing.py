"""Who else may read a release: the group of those who check, and nobody more.

A run is its owner's alone. With a release group, the group may read ``for_release/`` and go
through the folders above it, but list none of them.
"""

import grp
import os
from collections.abc import Iterator
from pathlib import Path

from linkage.runs.publish import private_folder
from linkage.runs.storage import storage

REGISTER = "releases"
"""The folder, beside those of runs, of what was approved."""

_WAY_THROUGH, _READABLE, _FILE = 0o710, 0o750, 0o640
_COMMON = 0o3770  # setgid: what is put in is the group's; sticky: nobody removes another's


def entry_name(config: str, run: str, table: str | None = None) -> str:
    """Return the name of a release's folder in the register."""
    return "-".join([config, run, *([] if table is None else [table])])


def group_id(name: str) -> int | None:
    """Return the id of the Unix group ``name``, None when there is none of that name."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


def is_member(group: int) -> bool:
    """Say whether this process may give files to ``group``."""
    return os.geteuid() == 0 or group in {*os.getgroups(), os.getegid()}


def closed_to(group: int, output: Path, name: str) -> Iterator[Path]:
    """Yield the folders of ``output`` that stand already and cannot be opened to ``group``.

    They belong to somebody else, or to another group that may use them.
    """
    for folder in (output, output / name, output / REGISTER):
        try:
            found = folder.stat()
        except OSError:  # not there yet; what cannot be reached is said when the run begins
            continue
        through = found.st_mode & (0o010 if found.st_gid == group else 0o001)
        own = found.st_uid == os.geteuid() or os.geteuid() == 0
        taken = found.st_gid != group and found.st_mode & 0o070
        if folder.name == REGISTER:
            through = found.st_gid == group and found.st_mode & 0o030 == 0o030
        if not through and (not own or taken):
            yield folder


def share_release(root: Path, release: Path, group: str | None) -> None:
    """Open the files in ``release`` to ``group``, and a way through to them from the output folder.

    Without a group nothing is opened. Either way the register of releases is there afterwards.

    Parameters
    ----------
    root
        The folder of the run, ``<output>/<name>/<run>``, under construction or finished.
    release
        ``for_release/`` in it, or that of a table asked for by itself.
    """
    output = root.parent.parent
    with storage(output, "opening the release to its group"):
        number = None if group is None else group_id(group)
        _make_register(output / REGISTER, number)
        if number is None:
            return
        above = [each for each in release.parents if each.is_relative_to(root)]
        for folder in (*above, root.parent, output):
            _open_way(folder, number)
        for path in (release, *release.rglob("*")):
            os.chown(path, -1, number, follow_symlinks=False)
            path.chmod(_READABLE if path.is_dir() else _FILE)


def _open_way(folder: Path, group: int) -> None:
    """Let the group go through ``folder``; one that it can pass, or that is not ours, is left."""
    found = folder.stat()
    if found.st_mode & (0o010 if found.st_gid == group else 0o001):
        return
    os.chown(folder, -1, group)
    folder.chmod(_WAY_THROUGH | (found.st_mode & 0o007))


def _make_register(folder: Path, group: int | None) -> None:
    """Make the register where it is missing, and open it to the group where it is ours alone."""
    private_folder(folder)
    found = folder.stat()
    ours = found.st_uid == os.geteuid() or os.geteuid() == 0
    if group is None or not ours or found.st_mode & 0o070:
        return
    os.chown(folder, -1, group)
    folder.chmod(_COMMON)
