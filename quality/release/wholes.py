"""Wholes of which a part is held back: the squares of the parts add up to that of the whole.

What groups add to the spread of chances also balances out (their shares weigh them to zero). With
the whole and all parts but two, a reader has two equations for the two.
"""

from collections.abc import Iterable

from quality import measures
from quality.estimate import Estimate

Place = tuple[str | None, str | None, str | None]
"""Source, other source and characteristic."""


def told_by_wholes(rows: Iterable[Estimate]) -> frozenset[Place]:
    """Return the characteristics whose parts would be told, of rows as they may leave.

    Where a source is seen by one characteristic alone, the indicator of all is its whole too, and
    stands here without a characteristic.
    """
    parts = [row for row in rows if row.measure == measures.R_PARTIAL]
    hidden = {_place(row) for row in parts if row.group is not None and row.status == "suppressed"}
    named: dict[tuple[str | None, str | None], set[str | None]] = {}
    for row in parts:
        if row.variable is not None:
            named.setdefault((row.source, row.other), set()).add(row.variable)
    alone = {
        (source, other, None)
        for (source, other), names in named.items()
        if len(names) == 1 and all((source, other, name) in hidden for name in names)
    }
    return frozenset(hidden | alone)


def is_told(row: Estimate, told: frozenset[Place]) -> bool:
    """Say whether the row is such a whole."""
    of_all = row.measure in measures.REPRESENTATIVITY and row.group is None
    return of_all and (row.source, row.other, row.variable) in told


def _place(row: Estimate) -> Place:
    return row.source, row.other, row.characteristic
