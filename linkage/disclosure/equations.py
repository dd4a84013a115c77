"""The sums by which the counts of a table hang together."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from math import inf

Item = Hashable
"""Names one count, whatever a table calls it."""

Limits = tuple[float, float]
"""The least and the greatest value that a count can have for a reader."""

NOTHING_KNOWN: Limits = (0.0, inf)


@dataclass(frozen=True)
class Equation:
    """The counts in ``left`` add up to the same as the counts in ``right``."""

    left: tuple[Item, ...]
    right: tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every count of the equation."""
        return self.left + self.right

    @property
    def terms(self) -> Iterator[tuple[Item, int]]:
        """Every count with what it is multiplied by in the sum that is zero."""
        yield from ((item, 1) for item in self.left)
        yield from ((item, -1) for item in self.right)


@dataclass(frozen=True)
class Weighted(Equation):
    """An equation whose counts stand in it several times: ``times`` of each of the items."""

    times: tuple[int, ...] = ()

    @property
    def terms(self) -> Iterator[tuple[Item, int]]:
        """Every count with what it is multiplied by in the sum that is zero."""
        for (item, sign), times in zip(super().terms, self.times, strict=True):
            yield item, sign * times
