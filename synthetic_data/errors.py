"""What goes wrong when a value is written down: one small function a kind of mistake."""

import numpy as np

from synthetic_data.arrays import Days, Flags, Texts, Whole
from synthetic_data.names import background

_LETTERS = "etaoinshrlducm"
_DIGITS = "0123456789"


def mistyped(text: str, kind: int, place: float, letter: float) -> str:
    """Return ``text`` with a slip: a character replaced, left out, put in or swapped.

    ``kind`` is 0 to 3; ``place`` and ``letter``, from 0 to 1, say where and with what.
    """
    at = int(place * len(text))
    here = text[at : at + 1]
    pool = _DIGITS if here.isdigit() else _LETTERS
    new = pool[int(letter * len(pool))]
    if kind == 3 and len(text) > 1:
        at = min(at, len(text) - 2)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 2:
        return text[: at + 1] + new + text[at + 1 :]
    if kind == 1 and len(text) > 2:
        return text[:at] + text[at + 1 :]
    return text[:at] + (new.upper() if here.isupper() else new) + text[at + 1 :]


def mistype(values: Texts, which: Flags, rng: np.random.Generator) -> None:
    """Put a slip into the values that ``which`` marks, in place; what is missing stays so."""
    here = np.flatnonzero(which)
    kinds = rng.integers(0, 4, len(here))
    places, letters = rng.random((2, len(here)))
    for row, kind, place, letter in zip(here, kinds, places, letters, strict=True):
        if values[row]:
            values[row] = mistyped(values[row], int(kind), float(place), float(letter))


def respell(values: Texts, backgrounds: Texts, which: Flags, rng: np.random.Generator) -> None:
    """Spell the names that ``which`` marks in another way of their background, in place."""
    here = np.flatnonzero(which)
    for row, chance in zip(here, rng.random(len(here)), strict=True):
        values[row] = background(backgrounds[row]).respelt(values[row], float(chance))


def swap(left: Texts, right: Texts, which: Flags) -> None:
    """Put the one into the place of the other where ``which`` says so, in place."""
    left[which], right[which] = right[which].copy(), left[which].copy()


def swap_day_and_month(days: Days, which: Flags) -> Days:
    """Return the days with day and month swapped where marked and where that is a day at all."""
    year, month, day = _parts(days)
    can = which & (day < 13)
    return _days(year, np.where(can, day, month), np.where(can, month, day))


def to_first_of_january(days: Days, which: Flags) -> Days:
    """Return the days with 1 January of the same year where marked."""
    return np.where(which, days.astype("M8[Y]").astype("M8[D]"), days)


def misdate(days: Days, which: Flags, rng: np.random.Generator) -> Days:
    """Return the days with another day, month or year where marked: always a calendar day."""
    year, month, day = _parts(days)
    part = rng.integers(0, 3, len(days))
    day = np.where(which & (part == 0), day % 28 + rng.integers(1, 4, len(days)), day)
    month = np.where(which & (part == 1), (month + rng.integers(0, 11, len(days))) % 12 + 1, month)
    slip = rng.choice([-10, -1, 1, -10], len(days))
    year = np.where(which & (part == 2), year + slip, year)
    return _days(year, month, np.minimum(day, _length(year, month)))


def _parts(days: Days) -> tuple[Whole, Whole, Whole]:
    months = days.astype("M8[M]")
    number = months.astype(np.int64)
    day = (days - months).astype(np.int64) + 1
    return number // 12 + 1970, number % 12 + 1, np.asarray(day, dtype=np.int64)


def _length(year: Whole, month: Whole) -> Whole:
    """Return how many days a month has."""
    begins = _days(year, month, np.ones_like(month))
    ends = (begins.astype("M8[M]") + 1).astype("M8[D]")
    return np.asarray((ends - begins).astype(np.int64), dtype=np.int64)


def _days(year: Whole, month: Whole, day: Whole) -> Days:
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    return np.asarray(months.astype("M8[D]") + (day - 1).astype("m8[D]"), dtype="M8[D]")
