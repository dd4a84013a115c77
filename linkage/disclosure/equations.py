"""The sums by which the counts of a table hang together."""

from collections.abc import Hashable
from dataclasses import dataclass

Item = Hashable
"""Names one count, whatever a table calls it."""


@dataclass(frozen=True)
class Equation:
    """The counts in ``left`` add up to the same as the counts in ``right``."""

    left: tuple[Item, ...]
    right: tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every count of the equation."""
        return self.left + self.right
