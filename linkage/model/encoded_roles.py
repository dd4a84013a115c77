"""Comparisons of encoded columns: as near to those of clear text as encodings allow.

A filter tells how much of two names agrees, a token only whether two values do. Which names were
swapped, or which digit of a date is off, nobody can see.
"""

from collections.abc import Iterator, Mapping, Sequence

from linkage.config.source_settings import Column
from linkage.model.comparisons import Comparison, Level, dice, differ, equal, left, missing, right
from linkage.model.encoded_places import PLACES, encoded_places

FAMILY = "surname"
DATE, SWAPPED = "date_of_birth_text", "date_of_birth_swapped"
TWO_PARTS = ("birth_year_month", "birth_year_day", "birth_month_day")
OF_THE_YEAR = ("birth_year_month", "birth_year_day")
"""Tokens that agree only in one year of birth."""

_PARTS = (DATE, SWAPPED, *TWO_PARTS)
_NAMES = ("first_name", "middle_name", FAMILY)
_SOUND = "_phonetic"
_BAND = "band_"


def by_encoding(columns: Mapping[str, Column]) -> tuple[Comparison, ...]:
    """Return a comparison for every field of ``columns``, which all sources hold encoded."""
    return tuple(_chosen(columns))


def bands(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Return the tokens that are there to block on, and say nothing that others do not."""
    return tuple(name for name in columns if name.startswith(_BAND))


def _chosen(columns: Mapping[str, Column]) -> Iterator[Comparison]:
    for column in _NAMES:
        if column in columns:
            yield name(column, columns)
    if DATE in columns:
        yield date_of_birth(columns)
    yield from encoded_places(columns)
    settled = {*_NAMES, *_PARTS, *PLACES, *bands(columns)}
    for column in columns:
        if column not in settled and not column.endswith(_SOUND):
            yield plain(column, columns)


def plain(column: str, columns: Mapping[str, Column]) -> Comparison:
    """Compare a token for equality; a coarse one has no rare value to speak of."""
    frequent = None if _is_uneven(columns[column]) else column
    levels = (
        missing(column),
        Level("equal", equal(column), term_frequency=frequent),
        Level("different", "ELSE"),
    )
    return Comparison(column, (column,), levels)


def name(column: str, columns: Mapping[str, Column], steps: Sequence[float] = ()) -> Comparison:
    """Compare names by how many bigrams they share, and by their sound.

    Where names are salted and the salts may differ, that two filters differ says nothing of the
    names: the pair is missing, equal or not, so that all that are compared had the same chance.
    """
    salts = _salts_may_differ(columns[column], columns)
    of_filter = columns[column].kind == "filter"
    levels = [_missing(column, salts), Level("equal", equal(column), term_frequency=column)]
    if _is_uneven(columns[column]):
        levels[1] = Level("equal", equal(column))
    bounds = (steps or columns[column].levels) if of_filter else ()
    levels += [Level(f"Dice {each:g}", dice(column, each)) for each in bounds]
    read = [column]
    sound = f"{column}{_SOUND}"
    if sound in columns and not steps:
        levels.insert(len(levels) - 1 if bounds else 2, Level("same sound", equal(sound)))
        read.append(sound)
    if salts is not None:
        read += [each for each in (DATE, SWAPPED, *OF_THE_YEAR, "sex") if each in columns]
    return Comparison(
        column, tuple(read), (*levels, Level("different", "ELSE")), family=column == FAMILY
    )


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


def _missing(column: str, salts: str | None) -> Level:
    plainly = missing(column)
    if salts is None:
        return plainly
    return Level("missing", f"{plainly.sql} OR {salts}", missing=True)


def _salts_may_differ(column: Column, columns: Mapping[str, Column]) -> str | None:
    """Return the condition that two salts may not be the same; None where that cannot be.

    Sexes tell it outright. Years agree where the dates do, or as far as two of their parts that
    the year is one of; where none of these agrees they may not.
    """
    unlike = []
    if "sex" in column.salt and "sex" in columns:
        unlike.append(differ("sex", "sex"))
    if "birth_year" in column.salt and DATE in columns:
        agreeing = [(DATE, DATE), (DATE, SWAPPED), *((each, each) for each in OF_THE_YEAR)]
        apart = (differ(a, b) for a, b in agreeing if a in columns and b in columns)
        unlike.append(f"({' AND '.join(apart)})")
    return " OR ".join(unlike) or None


def _is_uneven(column: Column) -> bool:
    """Say whether how often a value stands tells nothing of how rare what it hides is."""
    return bool(column.salt) or column.kind == "coarse_token"
