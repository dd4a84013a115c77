"""Frequent filters placed on frequent names by what is like what.

Filters keep which names are alike, so the table of likenesses among the most frequent filters and
that among the most frequent names of a list are laid over each other: a quadratic assignment,
solved approximately by Frank and Wolfe's method with the likeness of the counts as linear term.
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from linkage.privacy.attack.target import Whole

Real = npt.NDArray[np.float64]

_ROUNDS = 100


def placed(filters: Real, sizes: Real, names: Real, counts: Real) -> Whole:
    """Return the name that each of n filters is placed on (n,).

    Parameters
    ----------
    filters, names
        Likeness of filters and of names, (n, n) each, as Dice coefficients.
    sizes, counts
        Records of each filter and of each name in the list, (n,) each.

    Source: Vogelstein and others 2015, section 3, for the method; Vidanage, Christen, Ranbaduge and
    Schnell 2020 match such tables in another way; neither equation was checked against the paper.
    """
    n = len(sizes)
    a, b = _scaled(filters), _scaled(names)
    expected = counts * sizes.sum() / counts.sum()
    linear = -np.square(np.sqrt(sizes)[:, None] - np.sqrt(expected)[None, :])
    share = (_best(linear) + 1 / n) / 2
    for _ in range(_ROUNDS):
        half = a @ share @ b
        step = _best(2 * half + linear) - share
        square = float(np.sum(step * (a @ step @ b)))
        slope = float(np.sum(step * (2 * half + linear)))
        if slope <= 1e-6 * abs(float(np.sum(share * half))):
            break
        share = share + step * (1.0 if square >= 0 else min(1.0, -slope / (2 * square)))
    chosen: Whole = linear_sum_assignment(share, maximize=True)[1]
    return chosen


def dice(sets: npt.NDArray[np.float32]) -> Real:
    """Return the Dice coefficients among the rows of a table of zeros and ones."""
    shared = (sets @ sets.T).astype(float)
    held = np.diag(shared)
    likeness: Real = 2 * shared / np.maximum(held[:, None] + held[None, :], 1)
    return likeness


def _best(weights: Real) -> Real:
    chosen = np.zeros_like(weights)
    chosen[linear_sum_assignment(weights, maximize=True)] = 1
    return chosen


def _scaled(likeness: Real) -> Real:
    """Return likenesses of different things with mean 0 and standard deviation 1."""
    others = likeness[~np.eye(len(likeness), dtype=bool)]
    scaled: Real = (likeness - others.mean()) / max(float(others.std()), 1e-9)
    np.fill_diagonal(scaled, 0)
    return scaled
