"""How a candidate's value differs from the focal record's, in words and character by character."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import jellyfish

State = Literal["same", "differs", "missing"]

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PARTS = ("year", "month", "day")


@dataclass(frozen=True)
class Piece:
    """A piece of a value. One that differs and has no text stands where characters are left out."""

    text: str
    differs: bool = False


@dataclass(frozen=True)
class Compared:
    """A candidate's value in pieces, and in a few words how it differs from the focal record's.

    Pieces are marked where the two are alike enough for it to help; an altogether different value
    is in one piece, or every value of an unlike candidate would shout.
    """

    state: State
    words: str
    pieces: tuple[Piece, ...]


def compare(focal: str | None, value: str | None) -> Compared:
    """Compare the value of a candidate with that of the focal record (None: missing).

    Examples
    --------
    >>> compare("smith", "smyth").words
    'differs: 1 character'
    >>> compare("1987-02-11", "1987-11-02").words
    'differs: day and month swapped'
    """
    if value is None:
        return Compared("missing", "missing in both" if focal is None else "missing", ())
    if focal is None:
        return Compared("missing", "missing above", (Piece(value),))
    if focal == value:
        return Compared("same", "same", (Piece(value),))
    before, after = _DATE.fullmatch(focal), _DATE.fullmatch(value)
    if before and after:
        return _dates(before.groups(), after.groups())
    return _texts(focal, value)


def _dates(focal: tuple[str, ...], value: tuple[str, ...]) -> Compared:
    unlike = [one != other for one, other in zip(focal, value, strict=True)]
    if all(unlike):
        return _different("-".join(value))
    pieces = [Piece(value[0], unlike[0])]
    for part, differs in zip(value[1:], unlike[1:], strict=True):
        pieces += [Piece("-"), Piece(part, differs)]
    if unlike[1:] == [True, True] and focal[1:] == value[:0:-1]:
        return Compared("differs", "differs: day and month swapped", tuple(pieces))
    names = [name for name, differs in zip(_PARTS, unlike, strict=True) if differs]
    return Compared("differs", f"differs: {' and '.join(reversed(names))}", tuple(pieces))


def _texts(focal: str, value: str) -> Compared:
    n = jellyfish.damerau_levenshtein_distance(focal, value)
    if n >= min(len(focal), len(value)) or n > max(2, max(len(focal), len(value)) // 3):
        return _different(value)
    changes = tuple(_changes(focal, value))
    n_changes = sum(change.counts for change in changes)
    one_swap = n_changes == 1 and any(change.counts and change.swap for change in changes)
    words = "2 characters swapped" if one_swap else f"{n_changes} character{'s'[: n_changes > 1]}"
    runs = groupby(changes, key=lambda change: (change.differs, change.differs and not change.text))
    pieces = (Piece("".join(c.text for c in run), differs) for (differs, _), run in runs)
    return Compared("differs", f"differs: {words}", tuple(pieces))


def _different(value: str) -> Compared:
    return Compared("differs", "different", (Piece(value),))


@dataclass(frozen=True)
class _Change:
    """A step of the shortest way from one text to another; ``counts`` is 1 where it is an edit."""

    text: str
    differs: bool
    counts: int
    swap: bool = False


def _changes(focal: str, value: str) -> Iterator[_Change]:
    """Yield the steps of a shortest way from ``focal`` to ``value``, in the order of the text.

    Steps are those of the optimal string alignment distance: a character replaced, put in, left
    out, or two neighbours swapped.
    """
    cost = _costs(focal, value)
    i, j = len(focal), len(value)
    steps: list[_Change] = []
    while i or j:
        if _swapped(focal, value, i, j) and cost[i][j] == cost[i - 2][j - 2] + 1:
            steps += [_Change(value[j - 1], True, 1, True), _Change(value[j - 2], True, 0, True)]
            i, j = i - 2, j - 2
        elif i and j and cost[i][j] == cost[i - 1][j - 1] + (focal[i - 1] != value[j - 1]):
            unlike = focal[i - 1] != value[j - 1]
            steps.append(_Change(value[j - 1], unlike, int(unlike)))
            i, j = i - 1, j - 1
        elif j and cost[i][j] == cost[i][j - 1] + 1:
            steps.append(_Change(value[j - 1], True, 1))
            j -= 1
        else:
            steps.append(_Change("", True, 1))
            i -= 1
    return reversed(steps)


def _costs(focal: str, value: str) -> list[list[int]]:
    """Return (len(focal) + 1, len(value) + 1) the distance of every start of one to the other's."""
    cost = [[i + j if not i or not j else 0 for j in range(len(value) + 1)]
            for i in range(len(focal) + 1)]  # fmt: skip
    for i in range(1, len(focal) + 1):
        for j in range(1, len(value) + 1):
            replaced = cost[i - 1][j - 1] + (focal[i - 1] != value[j - 1])
            cost[i][j] = min(replaced, cost[i - 1][j] + 1, cost[i][j - 1] + 1)
            if _swapped(focal, value, i, j):
                cost[i][j] = min(cost[i][j], cost[i - 2][j - 2] + 1)
    return cost


def _swapped(focal: str, value: str, i: int, j: int) -> bool:
    if i < 2 or j < 2 or focal[i - 1] == focal[i - 2]:
        return False
    return focal[i - 2 : i] == value[j - 1] + value[j - 2]
