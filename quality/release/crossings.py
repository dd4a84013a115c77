"""Tables by intersections that hold next to nothing: left out whole, so that none of it is minded.

Of missing values by groups that cross, most counts are small as soon as there are many groups. Held
back one by one, each would have to be kept from a reader by others; a table of which no row leaves
has no count to be kept. What its margins tell of it is what whoever reads the margins knows.
"""

from collections.abc import Iterable

from linkage.config.group_names import CROSS
from quality import measures
from quality.tally import Tally

_OF_MISSING = (*measures.MISSING_MEASURES, measures.WITH_MISSING)


def sparse_crossings(tallies: Iterable[Tally], threshold: int) -> frozenset[Tally]:
    """Return the tallies of tables by an intersection most of whose counts are small."""
    tables: dict[tuple[str | None, ...], list[Tally]] = {}
    for each in tallies:
        if each.measure in _OF_MISSING and CROSS in (each.characteristic or ""):
            of = (each.measure, each.source, each.variable, each.characteristic)
            tables.setdefault(of, []).append(each)
    return frozenset(
        each
        for table in tables.values()
        if 2 * sum((each.k or 0) < threshold for each in table) > len(table)
        for each in table
    )
