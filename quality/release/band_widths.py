"""How wide the bands of known rates have to be, so that together they tell no number of few people.

Those in error are told within a band each, of a group and of everyone outside it. Groups add up to
all, links are right or false, matches are found or lost at a stage: sums over bands tell more than
each alone. The same audit that looks at counts looks at these, and bands are made wider until
nothing under the threshold can be placed in a range narrower than it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import inf
from typing import TypeGuard

from linkage.config.group_names import CROSS
from linkage.config.schema import Disclosure
from linkage.disclosure import Audit, Equation, Item, Limits, Weighted
from linkage.disclosure.equations import NOTHING_KNOWN
from quality import measures
from quality.estimate import Estimate
from quality.release.cell import Cell
from quality.release.cells import cells, items, margins
from quality.release.error_rates import hidden_links
from quality.release.known import (
    ERRORS,
    FAMILIES,
    NOTHING_WIDER,
    Band,
    Banded,
    Of,
    Widths,
    band_of,
    is_known,
)
from quality.release.overlaps import Overlap
from quality.tally import Tally

KNOWN, _REST = "known", "everyone else"
EVERYONE = (None, None)
_EDGES = ("over the lower edge of", "up to the upper edge of")
_WIDER = 1.25
"""Ranges are of any numbers, and whole ones lie closer together where edges of bands cut them: so
ranges are this much wider, and edges half a person and half a whole nearer.
"""
_MOST = 500
"""Of more rates than this, bands are looked at one by one: the audit of all together takes minutes
for some hundreds, and does not end for thousands.
"""
_OF_VALUES = frozenset(
    {*measures.MISSING_MEASURES, measures.MISSING_PATTERN, measures.WITH_MISSING}
)
"""Counts that hang on no link."""
_RIGHT, _LINKS, _MATCHES = "right", "links", "matches"
_FALSE, _MISSED, _WITHOUT = "false", "missed", "without a partner"
_WHOLES = {
    measures.PRECISION: (_LINKS, _FALSE),
    measures.RECALL: (_MATCHES, _MISSED),
    measures.COVERAGE: (measures.RECORDS, _WITHOUT),
    **{loss: (_MATCHES, loss) for loss in measures.LOSSES},
}
"""Of whom a rate is a share, and who is in error."""


@dataclass(frozen=True)
class _Told:
    """Those in error of a group or of everyone outside it: ``k`` of ``n``, told in bands."""

    item: Cell
    whole: Cell
    banded: Banded
    k: int
    n: int
    of: Of

    def band(self, width: int, threshold: int) -> Band | None:
        """Return the band in which they are told; None where it is held back."""
        of = Of(self.of.records, self.of.hidden, width)
        return band_of(self.k / self.n, self.n, of, threshold)

    def whole_limits(self, width: int, threshold: int) -> Limits:
        """Return what is told of the whole."""
        if self.of.hidden:
            return self.of.records // 2, inf
        step = width * threshold
        most = self.of.records - step * (max(self.of.records - self.n, 0) // step)
        return most - step + 1, inf if most == self.of.records else most

    def sums(self, band: Band) -> Iterator[tuple[Equation, Cell, int]]:
        """Yield: errors x bands = the lower edge x whole + what is over, and so to the upper edge.

        With each equation its further item, and the count of it.
        """
        low, high = (self.item._replace(kind=f"{name} {self.item.kind}") for name in _EDGES)
        over = self.k * band.of - self.n * band.at
        times = band.of, band.at, 1
        yield Weighted((self.item,), (self.whole, low), times), low, over
        if band.at < band.of - 1:
            left = self.n * (band.at + 1) - self.k * band.of
            times = band.at + 1, band.of, 1
            yield Weighted((self.whole,), (self.item, high), times), high, left


def band_widths(
    rates: Iterable[Estimate],
    tallies: Sequence[Tally],
    controlled: Sequence[Tally],
    overlaps: Sequence[Overlap],
    rules: Disclosure,
) -> Widths:
    """Return how many times as wide as the threshold the bands of each rate have to be.

    Nothing is made wider where there are more than 500 rates.

    Parameters
    ----------
    rates
        The exact rates of the run.
    tallies, controlled
        The counts, and what is left of each after disclosure control, in the same order.
    """
    known = [row for row in rates if row.measure in _WHOLES and is_known(row) and row.n_records]
    if not 0 < len(known) <= _MOST:
        return NOTHING_WIDER
    pairs = zip(tallies, controlled, strict=True)
    of_links = [pair for pair in pairs if pair[0].measure not in _OF_VALUES]
    system = _System(of_links, overlaps, rules.threshold)
    for row in known:
        system.learn(row)
    return system.widths()


class _System:
    """The counts of a run and of those in error, what a reader sees of them, and their sums."""

    def __init__(
        self,
        counted: Sequence[tuple[Tally, Tally]],
        overlaps: Sequence[Overlap],
        threshold: int,
    ) -> None:
        own = cells([tally for tally, _ in counted], overlaps)
        controlled = [left for _, left in counted]
        self.threshold, self.overlaps = threshold, overlaps
        self.counts, self.equations, self.known = dict(own.counts), own.equations, dict(own.known)
        self.slack: set[Item] = set(own.slack)
        self.shown = frozenset(_shown(counted))
        self.records: dict[tuple[str | None, ...], int | None] = {
            (each.source, each.characteristic, each.group): each.n
            for each in controlled
            if each.measure == measures.RECORDS
        }
        self.hidden_links = hidden_links(controlled)
        self.told: list[_Told] = []

    def learn(self, row: Estimate) -> None:
        """Add those in error of a rate, and of whom it is a share."""
        n, share = row.n_records or 0, row.estimate or 0.0
        k = round(n * (share if row.measure in ERRORS else 1 - share))
        whole, error = (self._item(row, name) for name in _WHOLES[row.measure])
        self.counts[whole], self.counts[error] = n, k
        if row.measure in (measures.PRECISION, measures.RECALL):
            right = self._item(row, _RIGHT)
            self.counts[right] = n - k
            self.equations.append(Equation((whole,), (right, error)))
        place = (row.source, row.other, row.characteristic, row.group)
        of = self._of(row)
        if of is not None and not (row.measure == measures.COVERAGE and of.hidden):
            banded = Banded(FAMILIES[row.measure], row.method, *place)
            self.told.append(_Told(error, whole, banded, k, n, of))

    def _of(self, row: Estimate) -> Of | None:
        records = self.records.get((row.source, row.characteristic, row.group))
        place = (row.source, row.other, row.characteristic, row.group)
        return None if records is None else Of(records, place in self.hidden_links)

    def _item(self, row: Estimate, name: str) -> Cell:
        family = (name, str(row.source), row.other, row.method, None)
        return Cell(KNOWN, family, (row.characteristic, row.group))

    def widths(self) -> Widths:
        """Return the widths with which nothing of few people is told."""
        self._fill()
        self.told += list(self._everyone_else())
        self.equations += [each for each in self._ties() if not self._difference(each)]
        self.equations += list(self._splits())
        widths: dict[Banded, int] = {}
        protected = deque(self._protected())
        proved = 0
        while proved < len(protected):
            proved = 1 if self._widen(widths, *protected[0]) else proved + 1
            protected.rotate(-1)
        return widths

    def _protected(self) -> Iterator[tuple[float, frozenset[Item]]]:
        """Yield small counts with the range they have to keep: what counts alone tell is theirs."""
        hidden = self._hidden() - self.slack
        left = frozenset(item for item in hidden if self._is_small(item))
        for wider in (_WIDER, 1.0):
            width = wider * self.threshold
            audit = Audit(self.counts, self.equations, left, width, self.known)
            told = audit.told(self._hidden())
            yield width, left - told
            left = told

    def _hidden(self) -> set[Item]:
        return (self.counts.keys() - self.shown) | self.slack

    def _widen(self, widths: dict[Banded, int], width: float, items: frozenset[Item]) -> bool:
        """Make bands wider until each item keeps its range; say whether any had to be.

        It is proved anew with the last of them: wider bands are cut elsewhere.
        """
        found, before = None, dict(widths)
        while items:
            audit, told_by = self._audit(widths, width, items)
            if found is not None:
                audit.resume(found)
            narrow = audit.narrowed(self._hidden() | told_by.keys())
            kept = ({b for item in by for b in told_by.get(item, ())} for by in narrow.values())
            chosen = {min(by, key=lambda one: _dearness(one, widths)) for by in kept if by}
            if not chosen and found is None:
                break
            found = audit if chosen else None
            widths |= {banded: 2 * widths.get(banded, 1) for banded in chosen}
        return widths != before

    def _audit(
        self, widths: Widths, width: float, items: frozenset[Item]
    ) -> tuple[Audit, Mapping[Item, Set[Banded]]]:
        """Return the audit of everything known with such widths, and which bands say so of what."""
        counts, known, equations = dict(self.counts), dict(self.known), list(self.equations)
        told_by: dict[Item, set[Banded]] = {}
        for each in self.told:
            times = widths.get(each.banded, 1)
            band = each.band(times, self.threshold)
            if band is None:
                continue
            low, high = each.whole_limits(times, self.threshold)
            least, greatest = known.get(each.whole, NOTHING_KNOWN)
            known[each.whole] = max(low, least), min(high, greatest)
            told_by.setdefault(each.whole, set()).add(each.banded)
            for equation, item, count in each.sums(band):
                equations.append(equation)
                counts[item] = count
                known[item] = (min(float(count), (band.at + band.of) / 2), inf)
                told_by[item] = {each.banded}
        return Audit(counts, equations, items, width, known), told_by

    def _fill(self) -> None:
        """Add groups of whom nobody is linked or has a partner: no rate of theirs is made."""
        families = {item.family for item in self.counts if _is_known(item)}
        for source, characteristic, group in self.records:
            for family in families:
                if family[1] == source:
                    self.counts.setdefault(Cell(KNOWN, family, (characteristic, group)), 0)

    def _is_small(self, item: Item) -> bool:
        """Say whether an item is a count of few people of a group."""
        of_rest = isinstance(item, Cell) and item.kind == _REST
        return not of_rest and self.counts[item] < self.threshold

    def _everyone_else(self) -> Iterator[_Told]:
        """Yield what gaps to everyone outside a group tell of them."""
        for each in [each for each in self.told if each.item.place != EVERYONE]:
            item, whole = self._rest(each.item), self._rest(each.whole)
            records = self.records.get((each.banded.source, None, None))
            if item is None or whole is None or records is None or self.counts[whole] <= 0:
                continue
            of = Of(records - each.of.records, each.of.hidden)
            banded = each.banded._replace(rest=True)
            yield _Told(item, whole, banded, self.counts[item], self.counts[whole], of)

    def _rest(self, item: Cell) -> Cell | None:
        """Return the count of everyone outside a group, tied to the group's and to that of all."""
        whole, rest = item._replace(place=EVERYONE), item._replace(kind=_REST)
        if whole not in self.counts:
            return None
        self.counts[rest] = self.counts[whole] - self.counts[item]
        self.equations.append(Equation((whole,), (item, rest)))
        return rest

    def _ties(self) -> Iterator[Equation]:
        """Yield the sums by which those in error hang together with each other and with counts."""
        known = [item for item in self.counts if _is_known(item)]
        for item in known:
            name, source, other, *_ = item.family
            if name == _LINKS:
                linked = (measures.LINKED, source, other, None, measures.DECIDE)
                yield Equation((Cell("k", linked, item.place),), (item,))
            if name == measures.RECORDS:
                records = (measures.RECORDS, source, None, None, None)
                yield Equation((Cell("k", records, item.place),), (item,))
                matched = (self._other(item, _MATCHES), self._other(item, _WITHOUT))
                yield Equation((item,), matched)
            if name == _MISSED:
                lost = (self._other(item, loss) for loss in measures.LOSSES)
                yield Equation((item,), tuple(lost))
        yield from margins(known, self.overlaps)

    def _splits(self) -> Iterator[Equation]:
        """Yield: who is linked to another has a false link; who lost theirs otherwise has none."""
        for item in [each for each in self.counts if _is_known(each)]:
            if item.family[0] != _FALSE:
                continue
            blocked, missed, elsewhere = (self._other(item, loss) for loss in measures.LOSSES)
            linked = (measures.LINKED, *item.family[1:3], None, measures.DECIDE)
            for whole, parts in (
                (item, (elsewhere,)),
                (Cell("rest", linked, item.place), (blocked, missed)),
            ):
                if {whole, *parts} <= self.counts.keys():
                    left = self.counts[whole] - sum(self.counts[part] for part in parts)
                    over = Cell("over", whole.family, item.place)
                    if left >= 0:
                        self.counts[over] = left
                        self.slack.add(over)
                        yield Equation((whole,), (*parts, over))

    def _other(self, item: Cell, name: str) -> Cell:
        return item._replace(family=(name, *item.family[1:]))

    def _difference(self, equation: Equation) -> bool:
        """Say whether an equation is none: a count of it is not there, or the sums differ."""
        if not set(equation.items) <= self.counts.keys():
            return True
        left, right = (
            sum(self.counts[each] for each in side) for side in (equation.left, equation.right)
        )
        return left != right


def _is_known(item: Item) -> TypeGuard[Cell]:
    """Say whether an item counts people of whom truth, or a review of all, tells."""
    return isinstance(item, Cell) and item.kind == KNOWN


def _dearness(banded: Banded, widths: Widths) -> tuple[object, ...]:
    """Say how dear wider bands are: wide ones less, then everyone else, cells before groups."""
    crossed = CROSS in (banded.characteristic or "")
    level = 2 if banded.characteristic is None else int(not crossed)
    return widths.get(banded, 1), not banded.rest, level, repr(banded)


def _shown(counted: Iterable[tuple[Tally, Tally]]) -> Iterator[Item]:
    """Yield the counts that a reader has."""
    for tally, left in counted:
        n, *others = items(tally)
        if left.n is not None:
            yield n
        if left.k is not None:
            yield from others or [n]
