"""The tallies of a run as counts and the sums that tie them together, ready for suppression.

Numerator, denominator and their difference are counts of people alike. The denominators of all
measures of a source are the same counts of records, so a group too small to name is held back
everywhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import cast

from linkage.characteristics import MISSING_REASONS
from linkage.config.group_names import CROSS, ROLLED_UP, UNKNOWN
from linkage.disclosure import Equation, Item, Limits
from quality import measures
from quality.missingness.counts import NEVER_MISSING, NOT_HELD
from quality.missingness.patterns import COMPLETE
from quality.release.cell import Cell, Cells, Family, Place
from quality.release.overlaps import Overlap
from quality.release.partitions import (
    findable_records,
    link_patterns,
    missing_others,
    missing_patterns,
    values_through_links,
    without_missing,
)
from quality.release.thresholds import BETWEEN, threshold_chains
from quality.tally import Tally

_EVERYONE: Place = (None, None)
_DECIDED = (measures.LINKED, measures.WITH_DUPLICATE)
_OF_FILE = (measures.RECORDS_READ, measures.RECORDS_DROPPED)
OF_RECORDS = (measures.RECORDS, *_OF_FILE)
"""Measures that count records as such: the denominators of all others."""

_PARTS = (measures.MISSING_PATTERN, measures.LINK_PATTERN)
"""Measures that split all records up: the rest of one is the sum of the others."""

_COST = {
    measures.RECORDS_READ: 0,
    measures.LINKED_AT: 0,
    measures.WITH_CANDIDATE: 1,
    measures.WITH_MISSING: 1,
    measures.RECORDS_DROPPED: 2,
    measures.LINKED: 4,
    measures.WITH_DUPLICATE: 4,
    measures.RECORDS: 5,
}
_COST_OF_MISSING = 3

AT_LEAST_ONE: Limits = (1.0, inf)


def cost(item: Item) -> int:
    """Say how dear an item is to lose: a rate before a flow count, a total before a part."""
    cell = cast("Cell", item)
    measure, (characteristic, _) = cell.family[0], cell.place
    detail = 3 if characteristic is None else int(CROSS not in characteristic)
    if characteristic is not None and characteristic.endswith(ROLLED_UP):
        detail = 2  # what is rolled up to be shown is not to be hidden for one of its groups
    if measure == measures.MISSING_PATTERN and characteristic and cell.family[3] != COMPLETE:
        return detail  # what a group lacks together, before anything that is said of all records
    if cell.kind == BETWEEN:
        return detail  # no row shows it: what is hidden for it is the count at another threshold
    return 10 * _COST.get(measure, _COST_OF_MISSING) + detail


def is_of_records(item: Item) -> bool:
    """Say whether an item counts records as such."""
    return cast("Cell", item).family[0] in OF_RECORDS


def details(counts: Iterable[Item]) -> frozenset[Item]:
    """Return the counts that split missing values up: by reason, and by pattern."""
    return frozenset(
        cell
        for cell in cast("Iterable[Cell]", counts)
        if cell.family[0] == measures.MISSING_PATTERN
        or (cell.family[0] in measures.MISSING_MEASURES and cell.family[4] is not None)
        or (cell.family[0] == measures.VALUE_THROUGH_LINK and cell.family[4] in MISSING_REASONS)
    )


def told_by_the_mark(counts: Mapping[Item, int], threshold: int) -> frozenset[Item]:
    """Return the rows dropped and read of which a mark alone would say that few were dropped.

    Rows read are never fewer than the records shown: held back, they say that the rows dropped are
    under the threshold, unless twice as many are held back too.
    """
    dropped = [
        cell
        for cell in cast("Iterable[Cell]", counts)
        if cell.family[0] == measures.RECORDS_DROPPED and cell.kind == "k"
    ]
    few = {cell.family[1] for cell in dropped if counts[cell] < 2 * threshold}
    return frozenset(cell for cell in dropped if cell.family[1] in few)


def sparse_tables(counts: Mapping[Item, int], threshold: int) -> frozenset[Item]:
    """Return the counts of missing values by a characteristic of which most are small.

    What is left of such a table tells little, and hiding it in part costs dearer counts: to keep
    one small count of few missing values from a reader, totals of all records would have to go.
    """
    tables: dict[tuple[Family, str | None], list[Cell]] = {}
    for cell in cast("Iterable[Cell]", counts):
        # what became of a value goes with the links, whose rest is one of its parts
        linked = cell.family[0] in {*_COST, measures.VALUE_THROUGH_LINK}
        if not linked and cell.place != _EVERYONE:
            tables.setdefault((cell.family, cell.place[0]), []).append(cell)
    return frozenset(
        cell
        for table in tables.values()
        if 2 * sum(counts[cell] < threshold for cell in table if cell.kind == "k")
        > sum(cell.kind == "k" for cell in table)
        for cell in table
    )


def tables_of(told: Iterable[Item], counts: Iterable[Item]) -> frozenset[Item]:
    """Return every count of the tables that hold a count which earlier releases gave away.

    Nothing in such a table can protect it, so the table is left out whole.
    """
    tables = {(cell.family, cell.place[0]) for cell in cast("Iterable[Cell]", told)}
    every = cast("Iterable[Cell]", counts)
    return frozenset(cell for cell in every if (cell.family, cell.place[0]) in tables)


def items(tally: Tally) -> tuple[Cell, ...]:
    """Return the counts that the row of a tally gives away: its denominator first."""
    family, place = _family(tally), _place(tally)
    n, k = Cell("k", _whole(tally), place), Cell("k", family, place)
    if tally.measure in OF_RECORDS or tally.measure in _PARTS:
        return tuple(dict.fromkeys([n, k]))
    return n, k, Cell("rest", family, place)


def cells(tallies: Sequence[Tally], overlaps: Sequence[Overlap]) -> Cells:
    """Return the counts that the tallies publish, and every sum by which a reader ties them."""
    families: dict[Family, dict[Place, Tally]] = {}
    # that a source does not hold a role is no fact about people
    not_held = {(t.source, t.variable) for t in tallies if t.stage == NOT_HELD and t.k == t.n}
    for tally in tallies:
        if (tally.source, tally.variable) not in not_held:
            families.setdefault(_family(tally), {})[_place(tally)] = tally
    result = Cells()
    for members in families.values():
        for tally in members.values():
            _add_shares(result, tally)
            if _is_listed(tally):
                result.known[Cell("k", _family(tally), _place(tally))] = AT_LEAST_ONE
    result.equations += _chains(families, result)
    result.equations += _reasons(families, result)
    result.equations += _files(families)
    result.equations += values_through_links(families, result)
    result.equations += missing_patterns(families, result)
    result.equations += link_patterns(families)
    result.equations += threshold_chains(families, result)
    result.equations += findable_records(families, result)
    result.equations += without_missing(families)
    result.equations += missing_others(families, result)
    result.equations += margins(result.counts, overlaps)
    return result


def _is_listed(tally: Tally) -> bool:
    """Say whether the row of a tally is there because there is somebody: not held back as zero.

    Groups have a row where they have a record; so have the reasons and the patterns that stand for
    all records.
    """
    if tally.measure == measures.RECORDS:
        return tally.group is not None
    of_reason = tally.measure in measures.MISSING_MEASURES and tally.stage not in {None, NOT_HELD}
    of_reason |= tally.measure == measures.VALUE_THROUGH_LINK and tally.stage in MISSING_REASONS
    of_pattern = tally.measure == measures.MISSING_PATTERN
    return tally.characteristic is None and (of_reason or of_pattern) and bool(tally.k)


def _family(tally: Tally) -> Family:
    stage = None if tally.measure == measures.RECORDS else tally.stage
    return tally.measure, tally.source, tally.other, tally.variable, stage


def _place(tally: Tally) -> Place:
    return tally.characteristic, tally.group


def _whole(tally: Tally) -> Family:
    """Return the family that counts the records a tally is taken of."""
    if tally.measure in _OF_FILE:
        return measures.RECORDS_READ, tally.source, None, None, measures.INGEST
    if tally.measure == measures.LINKED_FINDABLE:
        return measures.FINDABLE, tally.source, None, None, None
    return measures.RECORDS, tally.source, None, None, None


def _add_shares(result: Cells, tally: Tally) -> None:
    """Add the counts of a tally: k, and the rest of n unless the flow says that already."""
    k, n = tally.k or 0, tally.n or 0
    names = items(tally)
    values = [n, k, n - k][: len(names)] if len(names) > 1 else [k]
    result.counts.update(zip(names, values, strict=True))
    if len(names) == 3:
        result.equations.append(Equation(names[1:], names[:1]))


def _chains(families: Mapping[Family, Mapping[Place, Tally]], result: Cells) -> Iterator[Equation]:
    """Yield: records with a candidate = linked records + those lost in between, a count too."""
    for family, members in families.items():
        measure, source, other, *_ = family
        before = (measures.WITH_CANDIDATE, source, other, None, measures.BLOCK)
        if measure in _DECIDED and before in families:
            for place, tally in members.items():
                lost = Cell("lost", before, place)
                result.counts[lost] = (families[before][place].k or 0) - (tally.k or 0)
                yield Equation((Cell("k", before, place),), (Cell("k", family, place), lost))


def _reasons(families: Mapping[Family, Mapping[Place, Tally]], result: Cells) -> Iterator[Equation]:
    """Yield: missing in all = the sum over reasons; records of unknown group = the same."""
    reasons: dict[Family, list[Family]] = {}
    for family in families:
        if family[0] in measures.MISSING_MEASURES and family[4] is not None:
            reasons.setdefault((*family[:4], None), []).append(family)
    for total, parts in reasons.items():
        counted = [part for part in parts if part[4] != NEVER_MISSING]
        for place in families[total]:
            if counted and all(place in families[part] for part in counted):
                by_reason = tuple(Cell("k", part, place) for part in counted)
                yield Equation((Cell("k", total, place),), by_reason)
        for never in (part for part in parts if part[4] == NEVER_MISSING):
            yield from _observed(families, total, never, result)
        if total[0] == measures.MISSING_GROUP:
            yield from _unknown_groups(families, total, parts)


def _observed(
    families: Mapping[Family, Mapping[Place, Tally]], total: Family, never: Family, result: Cells
) -> Iterator[Equation]:
    """Yield: records that do not miss the value = those outside the question + those with one."""
    for place in families[never].keys() & families[total].keys():
        rest, outside = Cell("rest", total, place), Cell("k", never, place)
        observed = Cell("observed", total, place)
        result.counts[observed] = result.counts[rest] - result.counts[outside]
        yield Equation((rest,), (outside, observed))


def _unknown_groups(
    families: Mapping[Family, Mapping[Place, Tally]], total: Family, parts: Sequence[Family]
) -> Iterator[Equation]:
    """Yield: records whose group is unknown = records whose group is missing for any reason."""
    records = (measures.RECORDS, total[1], None, None, None)
    unknown = (total[3], UNKNOWN)
    if unknown not in families.get(records, {}):
        return
    without = [total, *(part for part in parts if part[4] == NEVER_MISSING)]
    n_without = sum(families[part][_EVERYONE].k or 0 for part in without)
    if families[records][unknown].n == n_without:  # else a group of that name is in the data
        whole = Cell("k", records, unknown)
        yield Equation((whole,), tuple(Cell("k", part, _EVERYONE) for part in without))


def _files(families: Mapping[Family, Mapping[Place, Tally]]) -> Iterator[Equation]:
    """Yield: rows read = records + rows left out by each filter."""
    for family in families:
        if family[0] == measures.RECORDS_READ:
            kept = (measures.RECORDS, family[1], None, None, None)
            dropped = [
                each for each in families if each[:2] == (measures.RECORDS_DROPPED, family[1])
            ]
            parts = tuple(Cell("k", each, _EVERYONE) for each in [kept, *dropped])
            yield Equation((Cell("k", family, _EVERYONE),), parts)


def margins(counts: Iterable[Item], overlaps: Sequence[Overlap]) -> Iterator[Equation]:
    """Yield: the total = the sum of groups, and equal sums over overlapping groupings."""
    tables: dict[tuple[str, Family], dict[str, list[Cell]]] = {}
    for cell in cast("Iterable[Cell]", counts):
        groups = tables.setdefault((cell.kind, cell.family), {})
        if cell.place != _EVERYONE:
            groups.setdefault(str(cell.place[0]), []).append(cell)
    for (kind, family), groups in tables.items():
        for parts in groups.values():
            yield Equation((Cell(kind, family, _EVERYONE),), tuple(parts))
        for each in overlaps:
            if each.source == family[1] and {each.left, each.right} <= groups.keys():
                left = (Cell(kind, family, (each.left, name)) for name in each.left_groups)
                right = (Cell(kind, family, (each.right, name)) for name in each.right_groups)
                yield Equation(tuple(left), tuple(right))
