"""Dominance: whether one or two people make up a total, so that they could be worked out of it."""

import numpy as np
from numpy.typing import NDArray

LARGEST, SHARE, PRECISION = 2, 0.9, 0.1


def is_dominated(values: NDArray[np.float64]) -> bool:
    """Say whether a total or a mean of ``values`` tells too much of those who give most to it.

    *Formula*: with contributions sorted, x_1 >= x_2 >= ... and T their sum: x_1 + x_2 > 0.9 T (the
    NK rule with n = 2, k = 90 %), or T - x_1 - x_2 < 0.1 x_1 (the p rule with p = 10 %: the second
    could place the first within a tenth).

    Parameters
    ----------
    values
        (n,) one a person; of values of either sign the sizes count.

    Notes
    -----
    Source: the rules and their parameters are those of ACRO, the tool for automatic checking of
    research outputs; Hundepool et al. (2012), Statistical Disclosure Control, section 4.2 (the
    rules as such; not checked in the book).

    Examples
    --------
    >>> is_dominated(np.array([100.0, 1.0, 2.0])), is_dominated(np.arange(100.0))
    (True, False)
    """
    size = np.abs(values)
    if len(size) <= LARGEST or not size.any():
        return len(size) > 0 and bool(size.any())
    largest = np.sort(np.partition(size, len(size) - LARGEST)[-LARGEST:])[::-1]
    total = float(size.sum())
    nk = float(largest.sum()) > SHARE * total
    return bool(nk or total - float(largest.sum()) < PRECISION * float(largest[0]))
