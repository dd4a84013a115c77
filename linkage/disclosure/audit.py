"""What a reader could recover: the range in which a hidden count must lie.

The reader is given every published count exactly, which is more than rounded ones say, knows
that no count is negative, and what earlier releases and the rows themselves say of a hidden one.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import product
from math import ceil
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from linkage.disclosure.equations import NOTHING_KNOWN, Equation, Item, Limits
from linkage.disclosure.systems import System, Systems
from linkage.disclosure.ties import Places

_TOLERANCE = 1e-6
_LEAST, _GREATEST = 1.0, -1.0
_MANY = 20
_UNLIMITED = 1000  # times all counts: as good as no limit
_WORTHWHILE = 1 / 20  # of those left, what an objective for all has to clear


class Audit:
    """The ranges that are known to be open to each protected count, widened as more is hidden.

    Every solution of a linear programme is a set of counts that the reader cannot rule out, so it
    widens what is known of every item in it, and stays good when more is hidden later.

    Parameters
    ----------
    counts
        The true count of every item.
    equations
        The sums that a reader knows to hold.
    protected
        The items whose range matters.
    width
        How wide it must be.
    known
        The least and the greatest value of an item that a reader knows without this release.
    """

    def __init__(
        self,
        counts: Mapping[Item, int],
        equations: Sequence[Equation],
        protected: Iterable[Item],
        width: float,
        known: Mapping[Item, Limits] | None = None,
    ) -> None:
        self._systems = Systems(counts, equations, known or {})
        self._width = width - _TOLERANCE
        self._far = ceil(width) + 1.0
        place = self._systems.place
        self._protected = np.zeros(len(place), dtype=bool)
        self._protected[[place[item] for item in protected if item in place]] = True
        self._low, self._high = np.zeros(len(place)), np.zeros(len(place))
        self._unsolved = set[int]()

    def narrow(self, hidden: Set[Item]) -> list[Item]:
        """Return protected items that a reader can place in too narrow a range.

        One of those that share an equation is enough: what is hidden beside it may help them all,
        and where it does not, they are found when asked again.
        """
        return list(self.narrowed(hidden))

    def narrowed(self, hidden: Set[Item]) -> dict[Item, frozenset[Item]]:
        """Return the same, with the items whose limits keep each from being less or more."""
        found: dict[Item, frozenset[Item]] = {}
        touched: set[int] = set()
        for at, systems in self._left(hidden):
            rows = self._systems.rows(at)
            if touched.isdisjoint(rows) and not self._widen(at, systems):
                found[self._systems.items[at]] = self._keeping(at, systems)
                touched.update(rows)
        return found

    def _keeping(self, at: int, systems: Sequence[System]) -> frozenset[Item]:
        kept = set[int]()
        for system, sign in product(systems[-1:], (_GREATEST, _LEAST)):
            self._learn(system, np.flatnonzero(system.places == at), sign)
            kept.update(system.at_a_limit.tolist())
        return frozenset(self._systems.items[place] for place in kept)

    def resume(self, found: "Audit") -> None:
        """Take what an audit under other equations found to be open: a guess, to be proved anew."""
        places = found._systems.place
        both = [(at, places[item]) for item, at in self._systems.place.items() if item in places]
        here, there = np.array(both, dtype=np.intp).reshape(-1, 2).T
        self._low[here], self._high[here] = found._low[there], found._high[there]

    def told(self, hidden: Set[Item] | None = None) -> frozenset[Item]:
        """Return the protected items that lie in too narrow a range though everything is hidden.

        What a reader knows of them, this release does not say; they are protected no longer. With
        ``hidden``, the same of what is hidden. Of which the solver finds no limits, they are not.
        """
        left = self._left(self._systems.place.keys() if hidden is None else hidden)
        narrow = [at for at, systems in left if not self._widen(at, systems)]
        found = [at for at in narrow if at not in self._unsolved]
        self._protected[found] = False
        return frozenset(self._systems.items[at] for at in found)

    def beside(self, items: Set[Item], hidden: Set[Item]) -> frozenset[Item]:
        """Return the hidden items that hang together with any of ``items``."""
        of = self._systems.items
        _, systems = self._systems.among(hidden)
        parts = ([of[at] for at in system.places] for system in systems)
        return frozenset(item for part in parts if not items.isdisjoint(part) for item in part)

    def _left(self, hidden: Set[Item]) -> list[tuple[int, tuple[System, ...]]]:
        """Return where protected items stand that many objectives at once do not clear.

        Each with where to look for its limits. First among changes of protected items as small as
        matters: these are soon found, and mostly enough. What they leave open, all changes settle.
        """
        fixed, systems = self._systems.among(hidden)
        left: list[tuple[int, tuple[System, ...]]] = [(at, ()) for at in fixed[self._open(fixed)]]
        for system in systems:
            near = system.near(self._open(system.places), self._far)
            self._widen_together(near)
            left += [(at, (near, system)) for at in system.places[self._open(system.places)]]
        return sorted(left, key=itemgetter(0))

    def _open(self, places: Places) -> NDArray[np.intp]:
        """Return which of the places are of protected items not yet known to be wide.

        The whole counts in a range lie too close together there.
        """
        least = np.ceil(self._low[places] - _TOLERANCE)
        greatest = np.floor(self._high[places] + _TOLERANCE)
        return np.flatnonzero(self._protected[places] & (greatest - least < self._width))

    def _widen_together(self, system: System) -> None:
        """Look for the limits of many items at once, as long as that clears enough of them."""
        left = self._open(system.places)
        while len(left) > _MANY:
            for sign in (_GREATEST, _LEAST):
                self._learn(system, left, sign)
            before, left = len(left), self._open(system.places)
            if before - len(left) < _WORTHWHILE * before:
                break

    def _widen(self, at: int, systems: Iterable[System]) -> bool:
        """Look for the limits of one item; say whether they lie far enough apart."""
        place = np.array([at])
        for system, sign in product(systems, (_GREATEST, _LEAST)):
            if not len(self._open(place)):
                return True
            if not self._learn(system, np.flatnonzero(system.places == at), sign):
                self._unsolved.add(at)
        return not len(self._open(place))

    def _learn(self, system: System, members: Places, sign: float) -> bool:
        """Widen what is known by one solution; say whether there is one: else nothing is proved."""
        costs = np.zeros(len(system.places))
        costs[members] = sign
        changes = system.extreme(costs, self._far)
        if changes is not None:
            places = system.places
            self._low[places] = np.minimum(self._low[places], changes)
            self._high[places] = np.maximum(self._high[places], changes)
        return changes is not None


def feasible_range(
    counts: Mapping[Item, int],
    equations: Sequence[Equation],
    hidden: Set[Item],
    item: Item,
    known: Mapping[Item, Limits] | None = None,
) -> tuple[float, float]:
    """Return the least and the greatest value that ``item`` can have for a reader.

    ``known`` are the limits that a reader knows without this release.
    """
    known = known or {}
    most = _UNLIMITED * (1 + sum(map(abs, counts.values())))
    systems = Systems(counts, equations, known)
    fixed, parts = systems.among(hidden)
    place = systems.place.get(item)
    count = float(counts[item])
    for part in parts:
        costs = (part.places == place).astype(float)
        if costs.any():
            found = (part.extreme(sign * costs, most) for sign in (_LEAST, _GREATEST))
            least, greatest = (0.0 if each is None else costs @ each for each in found)
            return float(count + least), float(count + greatest)
    is_free = item in hidden and place not in fixed
    return known.get(item, NOTHING_KNOWN) if is_free else (count, count)
