"""What a reader could recover: the range in which a hidden count must lie.

The reader is given every published count exactly, which is more than rounded ones say, knows
that no count is negative, and what earlier releases and the rows themselves say of a hidden one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

from linkage.disclosure.equations import NOTHING_KNOWN, Equation, Item, Limits

_TOLERANCE = 1e-6
_UNLIMITED = 1000  # times all that is known: as good as no limit, and the programme stays bounded
_LEAST, _GREATEST = 1.0, -1.0
_MANY = 20
_MOST_LEFT = 0.8

_Reals = NDArray[np.float64]


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
        self._counts = counts
        self._equations = equations
        self._width = width - _TOLERANCE
        self._known = known or {}
        self._low = {item: float(counts[item]) for item in protected}
        self._high = dict(self._low)

    def narrow(self, hidden: Set[Item]) -> list[Item]:
        """Return protected items that a reader can place in too narrow a range.

        One of those that share an equation is enough: what is hidden beside it may help them all,
        and where it does not, they are found when asked again.
        """
        found: list[Item] = []
        for part in _systems(self._counts, self._equations, hidden, self._known):
            self._widen_together(part)
            touched: set[int] = set()
            for at in self._open(part):
                rows = part.rows(at)
                if touched.isdisjoint(rows) and self._is_narrow(part.items[at]):
                    if not self._widen(at, part):
                        found.append(part.items[at])
                        touched.update(rows)
        return found

    def told(self) -> frozenset[Item]:
        """Return the protected items that lie in too narrow a range though everything is hidden.

        What a reader knows of them, this release does not say; they are protected no longer.
        """
        found = set[Item]()
        for part in _systems(self._counts, self._equations, self._counts.keys(), self._known):
            self._widen_together(part)
            for at in self._open(part):
                if self._is_narrow(part.items[at]) and not self._widen(at, part):
                    found.add(part.items[at])
        for item in found:
            del self._low[item], self._high[item]
        return frozenset(found)

    def _is_narrow(self, item: Item) -> bool:
        """Say whether the whole counts in the range lie too close together."""
        least, greatest = ceil(self._low[item] - _TOLERANCE), floor(self._high[item] + _TOLERANCE)
        return greatest - least < self._width

    def _open(self, part: _System) -> list[int]:
        """Return where the protected items stand whose range is not yet known to be wide."""
        return [at for at, i in enumerate(part.items) if i in self._low and self._is_narrow(i)]

    def _widen_together(self, part: _System) -> None:
        """Look for the upper limits of many items at once, as long as that clears most of them.

        Items that share no equation rarely stand in each other's way. Where many are open, all of
        them are tried first: little holds them together then.
        """
        left = self._open(part)
        while len(left) > _MANY:
            for sign in (_GREATEST, _LEAST):
                self._learn(part, part.extreme(left, sign))
            before, left = len(left), self._open(part)
            if len(left) > _MOST_LEFT * before:
                break
        while together := part.apart(self._open(part)):
            self._learn(part, part.extreme(together, _GREATEST))
            cleared = [at for at in together if not self._is_narrow(part.items[at])]
            if 2 * len(cleared) < len(together):
                return

    def _widen(self, at: int, part: _System) -> bool:
        """Look for the limits of one item; say whether they lie far enough apart."""
        for sign in (_GREATEST, _LEAST):
            self._learn(part, part.extreme([at], sign))
            if not self._is_narrow(part.items[at]):
                return True
        return False

    def _learn(self, part: _System, solution: _Reals | None) -> None:
        """Widen what is known by one solution; where there is none, nothing is proved."""
        if solution is not None:
            for item, value in zip(part.items, solution.tolist(), strict=True):
                if item in self._low:
                    self._low[item] = min(self._low[item], value)
                    self._high[item] = max(self._high[item], value)


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
    for part in _systems(counts, equations, hidden, known):
        if item in part.items:
            at = part.items.index(item)
            solutions = (part.extreme([at], sign) for sign in (_LEAST, _GREATEST))
            least, greatest = (counts[item] if each is None else each[at] for each in solutions)
            return float(least), float(greatest)
    return known.get(item, NOTHING_KNOWN) if item in hidden else (float(counts[item]),) * 2


@dataclass(frozen=True)
class _System:
    """Hidden items that equations tie together: ``matrix`` times their counts is ``known``."""

    items: Sequence[Item]
    matrix: scipy.sparse.csr_array
    by_item: scipy.sparse.csc_array
    known: _Reals
    limits: tuple[_Reals, _Reals]

    def rows(self, at: int) -> list[int]:
        """Return which equations hold the item."""
        start, end = self.by_item.indptr[at : at + 2]
        return [int(row) for row in self.by_item.indices[start:end]]

    def apart(self, places: Iterable[int]) -> list[int]:
        """Return as many of the items at ``places`` as share no equation with each other."""
        chosen, touched = [], set[int]()
        for at in places:
            rows = self.rows(at)
            if touched.isdisjoint(rows):
                chosen.append(at)
                touched.update(rows)
        return chosen

    def extreme(self, places: Sequence[int], sign: float) -> _Reals | None:
        """Return counts the reader cannot rule out, with the sum of the items least or greatest.

        None when the solver finds none.
        """
        objective = np.zeros(len(self.items))
        objective[list(places)] = sign
        limit = _UNLIMITED * (1 + np.abs(self.known).sum() + self.limits[0].sum())
        result = scipy.optimize.milp(
            objective,
            constraints=scipy.optimize.LinearConstraint(self.matrix, self.known, self.known),
            bounds=scipy.optimize.Bounds(self.limits[0], np.minimum(self.limits[1], limit)),
        )
        return None if result.x is None else np.asarray(result.x, dtype=float)


def _systems(
    counts: Mapping[Item, int],
    equations: Sequence[Equation],
    hidden: Set[Item],
    known: Mapping[Item, Limits],
) -> Iterator[_System]:
    rows = [row for row in (_coefficients(each, hidden) for each in equations) if row]
    items = list(dict.fromkeys(item for row in rows for item in row))
    if not items:
        return
    place = {item: at for at, item in enumerate(items)}
    entries = [(r, place[item], value) for r, row in enumerate(rows) for item, value in row.items()]
    r, c, values = (np.array(column) for column in zip(*entries, strict=True))
    matrix = scipy.sparse.csr_array((values.astype(float), (r, c)), shape=(len(rows), len(items)))
    n, label = scipy.sparse.csgraph.connected_components(
        abs(matrix).T @ abs(matrix), directed=False
    )
    truth = np.array([counts[item] for item in items], dtype=float)
    limits = np.array([known.get(item, NOTHING_KNOWN) for item in items], dtype=float)
    for each in range(n):
        members = np.flatnonzero(label == each)
        of_rows = np.flatnonzero(label[matrix.indices[matrix.indptr[:-1]]] == each)
        part = matrix[of_rows][:, members]
        least, greatest = limits[members].T
        yield _System(
            [items[at] for at in members],
            part,
            part.tocsc(),
            part @ truth[members],
            (least, greatest),
        )


def _coefficients(equation: Equation, hidden: Set[Item]) -> dict[Item, int]:
    signs: dict[Item, int] = {}
    for side, sign in ((equation.left, 1), (equation.right, -1)):
        for item in side:
            if item in hidden:
                signs[item] = signs.get(item, 0) + sign
    return {item: sign for item, sign in signs.items() if sign}
