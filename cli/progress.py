"""How far a run has come: a bar for a person, plain lines for a log, JSON lines for a program."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import TextIO

from cli.show import in_colour
from linkage.pipeline import Observer

_EVERY = 10.0
"""Seconds between two plain lines on one stage."""


@contextmanager
def observer(log_format: str, stream: TextIO) -> Iterator[Observer]:
    """Give an observer that tells ``stream`` in ``plain`` or ``json``, or as suits who reads it."""
    if log_format == "auto" and in_colour(stream):
        from cli.progress_bar import bar

        with bar(stream) as watching:
            yield watching
    else:
        yield JsonLines(stream) if log_format == "json" else PlainLines(stream)


class PlainLines:
    """One line when a stage starts and ends, and one now and then between."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._stages: list[str] = []
        self._start = self._said = 0.0

    def planned(self, stages: Sequence[str]) -> None:
        """Remember how many stages there are."""
        self._stages = list(stages)

    def started(self, stage: str) -> None:
        """Say that a stage has started."""
        self._start = self._said = self._clock()
        self._say(stage, "...")

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Say how far it has come, if that was not said just now."""
        now = self._clock()
        if now - self._said >= _EVERY:
            self._said = now
            self._say(stage, how_far(done, total, unit, now - self._start))

    def finished(self, stage: str, seconds: float) -> None:
        """Say that it is done, and how long it took."""
        self._say(stage, f"done in {duration(seconds)}")

    def skipped(self, stage: str) -> None:
        """Say that an earlier run did it."""
        self._say(stage, "already done")

    def failed(self, stage: str, error: BaseException) -> None:
        """Say that it ended early; why is said by whoever handles the error."""
        self._say(stage, "stopped" if not isinstance(error, Exception) else "failed")

    def _say(self, stage: str, what: str) -> None:
        number = self._stages.index(stage) + 1
        self._stream.write(f"[{number}/{len(self._stages)}] {stage}: {what}\n")
        self._stream.flush()


class JsonLines:
    """One JSON object a line for everything that is told."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def planned(self, stages: Sequence[str]) -> None:
        """Tell the names of all stages."""
        self._tell("planned", stages=list(stages))

    def started(self, stage: str) -> None:
        """Tell that a stage has started."""
        self._tell("stage_started", stage=stage)

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Tell how far it has come."""
        self._tell("progress", stage=stage, done=done, total=total, unit=unit)

    def finished(self, stage: str, seconds: float) -> None:
        """Tell that it is done, and how long it took."""
        self._tell("stage_finished", stage=stage, seconds=round(seconds, 3))

    def skipped(self, stage: str) -> None:
        """Tell that an earlier run did it."""
        self._tell("stage_skipped", stage=stage)

    def failed(self, stage: str, error: BaseException) -> None:
        """Tell that it ended early, and the class of the error."""
        self._tell("stage_failed", stage=stage, error=type(error).__name__)

    def _tell(self, event: str, **fields: object) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._stream.write(json.dumps({"at": at, "event": event, **fields}) + "\n")
        self._stream.flush()


def how_far(done: int, total: int | None, unit: str, elapsed: float) -> str:
    """Return ``1,000 of 4,000 pairs, about 30 s left``."""
    if not total:
        return f"{done:,} {unit}"
    told = f"{done:,} of {total:,} {unit}"
    if not done or done >= total:
        return told
    return f"{told}, about {duration(elapsed * (total - done) / done)} left"


def duration(seconds: float) -> str:
    """Return ``0.4 s``, ``12 s``, ``3 min 05 s`` or ``2 h 10 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
