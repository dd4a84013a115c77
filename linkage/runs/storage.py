"""What the operating system refused, said as a fault the user can mend."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkage.errors import Fault, StorageError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_TOO_LARGE = {errno.EFBIG}
_HARDWARE = {errno.EIO}


def storage_error(error: OSError, path: Path, doing: str) -> StorageError:
    """Return the fault for ``error``, met while ``doing`` something to ``path``.

    The message is ours: what the operating system or a library says may quote data.
    """
    if error.errno in _NO_ROOM:
        return StorageError(
            Fault(
                "R401",
                f"no room left while {doing}",
                "free space there, or set output to a folder with more room; then run again",
                file=path,
            )
        )
    if error.errno in _TOO_LARGE:
        return StorageError(
            Fault(
                "R404",
                f"a file grew past the size this process may write while {doing}",
                "raise the file size limit (ulimit -f), then run again",
                file=path,
            )
        )
    if error.errno in _HARDWARE:
        return StorageError(
            Fault(
                "R403",
                f"the storage reported a read or write error while {doing}",
                "check the disk, then run again; finished stages are checked and kept",
                file=path,
            )
        )
    return StorageError(
        Fault(
            "R402",
            f"cannot go on while {doing}: {_reason(error)}",
            "check that the folder exists, is a folder, and may be written by this user",
            file=path,
        )
    )


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else type(error).__name__


@contextmanager
def storage(path: Path, doing: str) -> Iterator[None]:
    """Turn what the operating system refuses in the block into a StorageError about ``path``.

    An OSError without an errno is a library's, about the content of a file: it passes through.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise storage_error(error, path, doing) from None


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Turn a file of ours that cannot be understood into a StorageError about ``path``."""
    try:
        yield
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise damaged(path) from None


def damaged(path: Path) -> StorageError:
    """Return the fault of an intermediate whose content is not what was written."""
    return StorageError(
        Fault(
            "R408",
            "an intermediate of this run is damaged",
            "run again: the stage that made it is done anew",
            file=path,
        )
    )
