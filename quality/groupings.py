"""Counting records by every characteristic and every declared intersection in one pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from linkage.config.group_names import CROSS, ROLLED_UP, UNKNOWN
from linkage.config.schema import Group
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
    labels = [f"label_{at}" for at in range(len(groupings))]
    selected = ", ".join(
        [f"{grouping.label} AS {label}" for grouping, label in zip(groupings, labels, strict=True)]
        + [f"({condition}) AS condition_{at}" for at, condition in enumerate(conditions)]
        + ["1 AS one"]
    )
    counted = ", ".join(
        [
            *labels,
            "count(*)",
            *(f"count(*) FILTER (WHERE condition_{at})" for at in range(len(conditions))),
        ]
    )
    sets = ", ".join(["()", *(f"({label})" for label in labels)])
    rows = connection.execute(
        f"SELECT {counted} FROM (SELECT {selected} FROM ({relation})) "  # noqa: S608 - quoted
        f"GROUP BY GROUPING SETS ({sets}) ORDER BY ALL",
        dict(parameters or {}),
    ).fetchall()
    for row in rows:
        group = next((at for at in range(len(labels)) if row[at] is not None), None)
        n, *counts = row[len(labels) :]
        yield GroupCounts(
            characteristic=None if group is None else groupings[group].name,
            group=None if group is None else row[group],
            n=n,
            counts=tuple(counts),
        )
