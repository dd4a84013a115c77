"""Which rates known of every record are few enough that their bands can be audited together."""

from collections.abc import Sequence

from linkage.config.group_names import CROSS
from quality.estimate import Estimate
from quality.release.known import in_error

_MOST, _MOST_SMALL = 800, 250
"""So many rates, and so many of few in error, are audited together in seconds."""


def audited_together(known: Sequence[Estimate], threshold: int) -> list[Estimate]:
    """Return the rates that can be audited together: without the finest where there are too many.

    The intersection with most rates of few in error goes first: its bands tell the least, and are
    the dearest to protect. Characteristics follow where that is not enough; everyone's rates stay.
    """
    tables: dict[str | None, list[Estimate]] = {}
    for row in known:
        tables.setdefault(row.characteristic, []).append(row)

    def small(name: str | None) -> int:
        return sum(in_error(row) < threshold for row in tables[name])

    def fineness(name: str | None) -> tuple[object, ...]:
        return name is not None, (name or "").count(CROSS), small(name), len(tables[name]), name

    left = sorted(tables, key=fineness)
    while len(left) > 1 and (
        sum(map(small, left)) > _MOST_SMALL or sum(len(tables[name]) for name in left) > _MOST
    ):
        left.pop()
    return [row for name in left for row in tables[name]]
