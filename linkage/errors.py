"""What can go wrong for a user, in one shape: a list of faults and an exit code.

Every fault says what is wrong, where, and what to write instead, and never holds a data value.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path
from typing import Literal


class Exit(IntEnum):
    """The exit codes of the command line. 1 is never used: coreutils' ``link`` fails with it."""

    DONE = 0
    USAGE = 2
    DATA = 3
    GATE = 4
    PERMISSION = 5
    BUG = 70
    STORAGE = 74
    LOCKED = 75
    INTERRUPTED = 130
    TERMINATED = 143


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, in the words of the person who has to mend it.

    ``code`` is stable and has a page in docs/reference/errors.md; ``path`` names the setting or
    column (``comparisons[surname].kind``); ``fix`` is what to write instead.
    """

    code: str
    message: str
    fix: str = ""
    file: Path | None = None
    line: int | None = None
    column: int | None = None
    path: str = ""
    source_line: str = ""
    width: int = 1
    severity: Literal["error", "warning"] = "error"

    def as_record(self) -> dict[str, object]:
        """Return the fault as plain values, for ``--json`` and the log."""
        record = asdict(self)
        record["file"] = None if self.file is None else str(self.file)
        return record


class LinkageError(Exception):
    """A mistake or condition the user can mend. ``exit_code`` tells a scheduler what kind."""

    exit_code: Exit = Exit.USAGE

    def __init__(self, faults: Fault | Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("; ".join(f"{fault.code} {fault.message}" for fault in self.faults))


class ConfigError(LinkageError):
    """The configuration, or the way a command was called, is wrong (exit 2)."""

    exit_code = Exit.USAGE


class DataError(LinkageError):
    """An input file does not hold what the configuration says (exit 3)."""

    exit_code = Exit.DATA


class GateError(LinkageError):
    """The run was stopped because a quality gate failed (exit 4)."""

    exit_code = Exit.GATE


class ApprovedError(LinkageError):
    """What was approved for release must not change (exit 5)."""

    exit_code = Exit.PERMISSION


class RefusedError(LinkageError):
    """What this person may not see, or what may not be shown to anyone (exit 5)."""

    exit_code = Exit.PERMISSION


class StorageError(LinkageError):
    """No room, no memory, an output that cannot be written, a damaged intermediate (exit 74)."""

    exit_code = Exit.STORAGE


class LockedError(LinkageError):
    """Another run holds the lock (exit 75)."""

    exit_code = Exit.LOCKED
