"""Bands of age: their limits, their names, and a ten-year band kept apart on request."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_DECADE = 10


@dataclass(frozen=True)
class Bands:
    """Bands that start at ``limits``; the last one is open."""

    limits: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The bands in order: ``0-15``, ``16-24``, ..., ``85+``.

        Example
        -------
        >>> Bands((0, 16, 65)).names
        ('0-15', '16-64', '65+')
        """
        closed = (_name(low, high) for low, high in pairwise(self.limits))
        return (*closed, f"{self.limits[-1]}+")

    def band(self, age: int) -> str:
        """Return the band that ``age`` falls into.

        Example
        -------
        >>> Bands((0, 16, 65)).band(16)
        '16-64'
        """
        return self.names[bisect_right(self.limits, age) - 1]

    def split(self, starts: Iterable[int]) -> "Bands":
        """Return the bands with the ten years from each of ``starts`` as one band of its own.

        Limits are added at the start and ten years later, and those in between taken away, so that
        20 gives 20-29 whole where 16-24 and 25-34 had cut it.

        Example
        -------
        >>> Bands((0, 16, 25, 35)).split([20]).names
        ('0-15', '16-19', '20-29', '30-34', '35+')
        """
        limits = set(self.limits)
        for start in starts:
            end = start + _DECADE
            limits = {limit for limit in limits if not start < limit < end} | {start, end}
        return Bands(tuple(sorted(limits)))


def bands(names: Iterable[str]) -> Bands:
    """Return the bands that bear ``names``: ``0-15``, ``16-24``, ``85+``."""
    return Bands(tuple(int(name.rstrip("+").split("-")[0]) for name in names))


def even_bands(start: int, width: int, open_ended_from: int) -> Bands:
    """Return bands of one width, the last one open."""
    return Bands(tuple(range(start, open_ended_from + 1, width)))


def _name(low: int, high: int) -> str:
    return str(low) if high - low == 1 else f"{low}-{high - 1}"
