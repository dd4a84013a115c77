"""A bar for each stage, with what is done and the time left, where a person is looking."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as TimeLeft

from cli.progress import duration


class Bar:
    """Shows each stage as a task of a rich progress display."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._stages: list[str] = []
        self._tasks: dict[str, TaskID] = {}

    def planned(self, stages: Sequence[str]) -> None:
        """Remember how many stages there are."""
        self._stages = list(stages)

    def started(self, stage: str) -> None:
        """Show a stage, not knowing yet how long it is."""
        number = f"[{self._stages.index(stage) + 1}/{len(self._stages)}]"
        self._tasks[stage] = self._shown.add_task(f"{number} {stage}", total=None, far="")

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Move its bar."""
        far = f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}"
        self._shown.update(self._tasks[stage], completed=done, total=total, far=far)

    def finished(self, stage: str, seconds: float) -> None:
        """Fill its bar."""
        self._end(stage, f"done in {duration(seconds)}")

    def skipped(self, stage: str) -> None:
        """Show a stage that an earlier run did."""
        self.started(stage)
        self._end(stage, "already done")

    def failed(self, stage: str, error: BaseException) -> None:
        """Leave its bar where it is."""
        said = "failed" if isinstance(error, Exception) else "stopped"
        self._shown.update(self._tasks[stage], far=said)
        self._shown.stop_task(self._tasks[stage])

    def _end(self, stage: str, said: str) -> None:
        self._shown.update(self._tasks[stage], completed=1, total=1, far=said)
        self._shown.stop_task(self._tasks[stage])


@contextmanager
def bar(stream: TextIO) -> Iterator[Bar]:
    """Show bars on ``stream`` for the length of the block."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[far]}", markup=False),
        TimeElapsedColumn(),
        TimeLeft(),
    )
    with Progress(*columns, console=Console(file=stream)) as shown:
        yield Bar(shown)
