"""One run at a time in a run's home folder; the system frees the lock when its holder dies."""

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from linkage.errors import Fault, LockedError
from linkage.runs.publish import private_folder
from linkage.runs.storage import storage


class Lock:
    """The lock while it is held: it can say which run holds it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._since = datetime.now(UTC).isoformat(timespec="seconds")

    def announce(self, run: str | None) -> None:
        """Write for others to read that ``run`` (None: not yet named) holds the lock."""
        holder = {"pid": os.getpid(), "run": run, "since": self._since}
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(holder).encode(), 0)


@contextmanager
def hold(home: Path) -> Iterator[Lock]:
    """Hold the lock of the folder ``home`` for the length of the block.

    Raises
    ------
    LockedError
        When another process holds it; the message says which run that is.
    """
    path = home / ".lock"
    with storage(home, "making the output folder"):
        private_folder(home)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, path)
        lock = Lock(descriptor)
        with storage(path, "writing the lock"):
            lock.announce(None)
        try:
            yield lock
        finally:
            os.ftruncate(descriptor, 0)  # the file stays: to remove it would race with a waiter
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}:
            raise
        raise _locked(descriptor, path) from None


def _locked(descriptor: int, path: Path) -> LockedError:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:  # between taking the lock and saying so
        holder = {}
    run = holder.get("run") or "not yet named"
    known = f": run {run}, process {holder['pid']}, since {holder['since']}" if holder else ""
    return LockedError(
        Fault(
            "R410",
            f"another run of this configuration is going on{known}",
            "wait until it has ended, or give this configuration another name or output",
            file=path,
        )
    )
