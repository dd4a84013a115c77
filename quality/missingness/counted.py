"""The counts that stages rest on, found in the tallies: by variable, characteristic and group."""

from collections.abc import Sequence

from quality import measures
from quality.missingness.stages import Counts
from quality.tally import Tally

Place = tuple[str | None, str | None]
"""Characteristic and group; None for all records."""

Variable = tuple[str, str]
"""The other source, and the column of it."""


def counted_values(tallies: Sequence[Tally]) -> dict[Variable, dict[Place, Counts]]:
    """Return the counts of every variable of another source, by place."""
    found: dict[Variable, dict[Place, dict[str, tuple[int, int]]]] = {}
    for each in tallies:
        if each.measure == measures.VALUE_THROUGH_LINK:
            places = found.setdefault((str(each.other), str(each.variable)), {})
            stages = places.setdefault((each.characteristic, each.group), {})
            stages[str(each.stage)] = (each.k or 0, each.n or 0)
    return {
        variable: {place: _counts(stages) for place, stages in places.items()}
        for variable, places in found.items()
    }


def _counts(stages: dict[str, tuple[int, int]]) -> Counts:
    unlinked, n = stages[measures.NOT_LINKED]
    asked = stages.get(measures.ASKED)
    return Counts(
        n=n,
        linked=n - unlinked,
        asked=n - unlinked if asked is None else asked[0],
        observed=stages[measures.FROM_LINK][0],
        all_asked=asked is None,
    )
