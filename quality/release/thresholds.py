"""Records linked under other thresholds: each threshold's are the stricter one's and a few more.

The few more are a count of people, and a reader has it by subtraction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from linkage.disclosure import Equation
from quality import measures
from quality.release.cell import Cell, Cells, Family, Place
from quality.tally import Tally

BETWEEN = "between"


def threshold_chains(
    families: Mapping[Family, Mapping[Place, Tally]], result: Cells
) -> Iterator[Equation]:
    """Yield: linked at a threshold = linked at the next stricter one + those in between.

    The loosest of all are the records with a candidate. Groups have fewer thresholds than all
    records, whose chain is therefore written at those of the groups as well.
    """
    for family in families:
        if family[0] == measures.LINKED and _at(family, measures.FARTHEST[0]) in families:
            for place in families[family]:
                for wide, narrow in _neighbours(families, family, place):
                    between = _between(wide, narrow, place)
                    k_wide, k_narrow = (families[each][place].k or 0 for each in (wide, narrow))
                    result.counts[between] = k_wide - k_narrow
                    yield Equation((Cell("k", wide, place),), (Cell("k", narrow, place), between))


def _neighbours(
    families: Mapping[Family, Mapping[Place, Tally]], linked: Family, place: Place
) -> Iterable[tuple[Family, Family]]:
    """Return the families of neighbouring thresholds, the looser first.

    But for records with a candidate and linked ones: the chain of the stages ties them already.
    """
    before = (measures.WITH_CANDIDATE, *linked[1:3], None, measures.BLOCK)
    found: dict[tuple[Family, Family], None] = {}
    for shown in (tuple(measures.FACTORS), measures.FARTHEST):
        looser = [_at(linked, each) for each in shown if measures.FACTORS[each] < 1]
        stricter = [_at(linked, each) for each in shown if measures.FACTORS[each] > 1]
        order = [before, *looser, linked, *stricter]
        present = [each for each in order if place in families.get(each, {})]
        found |= dict.fromkeys(pairwise(present))
    found.pop((before, linked), None)
    return found


def _at(linked: Family, factor: str) -> Family:
    return measures.LINKED_AT, linked[1], linked[2], factor, linked[4]


def _between(wide: Family, narrow: Family, place: Place) -> Cell:
    """Return the count of records that the looser threshold links and the stricter does not."""
    return Cell(BETWEEN, (*wide[:3], f"{wide[3]} to {narrow[3]}", narrow[4]), place)


def untold(tallies: Sequence[Tally], threshold: int) -> frozenset[Tally]:
    """Return the tallies of other thresholds that are not to be shown at all.

    Those of all records, or by a characteristic, where most counts between neighbouring thresholds
    are small: these rates are the run's own, and to hide them one by one would cost others. Where
    those of all records go, so do those of every characteristic, whose groups add up to them.
    """
    linked: dict[tuple[str | None, ...], dict[float, int]] = {}
    for each in tallies:
        if each.measure in {measures.LINKED, measures.LINKED_AT}:
            at = 1.0 if each.variable is None else measures.FACTORS[each.variable]
            linked.setdefault(_of(each), {})[at] = each.k or 0
    small: dict[tuple[str | None, ...], list[bool]] = {}
    for of, counts in linked.items():
        by_threshold = [counts[at] for at in sorted(counts)]
        between = (loose - strict for loose, strict in pairwise(by_threshold))
        small.setdefault(of[:-1], []).extend(each < threshold for each in between)
    sparse = {of for of, each in small.items() if 2 * sum(each) > len(each)}
    return frozenset(
        each
        for each in tallies
        if each.measure == measures.LINKED_AT
        and not sparse.isdisjoint({_of(each)[:-1], (each.source, each.other, None)})
    )


def _of(tally: Tally) -> tuple[str | None, ...]:
    return tally.source, tally.other, tally.characteristic, tally.group
