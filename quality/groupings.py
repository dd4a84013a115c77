"""Counting records by every characteristic and every declared intersection in one pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from linkage.config.group_names import CROSS, ROLLED_UP, UNKNOWN
from linkage.config.schema import Group
from linkage.disclosure.cell_key import BITS
from linkage.sql import identifier, literal


@dataclass(frozen=True)
class Grouping:
    """One characteristic, or several crossed; or one under the headings of its harmonised list.

    ``headings`` holds each group with its heading.
    """

    characteristics: tuple[str, ...]
    headings: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The characteristic's name; for an intersection, the names joined."""
        return CROSS.join(self.characteristics) + (ROLLED_UP if self.headings else "")

    @property
    def label(self) -> str:
        """The SQL expression of a record's group, in which a missing group has its own name."""
        joined = f" || {literal(CROSS)} || ".join(
            f"coalesce({identifier(f'group_{name}')}, {literal(UNKNOWN)})"
            for name in self.characteristics
        )
        if not self.headings:
            return joined
        cases = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in self.headings)
        return f"CASE {joined} {cases} ELSE {joined} END"


@dataclass(frozen=True)
class GroupCounts:
    """Counts among the records of one group, or of all where ``group`` is None."""

    characteristic: str | None
    group: str | None
    n: int
    counts: tuple[int, ...]


def all_groupings(
    groups: Mapping[str, Group], intersections: Sequence[Sequence[str]]
) -> tuple[Grouping, ...]:
    """Return every characteristic and declared intersection, each once."""
    singles = [(name,) for name in groups]
    crossed = [tuple(names) for names in intersections]
    return tuple(Grouping(names) for names in dict.fromkeys([*singles, *crossed]))


def held_by(
    source: str, groups: Mapping[str, Group], groupings: Sequence[Grouping]
) -> tuple[Grouping, ...]:
    """Return the groupings whose characteristics all come from ``source``."""
    return tuple(
        grouping
        for grouping in groupings
        if all(groups[name].source == source for name in grouping.characteristics)
    )


def count_by_group(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    groupings: Sequence[Grouping],
    conditions: Sequence[str],
    parameters: Mapping[str, object] | None = None,
) -> Iterator[GroupCounts]:
    """Yield how many rows of ``relation`` meet each condition, for all and for every group.

    Parameters
    ----------
    relation
        A query with the ``group_*`` columns and whatever the conditions read.
    conditions
        SQL conditions on a row, written by us.
    parameters
        Values bound in ``relation``.
    """
    counts = ("count(*) FILTER (WHERE {value})", conditions)
    for place, n, found in _by_group(connection, relation, groupings, counts, parameters):
        yield GroupCounts(*place, n, found)


@dataclass(frozen=True)
class GroupSums:
    """Sums over the records of one group, or of all where ``group`` is None."""

    characteristic: str | None
    group: str | None
    n: int
    sums: tuple[float, ...]


def sum_by_group(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    groupings: Sequence[Grouping],
    numbers: Sequence[str],
    parameters: Mapping[str, object] | None = None,
) -> Iterator[GroupSums]:
    """Yield the sum of each number over the rows of ``relation``, for all and for every group.

    ``numbers`` are SQL expressions of a row, written by us; the rest is as in
    :func:`count_by_group`.
    """
    sums = ("coalesce(sum({value}), 0)", numbers)
    for place, n, found in _by_group(connection, relation, groupings, sums, parameters):
        yield GroupSums(*place, n, tuple(map(float, found)))


@dataclass(frozen=True)
class CellKeys:
    """Counts, with the sum of the record keys of those counted, of one group, or of all.

    ``key`` and ``n`` are of all records of the group, ``keys`` and ``counts`` by condition.
    """

    characteristic: str | None
    group: str | None
    n: int
    key: int
    counts: tuple[int, ...]
    keys: tuple[int, ...]


def cell_keys_by_group(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    groupings: Sequence[Grouping],
    conditions: Sequence[str],
    parameters: Mapping[str, object] | None = None,
) -> Iterator[CellKeys]:
    """Yield counts and cell keys, for all records and for every group.

    ``relation`` has a column ``record_key``; the rest is as in :func:`count_by_group`.
    """
    wanted = ["TRUE", *conditions]
    summed = f"(coalesce(sum({{value}}), 0) % {2**BITS})::BIGINT"
    by_condition = [f"CASE WHEN {each} THEN record_key END" for each in wanted]
    keys = _by_group(connection, relation, groupings, (summed, by_condition), parameters)
    counts = ("count(*) FILTER (WHERE {value})", conditions)
    counted = _by_group(connection, relation, groupings, counts, parameters)
    for (place, n, (key, *others)), (_, _, found) in zip(keys, counted, strict=True):
        yield CellKeys(*place, n, key, found, tuple(others))


def _by_group(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    groupings: Sequence[Grouping],
    aggregates: tuple[str, Sequence[str]],
    parameters: Mapping[str, object] | None,
) -> Iterator[tuple[tuple[str | None, str | None], int, tuple[Any, ...]]]:
    """Yield each group's place, its rows, and an aggregate of each expression over them."""
    aggregate, expressions = aggregates
    labels = [f"label_{at}" for at in range(len(groupings))]
    values = [f"value_{at}" for at in range(len(expressions))]
    selected = ", ".join(
        [f"{grouping.label} AS {label}" for grouping, label in zip(groupings, labels, strict=True)]
        + [f"({each}) AS {value}" for each, value in zip(expressions, values, strict=True)]
        + ["1 AS one"]
    )
    aggregated = ", ".join(
        [*labels, "count(*)", *(aggregate.format(value=value) for value in values)]
    )
    sets = ", ".join(["()", *(f"({label})" for label in labels)])
    rows = connection.execute(
        f"SELECT {aggregated} FROM (SELECT {selected} FROM ({relation})) "  # noqa: S608 - quoted
        f"GROUP BY GROUPING SETS ({sets}) ORDER BY ALL",
        dict(parameters or {}),
    ).fetchall()
    for row in rows:
        at = next((at for at in range(len(labels)) if row[at] is not None), None)
        n, *found = row[len(labels) :]
        place = (None, None) if at is None else (groupings[at].name, row[at])
        yield place, n, tuple(found)
