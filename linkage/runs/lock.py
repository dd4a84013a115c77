"""One run at a time in a run's home folder; the system frees the lock when its holder dies."""

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

from linkage.errors import Fault, LockedError
from linkage.runs.events import now
from linkage.runs.publish import private_folder
from linkage.runs.storage import storage

_WIDTH = 512
"""So wide is what the lock says: written at once, a reader never sees a part of it."""

_TRIES, _BETWEEN = 5, 0.02
"""Who asks whether a lock is held holds it for a moment: a run looks again before it gives up."""


class Lock:
    """The lock while it is held: it can say which run holds it, and that it lives."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self.path = path
        self.stage: str | None = None
        self._descriptor = descriptor
        self._run: str | None = None
        self._since = now()
        self._empty = False

    def announce(self, run: str | None) -> None:
        """Write for others to read that ``run`` (None: not yet named) holds the lock."""
        self._run = run
        self.tell()

    def tell(self) -> None:
        """Write that the run lives, and in which stage it is."""
        said = {
            "pid": os.getpid(),
            "run": self._run,
            "since": self._since,
            "stage": self.stage,
            "at": now(),
        }
        self._empty = False
        os.pwrite(self._descriptor, json.dumps(said).ljust(_WIDTH).encode(), 0)

    def empty(self) -> None:
        """Say nothing more, if anything is said: before what is done cannot be undone any more.

        The file stays: to remove it would race with a waiter.
        """
        if not self._empty:
            with storage(self.path, "emptying the lock"):
                os.ftruncate(self._descriptor, 0)
            self._empty = True


def holder(home: Path) -> tuple[dict[str, Any], bool]:
    """Return what the lock of ``home`` says of its holder, and whether it is held.

    What a killed holder said stays, and nobody holds it; after an ordinary end it says nothing.
    """
    path = home / ".lock"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return {}, False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        held = False
    except BlockingIOError:
        held = True
    finally:
        said = _said(descriptor)
        os.close(descriptor)
    return said, held


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
        lock = Lock(descriptor, path)
        with storage(path, "writing the lock"):
            lock.announce(None)
        try:
            yield lock
        finally:
            lock.empty()
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    for left in reversed(range(_TRIES)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}:
                raise
            if not left:
                raise _locked(descriptor, path) from None
            sleep(_BETWEEN)
        else:
            return


def _said(descriptor: int) -> dict[str, Any]:
    try:
        found = json.loads(os.pread(descriptor, _WIDTH, 0))
    except ValueError:  # between taking the lock and saying so
        return {}
    return found if isinstance(found, dict) else {}


def _locked(descriptor: int, path: Path) -> LockedError:
    said = _said(descriptor)
    run = said.get("run") or "not yet named"
    known = f": run {run}, process {said['pid']}, since {said['since']}" if said else ""
    return LockedError(
        Fault(
            "R410",
            f"another run of this configuration is going on{known}",
            "wait until it has ended, or give this configuration another name or output",
            file=path,
        )
    )
