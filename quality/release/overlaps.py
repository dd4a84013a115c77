"""How the groupings of one source overlap: which sums of their groups are of the same records.

Black and White are made of the cells of race crossed with sex, and a broad ethnic group of the
narrow ones: a reader can subtract. What is nested in what is found in the records, so that nothing
has to be declared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb

from linkage.sql import identifier
from quality.groupings import Grouping


@dataclass(frozen=True)
class Overlap:
    """Groups of two groupings that hold the same records between them."""

    source: str
    left: str
    left_groups: tuple[str, ...]
    right: str
    right_groups: tuple[str, ...]


def overlaps(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    records: str,
    groupings: Sequence[Grouping],
) -> Iterator[Overlap]:
    """Yield every smallest set of groups of two groupings that hold the same records.

    The set of all groups is left out: that both groupings add up to the total is known.
    """
    labels = ", ".join(f"{each.label} AS label_{at}" for at, each in enumerate(groupings))
    if len(groupings) < 2:
        return
    held = dict.fromkeys(name for each in groupings for name in each.characteristics)
    columns = ", ".join(identifier(f"group_{name}") for name in held)
    # labels are joined texts: made of every kind of record once, not of every record
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE combined_groups AS SELECT DISTINCT {labels} "  # noqa: S608 - quoted
        f"FROM (SELECT DISTINCT {columns} FROM {records})"
    )
    for a, b in combinations(range(len(groupings)), 2):
        together = connection.execute(
            f"SELECT DISTINCT label_{a}, label_{b} FROM combined_groups ORDER BY ALL"  # noqa: S608 - numbers
        ).fetchall()
        sets = list(_connected(together))
        if len(sets) > 1:
            for left, right in sets:
                yield Overlap(source, groupings[a].name, left, groupings[b].name, right)
    connection.execute("DROP TABLE combined_groups")


def _connected(
    together: Sequence[tuple[str, str]],
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the connected sets of a graph between left and right groups."""
    component: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for left, right in together:
        a, b = ("left", left), ("right", right)
        joined = component.get(a, {a}) | component.get(b, {b})
        for node in joined:
            component[node] = joined
    for nodes in sorted({tuple(sorted(each)) for each in component.values()}):
        yield (
            tuple(name for side, name in nodes if side == "left"),
            tuple(name for side, name in nodes if side == "right"),
        )
