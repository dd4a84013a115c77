"""Those in error of a group, or of everyone outside it, as their band tells them."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from linkage.disclosure import Equation, Limits, Weighted
from quality.release.cell import Cell
from quality.release.known import Band, Banded, Of, band_of

_EDGES = ("over the lower edge of", "up to the upper edge of")
_FINE = 100
"""As many bands as this are as fine as anybody reads a rate."""


@dataclass(frozen=True)
class Told:
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

    def first_width(self, threshold: int) -> int:
        """Return how many times as wide as the threshold bands may be, and tell a hundredth.

        Of many people nothing is lost by it, and few bands are left to be made wider one by one.
        """
        wide = (4, 2)
        return next((by for by in wide if self.of.records >= _FINE * by * threshold), 1)

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
