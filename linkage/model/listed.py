"""Comparisons that the configuration lists, turned into levels."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from linkage.config.linkage_settings import Comparison as Listed
from linkage.config.source_settings import Column
from linkage.model import encoded_roles, roles
from linkage.model.comparisons import Comparison, Level, edits, equal, left, missing, right, similar
from linkage.model.encoded_columns import Held
from linkage.model.role_places import postcode

_PLACES = {"postcode", "street", "house_number", "town"}


def listed(
    said: Listed, held: Collection[str], encoded: Mapping[str, Column] | None = None
) -> Comparison:
    """Return the comparison that ``said`` describes.

    Parameters
    ----------
    held
        Every standardised column of any source.
    encoded
        Those of encoded sources, by name.
    """
    columns = said.columns or ((said.column,) if said.column else ())
    name = said.name or "_".join(columns)
    if said.kind == "custom":
        return _custom(name, said.sql, held)
    if len(columns) > 1:
        return _together(name, columns)
    if said.kind == "dice":
        made = encoded_roles.filtered(columns[0], Held(encoded or {}), columns, steps=said.levels)
    elif said.kind == "postcode":
        made = postcode(held, columns[0])
    else:
        made = _KINDS[said.kind](columns[0], said)
    marked = _mark(name, columns[0], made)
    return marked if said.term_frequency else _without_frequency(marked)


def _mark(name: str, column: str, levels: Comparison) -> Comparison:
    return Comparison(
        name,
        levels.columns,
        levels.levels,
        family=column == "surname",
        place=column in _PLACES,
        given=levels.given,
    )


def _without_frequency(comparison: Comparison) -> Comparison:
    plain = tuple(Level(level.label, level.sql, level.missing) for level in comparison.levels)
    return Comparison(
        comparison.name, comparison.columns, plain, comparison.family, comparison.place
    )


def _graded(column: str, levels: Iterable[Level]) -> Comparison:
    """Return a comparison with ``levels`` between equal and different."""
    equally = Level("equal", equal(column), term_frequency=column)
    different = Level("different", "ELSE")
    return Comparison(column, (column,), (missing(column), equally, *levels, different))


def _jaro_winkler(column: str, said: Listed) -> Comparison:
    steps = said.levels or (0.92, 0.8)
    return _graded(column, (Level(f"similarity {s:g}", similar(column, s)) for s in steps))


def _levenshtein(column: str, said: Listed) -> Comparison:
    steps = said.levels or (1, 2)
    return _graded(column, (Level(f"edits {s:g}", edits(column, int(s))) for s in steps))


def _date(column: str, said: Listed) -> Comparison:
    if column == "date_of_birth" and not said.levels:
        return roles.date_of_birth()
    days = said.levels or (1, 31, 366)
    apart = f"abs(date_diff('day', {left(column)}, {right(column)}))"
    return _graded(column, (Level(f"within {d:g} days", f"{apart} <= {d:g}") for d in days))


def _number(column: str, said: Listed) -> Comparison:
    apart = f"abs({left(column)} - {right(column)})"
    steps = sorted(said.levels)
    return _graded(column, (Level(f"within {s:g}", f"{apart} <= {s:g}") for s in steps))


def _array(column: str, said: Listed) -> Comparison:
    shared = f"length(list_intersect({left(column)}, {right(column)}))"
    sizes = sorted(said.levels or (1,), reverse=True)
    return Comparison(
        column,
        (column,),
        (
            missing(column),
            *(Level(f"{size:g} or more shared", f"{shared} >= {size:g}") for size in sizes),
            Level("different", "ELSE"),
        ),
    )


def _together(name: str, columns: tuple[str, ...]) -> Comparison:
    """Compare several columns as one: by how many of them agree."""
    agree = " + ".join(f"coalesce(({equal(c)})::INT, 0)" for c in columns)
    unknown = " AND ".join(f"({left(c)} IS NULL OR {right(c)} IS NULL)" for c in columns)
    levels = [Level("missing", unknown, missing=True)]
    levels += [Level(f"{n} agree", f"({agree}) >= {n}") for n in range(len(columns), 0, -1)]
    return Comparison(
        name,
        columns,
        (*levels, Level("none agree", "ELSE")),
        family="surname" in columns,
        place=bool(_PLACES & set(columns)),
    )


def _custom(name: str, conditions: tuple[str, ...], held: Collection[str]) -> Comparison:
    """Compare by the user's own conditions; the columns are those that they name.

    A pair in which one of them is missing, on a side that is named, is missing.
    """
    named = {word.lower() for sql in conditions for word in re.findall(r"\w+", sql)}
    sides = [side(c) for c in held for side in (left, right) if side(c).strip('"') in named]
    return Comparison(
        name,
        tuple(c for c in held if named & {f"{c}_l", f"{c}_r"}),
        (
            Level("missing", " OR ".join(f"{side} IS NULL" for side in sides), missing=True),
            *(Level(f"condition {i}", f"({sql})") for i, sql in enumerate(conditions, 1)),
            Level("different", "ELSE"),
        ),
    )


_KINDS: dict[str, Callable[[str, Listed], Comparison]] = {
    "exact": lambda column, _: roles.exact(column, tf=True),
    "jaro_winkler": _jaro_winkler,
    "levenshtein": _levenshtein,
    "date": _date,
    "number": _number,
    "array": _array,
}
