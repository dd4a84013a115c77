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

    def group(self, values: Sequence[str | None]) -> str:
        """Return what ``label`` gives for a record with these values of the characteristics."""
        joined = CROSS.join(UNKNOWN if value is None else value for value in values)
        return dict(self.headings).get(joined, joined)


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
        yield GroupCounts(*place, n, tuple(map(int, found)))


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
    """Yield each group's place, its rows, and an aggregate of each expression over them.

    Rows are grouped by the columns of characteristics as they stand, and only what that leaves by
    labels: these are joined texts, which a million rows would take long to make and to compare.
    """
    aggregate, expressions = aggregates
    columns = list(dict.fromkeys(f"group_{n}" for each in groupings for n in each.characteristics))
    values = [f"value_{at}" for at in range(len(expressions))]
    named = [identifier(column) for column in columns]
    of_set = f"grouping({', '.join(named)})" if named else "0"
    selected = ", ".join(
        [*named, *(f"({e}) AS {v}" for e, v in zip(expressions, values, strict=True)), "1 AS one"]
    )
    counted = ", ".join(
        [*named, f"{of_set} AS of_set", "count(*) AS n"]
        + [f"{aggregate.format(value=value)} AS {value}" for value in values]
    )
    sets = ["()", *dict.fromkeys(f"({', '.join(_held(each))})" for each in groupings)]
    parts = [
        f"SELECT {at} AS number, {label} AS label, * FROM counted "  # noqa: S608 - quoted
        f"WHERE of_set = {_set_number(columns, names)}"
        for at, (label, names) in enumerate(
            [*((each.label, each.characteristics) for each in groupings), ("NULL", ())]
        )
    ]
    summed = ", ".join(f"sum({each})" for each in ("n", *values))
    rows = connection.execute(
        f"WITH counted AS MATERIALIZED (SELECT {counted} "  # noqa: S608 - quoted
        f"FROM (SELECT {selected} FROM ({relation})) "
        f"GROUP BY GROUPING SETS ({', '.join(sets)})) "
        f"SELECT number, label, {summed} FROM ({' UNION ALL '.join(parts)}) "
        "GROUP BY number, label ORDER BY number, label",
        dict(parameters or {}),
    ).fetchall()
    for at, label, n, *found in rows:
        name = None if at == len(groupings) else groupings[at].name
        yield (name, label), int(n), tuple(found)


def _held(grouping: Grouping) -> tuple[str, ...]:
    return tuple(identifier(f"group_{name}") for name in grouping.characteristics)


def _set_number(columns: Sequence[str], characteristics: Sequence[str]) -> int:
    """Return what ``grouping`` gives for a set: a bit for each column that is not in it."""
    held = {f"group_{name}" for name in characteristics}
    return sum(1 << at for at, column in enumerate(reversed(columns)) if column not in held)
