"""How wide the bands of known rates have to be, so that together they tell no number of few people.

Those in error are told within a band each, of a group and of everyone outside it. Groups add up to
all, links are right or false, matches are found or lost at a stage: sums over bands tell more than
each alone. The same audit that looks at counts looks at these, and bands are made wider until
nothing under the threshold can be placed in a range narrower than it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from math import inf
from typing import TypeGuard

from linkage.config.group_names import CROSS
from linkage.config.schema import Disclosure
from linkage.disclosure import Audit, Equation, Item
from linkage.disclosure.equations import NOTHING_KNOWN
from quality import measures
from quality.estimate import Estimate
from quality.release.audited_together import audited_together
from quality.release.cell import Cell
from quality.release.cells import cells, items, margins
from quality.release.error_rates import hidden_links
from quality.release.known import (
    NO_BAND,
    NOTHING_WIDER,
    Banded,
    Of,
    Widths,
    banded_of,
    in_error,
    is_known,
)
from quality.release.overlaps import Overlap
from quality.release.told_in_bands import Told
from quality.tally import Tally

KNOWN, _REST = "known", "everyone else"
EVERYONE = (None, None)
_WIDER = 1.25
"""Ranges are of any numbers, and whole ones lie closer together where edges of bands cut them: so
ranges are this much wider, and edges half a person and half a whole nearer.
"""
_MOST_COUNTS = 500
"""Of more small counts than this that are held back beside bands, the audit takes minutes."""
_MANY = 400
"""More bands than this, of which a few are made wider at a time, are wide from the start where a
hundred are left.
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


def band_widths(
    rates: Iterable[Estimate],
    tallies: Sequence[Tally],
    controlled: Sequence[Tally],
    overlaps: Sequence[Overlap],
    rules: Disclosure,
) -> Widths:
    """Return how many times as wide as the threshold the bands of each rate have to be.

    Where there are more than can be audited together, some are held back: they have no band.

    Parameters
    ----------
    rates
        The exact rates of the run.
    tallies, controlled
        The counts, and what is left of each after disclosure control, in the same order.
    """
    known = [row for row in rates if row.measure in _WHOLES and is_known(row) and row.n_records]
    if not known:
        return NOTHING_WIDER
    told = audited_together(known, rules.threshold)
    pairs = zip(tallies, controlled, strict=True)
    of_links = [pair for pair in pairs if pair[0].measure not in _OF_VALUES]
    system = _System(of_links, overlaps, rules.threshold)
    for row in told:
        system.learn(row)
    finest = {*map(banded_of, known)} - {*map(banded_of, told)}
    held_back = (each._replace(rest=rest) for each in finest for rest in (False, True))
    return {**system.widths(), **dict.fromkeys(held_back, NO_BAND)}


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
        self.told: list[Told] = []

    def learn(self, row: Estimate) -> None:
        """Add those in error of a rate, and of whom it is a share."""
        n, k = row.n_records or 0, in_error(row)
        whole, error = (self._item(row, name) for name in _WHOLES[row.measure])
        self.counts[whole], self.counts[error] = n, k
        if row.measure in (measures.PRECISION, measures.RECALL):
            right = self._item(row, _RIGHT)
            self.counts[right] = n - k
            self.equations.append(Equation((whole,), (right, error)))
        of = self._of(row)
        if of is not None and not (row.measure == measures.COVERAGE and of.hidden):
            self.told.append(Told(error, whole, banded_of(row), k, n, of))

    def _of(self, row: Estimate) -> Of | None:
        records = self.records.get((row.source, row.characteristic, row.group))
        place = (row.source, row.other, row.characteristic, row.group)
        return None if records is None else Of(records, place in self.hidden_links)

    def _item(self, row: Estimate, name: str) -> Cell:
        family = (name, str(row.source), row.other, row.method, None)
        return Cell(KNOWN, family, (row.characteristic, row.group))

    def widths(self) -> Widths:
        """Return the widths with which nothing of few people is told.

        Where too many counts hang together with bands, no band is told of a group whose own count
        of links is held back: people change places among such groups, and no band sees it.
        """
        self._fill()
        self.told += list(self._everyone_else())
        self.equations += [each for each in self._ties() if not self._difference(each)]
        self.equations += list(self._splits())
        small = self._small()
        held_back: dict[Banded, int] = {}
        beside_many = len(small) > _MOST_COUNTS
        if beside_many:
            held_back = {each.banded: NO_BAND for each in self.told if each.of.hidden}
            self.told = [each for each in self.told if not each.of.hidden]
            small = frozenset(filter(_is_known, small))
        widths: dict[Banded, int] = {}
        if beside_many or len(self.told) > _MANY:
            widths = {each.banded: each.first_width(self.threshold) for each in self.told}
        protected = deque(self._protected(small))
        proved = 0
        while proved < len(protected):
            proved = 1 if self._widen(widths, *protected[0]) else proved + 1
            protected.rotate(-1)
        return {**widths, **held_back}

    def _small(self) -> frozenset[Item]:
        """Return the hidden counts of few people that hang together with any band."""
        audit, told_by = self._audit(NOTHING_WIDER, self.threshold, frozenset())
        beside = audit.beside(told_by.keys(), self._hidden() | told_by.keys()) & self.counts.keys()
        return frozenset(item for item in beside - self.slack if self._is_small(item))

    def _protected(self, left: frozenset[Item]) -> Iterator[tuple[float, frozenset[Item]]]:
        """Yield small counts with the range they have to keep: what counts alone tell is theirs."""
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
            if narrow and not chosen:  # nothing is proved: no band is to be trusted
                chosen = {banded for told in told_by.values() for banded in told}
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
        known = [item for item in self.counts if _is_known(item)]
        families = {item.family for item in known}
        characteristics = {item.place[0] for item in known}
        for source, characteristic, group in self.records:
            for family in families:
                if family[1] == source and characteristic in characteristics:
                    self.counts.setdefault(Cell(KNOWN, family, (characteristic, group)), 0)

    def _is_small(self, item: Item) -> bool:
        """Say whether an item is a count of few people of a group."""
        of_rest = isinstance(item, Cell) and item.kind == _REST
        return not of_rest and self.counts[item] < self.threshold

    def _everyone_else(self) -> Iterator[Told]:
        """Yield what gaps to everyone outside a group tell of them."""
        for each in [each for each in self.told if each.item.place != EVERYONE]:
            item, whole = self._rest(each.item), self._rest(each.whole)
            records = self.records.get((each.banded.source, None, None))
            if item is None or whole is None or records is None or self.counts[whole] <= 0:
                continue
            of = Of(records - each.of.records, each.of.hidden)
            banded = each.banded._replace(rest=True)
            yield Told(item, whole, banded, self.counts[item], self.counts[whole], of)

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
