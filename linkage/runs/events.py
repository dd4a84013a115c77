"""What is written down about a run: typed events with a closed list of fields, no free text.

No field can hold a value of the data, a record id or a number of people.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from linkage.runs.publish import private_folder
from linkage.runs.storage import storage

Name = Literal[
    "run_refused",
    "run_approved",
    "run_started",
    "run_resumed",
    "stage_started",
    "stage_finished",
    "stage_skipped",
    "stage_failed",
    "run_stopped",
    "run_finished",
    "table_asked",
    "explanation_asked",
    "release_approved",
    "drift_accepted",
    "records_removed",
]


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def today() -> date:
    """Return the day in UTC: by it approvals hold or have ended."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Event:
    """One event. ``codes`` are those of faults; ``frames`` say where in our code one arose.

    ``asked`` are names of the configuration: of a measure, of characteristics, of sources, or of
    the approvals that a run rests on.
    """

    event: Name
    run: str
    stage: str | None = None
    seconds: float | None = None
    codes: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    user: int = field(default_factory=os.getuid)
    at: str = field(default_factory=now)

    def as_record(self) -> dict[str, object]:
        """Return the fields that are filled."""
        return {key: value for key, value in asdict(self).items() if value not in (None, ())}


def canonical(record: object) -> bytes:
    """Return ``record`` as JSON that is the same for equal content: sorted keys, no spaces."""
    text = json.dumps(
        record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def append_event(path: Path, event: Event) -> None:
    """Add ``event`` as a line to the log at ``path``, readable by its owner only."""
    with storage(path, "writing the log"):
        private_folder(path.parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(canonical(event.as_record()) + b"\n")
