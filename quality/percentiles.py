"""Percentiles of draws: many thousand times a few thousand numbers."""

from collections.abc import Sequence

import numpy as np

from linkage.model.normalise import Reals


def percentiles(drawn: Reals, shares: Sequence[float]) -> list[float]:
    """Return the values below which ``shares`` of the draws (draws,) lie.

    *Formula*: the (n - 1) q-th value in order, counted from 0, by a straight line between the two
    beside it: numpy's ``quantile``, without what that does for arrays of any shape. Not a number
    where any draw is none.
    """
    ordered = np.sort(drawn)
    if np.isnan(ordered[-1]):
        return [float("nan")] * len(shares)
    last = len(ordered) - 1
    return [_between(ordered, share * last, last) for share in shares]


def _between(ordered: Reals, place: float, last: int) -> float:
    at = min(int(place), last)
    one, other, part = float(ordered[at]), float(ordered[min(at + 1, last)]), place - at
    if not part or one == other:  # they may be infinite
        return one
    # from the nearer end, as numpy does: the limits are then met exactly
    return one + (other - one) * part if part < 0.5 else other - (other - one) * (1 - part)
