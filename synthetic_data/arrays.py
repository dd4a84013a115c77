"""The kinds of numpy array that pass between the modules, and a draw by weights."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
"""Positions in a tuple of names; -1 where there is none."""
Day = np.datetime64
Days = NDArray[np.datetime64]
Durations = NDArray[np.timedelta64]
Texts = NDArray[np.object_]
"""Python strings, or None where there is nothing."""


def weighted(rng: np.random.Generator, weights: Floats, size: int) -> Whole:
    """Return ``size`` positions in ``weights``, drawn in proportion to them."""
    edges = np.cumsum(weights, dtype=np.float64)
    return np.searchsorted(edges / edges[-1], rng.random(size), side="right").astype(np.int64)


def texts(values: Sequence[str | None]) -> Texts:
    """Return an array of Python strings."""
    return np.asarray(values, dtype=np.object_)
