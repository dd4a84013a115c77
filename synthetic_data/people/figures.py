"""What the distributions do not say, as it is drawn with."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from synthetic_data.arrays import Floats, Whole
from synthetic_data.bands import YEARS
from synthetic_data.parameters import document_of

YEAR = 365.25
"""The days of a year."""


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return what stands in ``people/<name>.yaml``."""
    return document_of(f"people/{name}.yaml")


def spread(name: str, *path: str) -> tuple[float, float]:
    """Return two numbers of a table: mean and standard deviation, or least and most."""
    found: Any = table(name)
    for part in path:
        found = found[part]
    low, high = found
    return float(low), float(high)


def numbers(shares: list[float] | Mapping[Any, float]) -> Floats:
    """Return shares as an array."""
    values = shares.values() if isinstance(shares, Mapping) else shares
    return np.fromiter(values, np.float64)


def ages_in_bands(shares: Mapping[int, float]) -> Floats:
    """Return shares by year of age: those of a band are alike, and the last band only ends."""
    limits = np.fromiter(shares, np.int64)
    found = np.zeros(YEARS)
    for low, end, share in zip(limits[:-1], limits[1:], numbers(shares), strict=False):
        found[low:end] = share / (end - low)
    return np.asarray(found / found.sum(), np.float64)


def drawn_ages(shares: Floats, rows: Whole, rng: np.random.Generator) -> Floats:
    """Return ages in years, not whole.

    Parameters
    ----------
    shares
        Of shape (rows, years): distributions of ages.
    rows
        Which distribution each age is drawn from.
    """
    reached = np.cumsum(shares, axis=1)
    reached /= reached[:, -1:]
    line = (reached + np.arange(len(shares))[:, None]).ravel()  # one search for all rows
    luck = rng.random((2, len(rows)))
    year = np.searchsorted(line, rows + luck[0], side="right") - rows * shares.shape[1]
    return np.asarray(np.minimum(year, shares.shape[1] - 1) + luck[1], np.float64)
