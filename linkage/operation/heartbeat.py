"""A sign of life: every few seconds the lock says in which stage the run is, and when that was."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from linkage.runs.lock import Lock
from linkage.runs.storage import storage_error

EVERY = 10.0
"""Seconds between two signs of life."""


class Heartbeat:
    """An observer that tells the lock of each stage, and goes on telling while it lasts."""

    def __init__(self, lock: Lock, every: float = EVERY) -> None:
        self._lock, self._every = lock, every
        self._over = threading.Event()
        self._refused: OSError | None = None

    def beat(self) -> None:
        """Tell the lock every few seconds; what is refused, :meth:`tell` raises in the run."""
        while not self._over.wait(self._every):
            try:
                self._lock.tell()
            except OSError as error:
                self._refused = error
                return

    def stop(self) -> None:
        """Tell nothing more."""
        self._over.set()

    def tell(self, stage: str | None) -> None:
        """Tell the lock in which stage the run is.

        Raises
        ------
        StorageError
            When this, or a sign of life before it, could not be written.
        """
        try:
            if self._refused is not None:
                raise self._refused
            self._lock.stage = stage
            self._lock.tell()
        except OSError as error:
            raise storage_error(error, self._lock.path, "giving a sign of life") from None

    def planned(self, stages: Sequence[str]) -> None:
        """Nothing: what is planned has not begun."""

    def started(self, stage: str) -> None:
        """Tell that a stage has started."""
        self.tell(stage)

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Nothing: how many records a run holds is not told outside."""

    def finished(self, stage: str, seconds: float) -> None:
        """Tell that no stage is under way."""
        self.tell(None)

    def skipped(self, stage: str) -> None:
        """Nothing: it takes no time."""

    def failed(self, stage: str, error: BaseException) -> None:
        """Nothing: the run ends, and that is told by who ends it."""


@contextmanager
def beating(lock: Lock, every: float = EVERY) -> Iterator[Heartbeat]:
    """Give a heartbeat that goes on for the length of the block."""
    heartbeat = Heartbeat(lock, every)
    thread = threading.Thread(target=heartbeat.beat, daemon=True)
    thread.start()
    try:
        yield heartbeat
    finally:
        heartbeat.stop()
        thread.join()
