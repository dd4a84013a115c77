"""Whether a folder is ours alone: in a place that others may write to, it may be a trap.

Somebody may have put a link there that leads elsewhere, or a folder in which they can read what we
write and put other files in its place.
"""

import os
import stat
from pathlib import Path

from linkage.errors import Fault, StorageError

_OTHERS_WRITE = 0o002
_ANYBODY_ELSE_WRITES = 0o022


def require_ours(home: Path, *inside: Path) -> None:
    """Refuse folders of runs that are not ours alone.

    Parameters
    ----------
    home
        The folder of all runs: it may be a link that we made, to a folder that is ours.
    inside
        Folders below, which we made for ourselves.

    Raises
    ------
    StorageError
        R630, of the first.
    """
    found = home.stat()
    if found.st_uid != os.geteuid() or found.st_mode & _OTHERS_WRITE:
        raise _not_ours(home)
    for folder in inside:
        require_own(folder)


def require_own(folder: Path) -> None:
    """Refuse a folder that we made for ourselves and that is not, or may be written by others.

    Raises
    ------
    StorageError
        R630.
    """
    found = folder.lstat()
    plain = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if not plain or found.st_mode & _ANYBODY_ELSE_WRITES:
        raise _not_ours(folder)


def _not_ours(folder: Path) -> StorageError:
    return StorageError(
        Fault(
            "R630",
            "this folder is a link, belongs to somebody else, or may be written by others",
            "find out who put it there; then remove it, or set output, or engine.temp for scratch, "
            "to a folder of your own",
            file=folder,
        )
    )
