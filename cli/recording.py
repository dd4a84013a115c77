"""How a run went, written down whatever its end: for ``link status`` and for monitors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from cli.ending import exit_of
from linkage.errors import Exit, LinkageError, StorageError

if TYPE_CHECKING:
    from linkage.config.schema import Config


class Record:
    """An observer that remembers how long each stage took, and which run was finished."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self.folder: Path | None = None

    def planned(self, stages: Sequence[str]) -> None:
        """Nothing: what is planned has not happened."""

    def started(self, stage: str) -> None:
        """Nothing: it counts when it is done."""

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Nothing: how many records a run holds is not for monitors."""

    def finished(self, stage: str, seconds: float) -> None:
        """Remember how long a stage took."""
        self.stages[stage] = round(seconds, 3)

    def skipped(self, stage: str) -> None:
        """Nothing: it took no time."""

    def failed(self, stage: str, error: BaseException) -> None:
        """Nothing: the run ends with the error."""


@contextmanager
def recorded(config: Config) -> Iterator[Record]:
    """Write down how the run in the block went, whatever its end.

    Where another run holds the lock nothing is written: what stands there is the other's. A record
    that cannot be written fails a run that went well, and hides no other fault.
    """
    from linkage.runs.events import now

    record, started, begun = Record(), now(), monotonic()
    try:
        yield record
    except BaseException as error:
        if exit_of(error) != Exit.LOCKED:
            with suppress(StorageError):
                _write(config, record, started, monotonic() - begun, error)
        raise
    _write(config, record, started, monotonic() - begun, None)


def _write(
    config: Config, record: Record, started: str, seconds: float, error: BaseException | None
) -> None:
    from linkage.execution import home_of
    from linkage.governance.standing import standing
    from linkage.operation.outcome import Outcome, is_ours, last_outcome, succeeded, write_outcome
    from linkage.runs.events import now, today

    home = home_of(config)
    if not is_ours(home):
        return
    code, ended = Exit.DONE if error is None else exit_of(error), now()
    until = standing(config, today()).until
    faults = error.faults if isinstance(error, LinkageError) else ()
    write_outcome(
        home,
        Outcome(
            name=config.name,
            exit_code=code,
            started=started,
            ended=ended,
            seconds=round(seconds, 3),
            run=None if record.folder is None else record.folder.name,
            codes=tuple(dict.fromkeys(fault.code for fault in faults)),
            stages=record.stages,
            succeeded=succeeded(code, ended, last_outcome(home)),
            approved_until=None if until is None else until.isoformat(),
        ),
    )
