"""Counts held back until no equation gives one, or a small sum of some, away by itself.

Counts go by numbers here, in the order in which they are to be lost: of two that would help, the
one with the lower number falls.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from heapq import heappop, heappush

Sides = tuple[tuple[int, ...], tuple[int, ...]]
"""The numbers of the counts on both sides of an equation."""


@dataclass
class _Sum:
    """An equation of ``size`` counts: how many each side holds back, and what these add up to.

    ``shown`` are counts that may be left to show, the first to be lost at the end.
    """

    size: int
    shown: list[int]
    held_back: list[int]
    total: int = 0

    def exposes(self, threshold: int) -> bool:
        """Say whether it gives what it holds back away."""
        left, right = self.held_back
        if left + right in {0, self.size}:
            return False
        one_sided = not left or not right
        return left + right == 1 or (one_sided and self.total < threshold)


class Cover:
    """What is held back so far; the equations that see more of it fall are looked at again.

    Parameters
    ----------
    equations
        Those in which counts are to be held back.
    counts
        (n,) the true count of every number.
    threshold
        Sums below it are small.
    firm
        Numbers of counts that a reader has already: to hold them back would keep nothing.
    """

    def __init__(
        self,
        equations: Iterable[Sides],
        counts: Sequence[int],
        threshold: int,
        firm: Set[int],
    ) -> None:
        self.hidden: set[int] = set()
        self._counts, self._threshold, self._firm = counts, threshold, firm
        self._waiting: list[tuple[int, int]] = []
        self._sums: list[_Sum] = []
        self._sides: list[list[tuple[int, int]]] = [[] for _ in counts]
        for at, (left, right) in enumerate(equations):
            shown = sorted({*left, *right} - firm, reverse=True)
            self._sums.append(_Sum(len(left) + len(right), shown, [0, 0]))
            for side, numbers in enumerate((left, right)):
                for number in numbers:
                    self._sides[number].append((at, side))

    def hide(self, numbers: Iterable[int]) -> None:
        """Hold these counts back, and what they would give away by equations of one sort.

        The shortest equation goes first: a numerator falls with its rest before a margin looks for
        a neighbour, which is then one of those that fell.
        """
        for number in numbers:
            self._hide(number)
        while self._waiting:
            each = self._sums[heappop(self._waiting)[1]]
            if each.exposes(self._threshold):
                while each.shown and each.shown[-1] in self.hidden:
                    each.shown.pop()
                if each.shown:
                    self._hide(each.shown[-1])

    def _hide(self, number: int) -> None:
        if number in self.hidden:
            return
        self.hidden.add(number)
        if number in self._firm:
            return
        for at, side in self._sides[number]:
            each = self._sums[at]
            each.held_back[side] += 1
            each.total += self._counts[number]
            heappush(self._waiting, (each.size, at))
