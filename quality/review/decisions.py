"""The decisions of reviewers: append-only, one file a reviewer, one JSON object a line.

Each line is on the disk before the next case is shown. A line torn by a crash was never confirmed
to anybody: it is left where it is and not read, and the next one starts on a fresh line.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from linkage.errors import Fault, LockedError, StorageError
from linkage.runs.publish import private_folder, sync_folder
from linkage.runs.storage import storage
from linkage.tables import REVIEWS
from quality.review.answers import VERDICTS, Answer, Decided, Verdict, decided
from quality.review.cases import Review, damaged, read_review

FOLDER = "decisions"


@dataclass(frozen=True)
class Decision:
    """One line: what a reviewer decided of a unit, and when (UTC)."""

    unit: int
    decision: Verdict
    partner: int | None
    partner_rank: int | None
    reviewer: str
    reviewed_at: str
    adjudicated: bool

    @property
    def outcome(self) -> Decided:
        """What was decided, without who and when."""
        return Decided(self.decision, self.partner, self.partner_rank)


class DecisionLog:
    """The decisions of one reviewer while the file is open to be added to."""

    def __init__(self, review: Review, reviewer: str, adjudicated: bool, descriptor: int) -> None:
        self._review, self._reviewer, self._adjudicated = review, reviewer, adjudicated
        self._descriptor = descriptor
        self.last: dict[int, Decision] = {
            each.unit: each for each in read_lines(review, reviewer, missing_ok=False)
        }

    def append(self, *answers: tuple[int, Answer]) -> None:
        """Write answers, each (unit, answer), to the disk; they are safe when this returns.

        Raises
        ------
        ValueError
            When a unit is not one of the review's, or an answer names no candidate of it; nothing
            is written then.
        StorageError
            When the disk refuses it, or the file is gone (R446); what counts as decided is what
            :func:`read_lines` reads.
        """
        decisions = [self._decision(unit, answer) for unit, answer in answers]
        lines = b"".join(json.dumps(asdict(each)).encode() + b"\n" for each in decisions)
        path = _path(self._review, self._reviewer)
        with storage(path, "saving a decision"):
            if os.fstat(self._descriptor).st_nlink == 0:
                raise _gone(path)
            _write_all(self._descriptor, lines if _ends_whole(self._descriptor) else b"\n" + lines)
            os.fsync(self._descriptor)
        self.last.update({each.unit: each for each in decisions})

    def _decision(self, unit: int, answer: Answer) -> Decision:
        if unit not in self._review.units:
            raise ValueError("no such unit in this review")
        found = decided(self._review.units[unit], self._review.listed[unit], answer)
        return Decision(
            unit, **asdict(found), reviewer=self._reviewer, reviewed_at=_now(),
            adjudicated=self._adjudicated,
        )  # fmt: skip


@contextmanager
def open_log(review: Review, reviewer: str, adjudicated: bool) -> Iterator[DecisionLog]:
    """Open the reviewer's decisions to be added to, by nobody else for the length of the block.

    Raises
    ------
    LockedError
        R444 when they are open already.
    StorageError
        When they cannot be written, or are damaged (R443).
    """
    path = _path(review, reviewer)
    with storage(path, "opening the decisions of a reviewer"):
        private_folder(path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        sync_folder(path.parent)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _in_use(path) from None
        yield DecisionLog(review, reviewer, adjudicated, descriptor)
    finally:
        os.close(descriptor)


def read_lines(review: Review, reviewer: str, missing_ok: bool = True) -> Iterator[Decision]:
    """Yield the decisions of one reviewer in the order they were made.

    Raises
    ------
    StorageError
        R443 with the line that cannot have been written by us.
    """
    path = _path(review, reviewer)
    if missing_ok and not path.exists():
        return
    with storage(path, "reading the decisions of a reviewer"):
        lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.endswith(b"}"):  # nothing, or the start of a line that a crash tore
            continue
        decision = _decision(line)
        if decision is None or not _fits(review, reviewer, decision):
            raise damaged(path, number)
        yield decision


def last_decisions(review: Review) -> dict[str, dict[int, Decision]]:
    """Return for every reviewer who decided anything the last decision on each unit."""
    folder = review.folder / FOLDER
    names = sorted(path.stem for path in folder.glob("*.jsonl")) if folder.is_dir() else []
    found = {name: {each.unit: each for each in read_lines(review, name)} for name in names}
    return {name: last for name, last in found.items() if last}


def read_decisions(folder: Path) -> pa.Table:
    """Return the reviews in the review folder ``folder``: a row a reviewed unit and reviewer.

    Returns
    -------
    pa.Table
        The columns of :data:`linkage.tables.REVIEWS`, by unit and reviewer. Where a reviewer
        decided on a unit more than once, the last decision stands.
    """
    review = read_review(folder)
    decisions = [each for last in last_decisions(review).values() for each in last.values()]
    decisions.sort(key=lambda each: (each.unit, each.adjudicated, each.reviewer))
    schema = pa.schema(list(REVIEWS.columns.items()))
    return pa.Table.from_pylist([_row(review, each) for each in decisions], schema=schema)


def _row(review: Review, decision: Decision) -> Mapping[str, object]:
    unit = review.units[decision.unit]
    stratum = review.strata[unit.stratum]
    return {
        "run": review.run,
        "unit": unit.number,
        "unit_type": unit.kind,
        "source": unit.source,
        "record": unit.record,
        "other": unit.other,
        "partner_shown": unit.partner_shown,
        "group": stratum.group,
        "stratum": unit.stratum,
        "n_stratum": stratum.n_records,
        "n_sampled": stratum.n_sampled,
        **{key: value for key, value in asdict(decision).items() if key != "unit"},
    }


def _decision(line: bytes) -> Decision | None:
    try:
        decision = Decision(**json.loads(line))
    except (ValueError, TypeError):
        return None
    numbers: Iterable[object] = (decision.unit, decision.partner or 0, decision.partner_rank or 0)
    whole = all(type(number) is int for number in numbers)
    return decision if whole and decision.decision in VERDICTS else None


def _fits(review: Review, reviewer: str, decision: Decision) -> bool:
    """Tell whether the decision is one that its reviewer can have made of a unit of the review."""
    unit = review.units.get(decision.unit)
    if unit is None or decision.reviewer != reviewer:
        return False
    try:
        found = decided(unit, review.listed[unit.number], decision.outcome.answer)
    except ValueError:
        return False
    return found == decision.outcome


def _path(review: Review, reviewer: str) -> Path:
    return review.folder / FOLDER / f"{reviewer}.jsonl"


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _in_use(path: Path) -> LockedError:
    return LockedError(
        Fault(
            "R444",
            "this reviewer's decisions are being written by another process",
            "end the link review serve that is open under this name, then try again",
            file=path,
        )
    )


def _gone(path: Path) -> StorageError:
    return StorageError(
        Fault(
            "R446",
            "the review was sampled anew, or removed, while it was open",
            "start the command again; what was answered since is not kept",
            file=path,
        )
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
