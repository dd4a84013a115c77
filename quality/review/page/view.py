"""The view model of a case: what is shown, settled to the last word before any HTML is made.

Nothing here knows whether a record is linked, how likely anything is, or who answered what.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quality.review.answers import Answer
from quality.review.cases import Case
from quality.review.differences import Compared, Piece, compare

_NARROWEST, _WIDEST = 5, 18
_EDGE = 3
"""What the edge of a field takes, in characters."""

_MOST_ALIGNED = 9
"""More fields than this do not fit side by side, and break into lines."""


@dataclass(frozen=True)
class Field:
    """A value under its label; ``compared`` says how it differs, and is None for the focal one."""

    label: str
    pieces: tuple[Piece, ...]
    compared: Compared | None = None

    @property
    def empty(self) -> bool:
        """Whether the record has no value."""
        return not self.pieces


@dataclass(frozen=True)
class Row:
    """A candidate: its rank, and what was answered of it."""

    rank: int
    fields: tuple[Field, ...]
    chosen: bool
    proposed: bool


@dataclass(frozen=True)
class CaseView:
    """A case as it is shown; ``none`` and ``unsure`` are (answered so, proposed)."""

    source: str
    other: str
    focal: tuple[Field, ...]
    rows: tuple[Row, ...]
    answer: str | None
    none: tuple[bool, bool]
    unsure: tuple[bool, bool]
    adjudicating: bool


def case_view(
    fields: Sequence[str],
    case: Case,
    answer: Answer | None = None,
    proposed: Sequence[Answer] = (),
) -> CaseView:
    """Return what is shown of ``case``, with the reviewer's own answer, if there is one."""
    labels = [label(name) for name in fields]
    shown = [
        Field(name, () if value is None else (Piece(value),))
        for name, value in zip(labels, case.focal, strict=True)
    ]
    rows = [
        Row(rank, _fields(labels, case.focal, values), answer == rank, rank in proposed)
        for rank, values in enumerate(case.candidates, start=1)
    ]
    return CaseView(
        label(case.unit.source),
        label(case.unit.other),
        tuple(shown),
        tuple(rows),
        None if answer is None else in_words(answer),
        (answer == "none", "none" in proposed),
        (answer == "unsure", "unsure" in proposed),
        bool(proposed),
    )


def label(name: str) -> str:
    """Return the name of a field or source as a reader would write it.

    Examples
    --------
    >>> label("date_of_birth")
    'Date of birth'
    """
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def in_words(answer: Answer) -> str:
    """Return an answer in words."""
    return f"candidate {answer}" if isinstance(answer, int) else _WORDS[answer]


_WORDS = {"none": "none of these", "unsure": "unsure"}


def columns(fields: Sequence[str], cases: Sequence[Case]) -> str | None:
    """Return the widths of the fields side by side, as CSS; None where there are too many.

    The same for all cases, so that a field stays where the eye looks for it.
    """
    if len(fields) > _MOST_ALIGNED:
        return None
    widths = []
    for at, name in enumerate(fields):
        lengths = sorted(len(case.focal[at] or "") for case in cases)
        usual = lengths[len(lengths) * 9 // 10] if lengths else 0
        widths.append(_EDGE + min(max(usual, len(name) * 2 // 3, _NARROWEST), _WIDEST))
    return " ".join(f"minmax(0,{width}fr)" for width in widths)


def _fields(
    labels: Sequence[str], focal: Sequence[str | None], values: Sequence[str | None]
) -> tuple[Field, ...]:
    found = []
    for name, before, after in zip(labels, focal, values, strict=True):
        compared = compare(before, after)
        found.append(Field(name, compared.pieces, compared))
    return tuple(found)
