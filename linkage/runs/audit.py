"""The audit log: each line holds the hash of the line before, so that an edit shows.

A chain alone does not stop its owner from writing it anew or cutting its tail: the head is
printed in the manifest, and :func:`verify` compares it when it is given.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from linkage.runs.events import Event, canonical
from linkage.runs.publish import private_folder
from linkage.runs.storage import storage

ORIGIN = "0" * 64
"""What stands for the line before the first."""

_KEPT = ("event", "run", "stage", "codes", "asked", "user", "at")


@dataclass(frozen=True)
class Verdict:
    """Whether a chain holds: ``broken_at`` is the first line that does not, ``head`` the last hash.

    ``broken_at`` is one past the last line when lines are missing at the end.
    """

    head: str
    broken_at: int | None = None

    @property
    def holds(self) -> bool:
        """Say whether every line is what was written."""
        return self.broken_at is None


def append_audit(path: Path, event: Event) -> str:
    """Add ``event`` to the chain at ``path``, durably; return the new head.

    A line torn by a crash is kept and sealed: its hash goes into the next one.
    """
    with storage(path, "writing the audit log"):
        private_folder(path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            written = file.read()
            record = {k: v for k, v in event.as_record().items() if k in _KEPT}
            line = _seal(record, written)
            separator = b"" if written.endswith(b"\n") or not written else b"\n"
            _write_all(file.fileno(), separator + canonical(line) + b"\n")
            os.fsync(file.fileno())
            return str(line["hash"])


def verify(path: Path, head: str | None = None) -> Verdict:
    """Walk the chain at ``path``; with ``head``, also prove that nothing up to there is missing.

    What was added after ``head`` was written down, an approval or a table asked for, is no break.
    """
    previous, torn = ORIGIN, None
    seen = {previous}
    lines = path.read_bytes().splitlines()
    for number, line in enumerate(lines, start=1):
        record = _record(line)
        if record is None:
            if torn is not None:
                return Verdict(previous, number)
            torn = _digest(line)
        elif not _follows(record, previous, torn):
            return Verdict(previous, number)
        else:
            previous, torn = str(record["hash"]), None
            seen.add(previous)
    if head is not None and head not in seen:
        return Verdict(previous, len(lines) + 1)
    return Verdict(previous)


def _seal(record: dict[str, object], written: bytes) -> dict[str, object]:
    previous, torn = _last(written.splitlines())
    sealed = record | {"previous": previous} | ({"sealed": torn} if torn else {})
    return sealed | {"hash": _digest(canonical(sealed))}


def _last(lines: Iterable[bytes]) -> tuple[str, str | None]:
    """Return the hash of the last whole line, and that of a torn one after it."""
    torn = None
    for line in reversed(list(lines)):
        if (record := _record(line)) is not None:
            return str(record["hash"]), torn
        torn = _digest(line)
    return ORIGIN, torn


def _follows(record: dict[str, object], previous: str, torn: str | None) -> bool:
    content = {key: value for key, value in record.items() if key != "hash"}
    return (
        record["hash"] == _digest(canonical(content))
        and record.get("previous") == previous
        and record.get("sealed") == torn
    )


def _record(line: bytes) -> dict[str, object] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "hash" in record else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
