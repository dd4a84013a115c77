"""Figures by band of age as figures by year of age, and back."""

import numpy as np

from synthetic_data.arrays import Floats, Whole
from synthetic_data.tables import Table

YEARS = 101
"""Ages in whole years from 0; the last is 100 and over."""


def by_year(values: Floats, limits: Whole, axis: int = -1) -> Floats:
    """Return figures by year of age; what stands below the first limit is as the first band."""
    band = np.searchsorted(limits, np.arange(YEARS), side="right") - 1
    return np.take(values, np.maximum(band, 0), axis=axis)


def rates_by_year(table: Table) -> Floats:
    """Return the figures of a table whose last dimension is age, by year of age."""
    return by_year(table.values, table.ages())


def by_band(weights: Floats, limits: Whole) -> Floats:
    """Return weights by year of age summed to bands; below the first limit they are left out."""
    return np.add.reduceat(weights, limits, axis=-1)
