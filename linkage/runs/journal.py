"""Writes down how a run goes, for those who come after: the log, and the audit log beside it."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from linkage.errors import LinkageError, StorageError
from linkage.runs.audit import append_audit
from linkage.runs.events import Event, Name, append_event
from linkage.runs.failures import frames


class Journal:
    """An observer that writes each event to ``log.jsonl`` and ``audit.jsonl`` in ``restricted``."""

    def __init__(self, restricted: Path, run: str) -> None:
        self._log = restricted / "log.jsonl"
        self._audit = restricted / "audit.jsonl"
        self._run = run

    def planned(self, stages: Sequence[str]) -> None:
        """Nothing: what is planned has not happened."""

    def opened(self, resumed: bool) -> None:
        """Write that the run started, or started again."""
        self._write("run_resumed" if resumed else "run_started")

    def approved(self, approvals: Sequence[int], ends_soon: bool) -> None:
        """Write which approvals of the configuration the run rests on, by their place in it."""
        names = tuple(f"governance.approvals[{i}]" for i in approvals)
        self._write("run_approved", codes=("R602",) if ends_soon else (), asked=names)

    def started(self, stage: str) -> None:
        """Write that a stage started."""
        self._write("stage_started", stage)

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Nothing: how many records a run holds is not for the log."""

    def finished(self, stage: str, seconds: float) -> None:
        """Write that a stage is done."""
        self._write("stage_finished", stage, seconds=round(seconds, 3))

    def skipped(self, stage: str) -> None:
        """Write that a stage was not done again."""
        self._write("stage_skipped", stage)

    def failed(self, stage: str, error: BaseException) -> None:
        """Write that a stage failed, and where. A full disk must not hide why it did."""
        codes = error.faults if isinstance(error, LinkageError) else ()
        stopped = not isinstance(error, Exception)
        with suppress(StorageError):
            self._write(
                "run_stopped" if stopped else "stage_failed",
                stage,
                codes=tuple(fault.code for fault in codes),
                frames=frames(error),
            )

    def closed(self) -> str:
        """Write that the run is done; return the head of the audit log."""
        return self._write("run_finished")

    def _write(
        self,
        event: Name,
        stage: str | None = None,
        seconds: float | None = None,
        codes: tuple[str, ...] = (),
        frames: tuple[str, ...] = (),
        asked: tuple[str, ...] = (),
    ) -> str:
        said = Event(event, self._run, stage, seconds, codes, frames, asked)
        append_event(self._log, said)
        return append_audit(self._audit, said)
