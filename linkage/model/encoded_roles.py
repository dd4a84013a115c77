"""Comparisons of encoded columns: as near to those of clear text as encodings allow.

A filter tells how much of two values agrees, a token only whether they do. Which names were
swapped, or which digit of a date is off, nobody can see. What can be compared only where something
else agrees is a comparison of its own, missing elsewhere: ``given`` says of which pairs it is known
how often it agrees by chance.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from linkage.config.source_settings import Column
from linkage.model.comparisons import Comparison, Level, dice, differ, equal, left, missing, right
from linkage.model.encoded_columns import Held, any_equal
from linkage.model.encoded_places import PLACES, encoded_places

_NAMES = ("first_name", "middle_name", "surname")
_FAMILY = "surname"
_KEY = re.compile(r"key_\d+")


def by_encoding(columns: Mapping[str, Column]) -> tuple[Comparison, ...]:
    """Return a comparison for every field of ``columns``, which all sources hold encoded."""
    return tuple(_chosen(Held(columns)))


def bands(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Return the tokens that are there to block on, and say nothing that others do not."""
    return tuple(name for name, column in columns.items() if column.kind == "band")


def match_keys(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Return the tokens that are match-keys of several fields, strictest first."""
    return tuple(name for name in columns if _KEY.fullmatch(name))


def _chosen(held: Held) -> Iterator[Comparison]:
    for value in _NAMES:
        if any(len(each.of) == 1 and each.of[0] == value for each in held.columns.values()):
            yield name(value, held)
    yield from dates(held)
    yield from encoded_places(held)
    if keys := match_keys(held.columns):
        yield of_keys(keys)
    for column, said in held.columns.items():
        (value, *several) = said.of
        if not several and value not in {*_NAMES, *PLACES} and not value.endswith("_phonetic"):
            yield filtered(value, held, (column,)) if said.kind == "filter" else exact(column, held)


def exact(column: str, held: Held) -> Comparison:
    """Compare a token for equality."""
    columns = held.columns[column]
    rare = column if not columns.salt and columns.kind != "coarse_token" else None
    return Comparison(
        column,
        (column,),
        (
            Level("missing", held.apart(column), missing=True),
            Level("equal", equal(column), term_frequency=rare),
            Level("different", "ELSE"),
        ),
    )


def name(value: str, held: Held) -> Comparison:
    """Compare a name by all its encodings, and by the tokens of all names together.

    That names sound alike, or have changed places, tokens tell of both at once: it counts once, as
    a level of the surname.
    """
    whole, turned = held.names, held.names_swapped
    if whole is None or value not in held.columns[whole].of:
        return filtered(value, held, held.of(value))
    made = filtered(value, held, held.of(value), beside=(whole,))
    told: list[Level] = []
    read = list(made.columns)
    if turned is not None:
        swap = f"{left(whole)} = {right(turned)}"
        told.append(Level("swapped with the first name", swap, missing=value != _FAMILY))
        read.append(turned)
    if held.sounds and value == _FAMILY:
        told.append(Level("names sound alike", any_equal(held.sounds)))
        read += held.sounds
    first, *rest = made.levels
    return replace(made, levels=(first, *told, *rest), columns=tuple(dict.fromkeys(read)))


def filtered(
    value: str,
    held: Held,
    encodings: Sequence[str],
    beside: tuple[str, ...] = (),
    steps: Sequence[float] = (),
) -> Comparison:
    """Compare a value by its encodings, each of which can be where its salt agrees.

    Where no salt is known to agree, not even in part, that all encodings differ says nothing: the
    pair is missing.

    Parameters
    ----------
    beside
        Tokens that agree only where the value does.
    """
    filters = tuple(each for each in encodings if held.columns[each].kind == "filter")
    rare = _rare(encodings, held)
    levels = [Level("equal", any_equal((*encodings, *beside)), term_frequency=rare)]
    apart = " AND ".join(f"({held.apart(each)})" for each in encodings)
    levels.append(Level("missing", apart, missing=True))
    bounds = steps or (held.columns[filters[0]].levels if filters else ())
    levels += [
        Level(f"Dice {each:g}", " OR ".join(dice(one, each) for one in filters)) for each in bounds
    ]
    if not any(held.can_differ(each) for each in encodings):
        levels.append(Level("salts may differ", "TRUE", missing=True))
    levels.append(Level("different", "ELSE"))
    salts = dict.fromkeys(token for each in encodings for token in held.salts(each))
    return Comparison(
        value,
        tuple(dict.fromkeys([*encodings, *beside, *salts])),
        tuple(levels),
        family=value == _FAMILY,
        given=_given(encodings, held),
    )


def dates(held: Held) -> Iterator[Comparison]:
    """Yield comparisons of dates of birth: whole or swapped, and two parts of three.

    Where two parts are told only together with names, that none agrees tells something of the date
    only of people whose names are the same.
    """
    date, swapped, parts = held.date, held.swapped, held.two_parts
    if date is None:
        return
    levels = [missing(date), Level("equal", equal(date), term_frequency=date)]
    if swapped is not None:
        turned = f"{left(date)} = {right(swapped)}"
        levels.append(Level("day and month swapped", turned))
    if parts and not held.sounds:
        levels.append(Level("two parts of three", any_equal(parts)))
    read = [each for each in (date, swapped, *(() if held.sounds else parts)) if each]
    yield Comparison("date_of_birth", tuple(read), (*levels, Level("different", "ELSE")))
    if held.sounds and held.names is not None:
        yield _parts_of_dates(date, held.names, held)


def _parts_of_dates(date: str, names: str, held: Held) -> Comparison:
    swapped, year = held.swapped, held.same_year
    told = [missing(date).sql, equal(date)]
    if swapped is not None:
        told.append(f"{left(date)} = {right(swapped)}")
    levels = [Level("two parts of three", any_equal(held.sounds))]
    if year is not None:
        levels.append(Level("same year", equal(year)))
    unknown = " OR ".join([missing(names).sql, differ(names, names)])
    return Comparison(
        "parts_of_date_of_birth",
        tuple(each for each in (date, swapped, names, *held.sounds, year) if each),
        (
            Level("missing", " OR ".join(told), missing=True),
            *levels,
            Level("names differ", unknown, missing=True),
            Level("different", "ELSE"),
        ),
        given=names,
    )


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
        rare=True,
    )


def _given(encodings: Sequence[str], held: Held) -> str:
    """Return the token on which pairs must agree to be compared; none where that is not needed.

    The first encoding's salt, if a token is of it.
    """
    told = (held.salts(each) for each in encodings if held.is_known(each))
    return next((tokens[0] for tokens in told if tokens), "")


def _rare(encodings: Sequence[str], held: Held) -> str | None:
    """Return the one encoding whose frequency is that of the value: one that is not salted.

    How often a salted value stands tells how rare value and salt are together.
    """
    (first, *others) = encodings
    is_plain = not held.columns[first].salt and held.columns[first].kind != "coarse_token"
    return first if is_plain and not others else None
