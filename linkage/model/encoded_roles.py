"""Comparisons of encoded columns: as near to those of clear text as encodings allow.

A filter tells how much of two names agrees, a token only whether two values do. Which names were
swapped, or which digit of a date is off, nobody can see.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from linkage.config.source_settings import Column
from linkage.model.comparisons import Comparison, Level, dice, equal, left, missing, right
from linkage.model.encoded_places import PLACES, encoded_places
from linkage.model.salts import DATE, OF_THE_YEAR, SWAPPED, unknown

FAMILY = "surname"
TWO_PARTS = (*OF_THE_YEAR, "birth_month_day")

_PARTS = (DATE, SWAPPED, *TWO_PARTS)
_NAMES = ("first_name", "middle_name", FAMILY)
_SOUND = "_phonetic"
_KEY = re.compile(r"key_\d+")


def by_encoding(columns: Mapping[str, Column]) -> tuple[Comparison, ...]:
    """Return a comparison for every field of ``columns``, which all sources hold encoded."""
    return tuple(_chosen(columns))


def bands(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Return the tokens that are there to block on, and say nothing that others do not."""
    return tuple(name for name, column in columns.items() if column.kind == "band")


def match_keys(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Return the tokens that are match-keys of several fields, strictest first."""
    return tuple(name for name in columns if _KEY.fullmatch(name))


def _chosen(columns: Mapping[str, Column]) -> Iterator[Comparison]:
    for column in _NAMES:
        if column in columns:
            yield filtered(column, columns)
    if DATE in columns:
        yield date_of_birth(columns)
    yield from encoded_places(columns)
    if keys := match_keys(columns):
        yield of_keys(keys)
    settled = {*_NAMES, *_PARTS, *PLACES, *bands(columns), *keys}
    for column in columns:
        if column not in settled and not column.endswith(_SOUND):
            yield (filtered if columns[column].kind == "filter" else plain)(column, columns)


def of_keys(keys: Sequence[str]) -> Comparison:
    """Compare match-keys as one: by the strictest that agrees, for they are made of each other."""
    unknown_of = (f"({missing(key).sql})" for key in keys)
    levels = (Level(f"match-key {key}", equal(key)) for key in keys)
    return Comparison(
        "match_key",
        tuple(keys),
        (
            Level("missing", " AND ".join(unknown_of), missing=True),
            *levels,
            Level("different", "ELSE"),
        ),
    )


def plain(column: str, columns: Mapping[str, Column]) -> Comparison:
    """Compare a token for equality."""
    cannot, read = unknown(column, columns)
    levels = (
        Level("missing", cannot, missing=True),
        _equal(column, columns),
        Level("different", "ELSE"),
    )
    return Comparison(column, (column, *read), levels)


def filtered(column: str, columns: Mapping[str, Column], steps: Sequence[float] = ()) -> Comparison:
    """Compare names by how many bigrams they share, and by their sound; numbers by their steps."""
    cannot, salts = unknown(column, columns)
    is_filter, sound = columns[column].kind == "filter", f"{column}{_SOUND}"
    bounds = (steps or columns[column].levels) if is_filter else ()
    levels = [Level(f"Dice {each:g}", dice(column, each)) for each in bounds]
    if sound in columns and not steps:
        levels.insert(max(len(levels) - 1, 0), Level("same sound", equal(sound)))
    read = (column, *((sound,) if sound in columns and not steps else ()), *salts)
    missed, different = Level("missing", cannot, missing=True), Level("different", "ELSE")
    every = (missed, _equal(column, columns), *levels, different)
    return Comparison(column, read, every, family=column == FAMILY)


def date_of_birth(columns: Mapping[str, Column]) -> Comparison:
    """Compare dates: whole, with day and month swapped, two parts of three."""
    parts = [each for each in TWO_PARTS if each in columns]
    levels = [missing(DATE), Level("equal", equal(DATE), term_frequency=DATE)]
    if SWAPPED in columns:
        levels.append(Level("day and month swapped", f"{left(DATE)} = {right(SWAPPED)}"))
    if parts:
        levels.append(Level("two parts of three", " OR ".join(map(equal, parts))))
    read = (DATE, *(each for each in (SWAPPED,) if each in columns), *parts)
    return Comparison("date_of_birth", read, (*levels, Level("different", "ELSE")))


def _equal(column: str, columns: Mapping[str, Column]) -> Level:
    """Return the level of equal values, which weighs by their frequency where that tells anything.

    How often a salted value stands tells how rare name and salt are together; of a coarse one no
    value is rare.
    """
    held = columns[column]
    tells = not held.salt and held.kind != "coarse_token"
    return Level("equal", equal(column), term_frequency=column if tells else None)
