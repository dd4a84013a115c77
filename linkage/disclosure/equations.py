"""The sums by which the counts of a table hang together."""

from collections.abc import Hashable
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
