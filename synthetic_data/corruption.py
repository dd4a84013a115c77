"""What goes wrong when a value is written down: the kinds of error.

A kind of error takes the values of a column, the rows that it befalls and random numbers. It
returns the new values of these rows, and which of them differ from the old: only a value that the
error cannot change, such as an empty one, stays as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic_data import confusions, misdating, renderings, slips
from synthetic_data.arrays import Days, Flags, Texts, Whole

Corrupt = Callable[[NDArray[Any], Whole, np.random.Generator], tuple[NDArray[Any], Flags]]

_WORDS = ("first_name", "middle_name", "surname", "street", "town")
_CODES = ("house_number", "postcode")
_TEXTS = (*_WORDS, *_CODES)
_NO_DAY = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class Kind:
    """A kind of error: the roles of the columns that it may befall, and what it does.

    ``together`` says that it befalls all of its roles at once. Their values then stand beside each
    other, a column a role.
    """

    roles: tuple[str, ...]
    corrupt: Corrupt
    together: bool = False


def _text(slip: Callable[..., str], draws: int) -> Corrupt:
    """Return the error that makes ``slip`` of a text and so many numbers from 0 to 1."""

    def corrupt(values: Texts, rows: Whole, rng: np.random.Generator) -> tuple[Texts, Flags]:
        old = values[rows]
        luck = rng.random((draws, len(rows)))
        filled = np.flatnonzero(old.astype(np.bool_))
        new = old.copy()
        new[filled] = list(map(slip, old[filled].tolist(), *luck[:, filled].tolist()))
        return new, np.asarray(new != old, dtype=np.bool_)

    return corrupt


def _day(change: Callable[[Days, np.random.Generator], Days]) -> Corrupt:
    """Return the error that makes ``change`` of a day; an unknown day stays unknown."""

    def corrupt(values: Days, rows: Whole, rng: np.random.Generator) -> tuple[Days, Flags]:
        old = values[rows]
        known = ~np.isnat(old)
        new = np.where(known, change(np.where(known, old, _NO_DAY), rng), old)
        return new, known & (new != old)

    return corrupt


def _swapped(values: Texts, rows: Whole, _rng: np.random.Generator) -> tuple[Texts, Flags]:
    old = values[rows]
    return old[:, ::-1], np.asarray(old[:, 0] != old[:, 1], dtype=np.bool_)


def _other_sex(values: Whole, rows: Whole, _rng: np.random.Generator) -> tuple[Whole, Flags]:
    """Return 0 for 1 and 1 for 0; what is negative is no sex and stays."""
    old = values[rows]
    return np.where(old < 0, old, 1 - old), old >= 0


KINDS: Mapping[str, Kind] = {
    "typing": Kind(_TEXTS, _text(slips.mistyped, draws=3)),
    "keyboard": Kind(_TEXTS, _text(slips.neighbour, draws=2)),
    "omitted": Kind(_TEXTS, _text(slips.omitted, draws=2)),
    "doubled": Kind(_TEXTS, _text(slips.doubled, draws=2)),
    "transposed": Kind(_TEXTS, _text(slips.transposed, draws=2)),
    "ocr": Kind(_TEXTS, _text(confusions.misread, draws=1)),
    "letter_for_digit": Kind(_CODES, _text(confusions.letter_for_digit, draws=1)),
    "phonetic": Kind(_WORDS, _text(confusions.misheard, draws=1)),
    "separators": Kind(_WORDS, _text(renderings.joined_or_parted, draws=1)),
    "one_surname_of_two": Kind(("surname",), _text(renderings.one_of_two, draws=1)),
    "truncated": Kind(_WORDS, _text(renderings.truncated, draws=1)),
    "upper_case": Kind(_WORDS, _text(str.upper, draws=0)),
    "diacritics_lost": Kind(_WORDS, _text(renderings.unaccented, draws=0)),
    "swapped_names": Kind(("first_name", "surname"), _swapped, together=True),
    "swapped_day_and_month": Kind(
        ("date_of_birth",), _day(lambda days, _: misdating.day_and_month_swapped(days))
    ),
    "first_of_january": Kind(
        ("date_of_birth",), _day(lambda days, _: misdating.first_of_january(days))
    ),
    "misdated": Kind(("date_of_birth",), _day(misdating.another_part)),
    "wrong_day": Kind(("date_of_birth",), _day(misdating.another_day)),
    "wrong_month": Kind(("date_of_birth",), _day(misdating.another_month)),
    "wrong_year": Kind(("date_of_birth",), _day(misdating.another_year)),
    "wrong_sex": Kind(("sex",), _other_sex),
}
"""The kinds of error by name. What is missing is None among texts and NaT among days; sexes are
positions in ``SEXES``, and what is missing among them is negative."""
