"""Weighted logistic regression with a ridge: what the calibration maps are fitted by."""

import numpy as np
from scipy.special import expit

from linkage.decide.assignment import Flags
from linkage.model.normalise import Reals

_STEPS = 100
_SMALL = 1e-10


def logistic(x: Reals, match: Flags, weight: Reals, centre: Reals, ridge: Reals) -> Reals:
    """Return the coefficients c that maximise a weighted likelihood less a ridge (Newton).

    *Formula*: the sum over records of w (y ln q + (1 - y) ln(1 - q)) less half the sum of
    ridge (c - centre)^2, q = 1 / (1 + exp(-x c)); the weights are scaled to add up to Kish's
    effective number (sum w)^2 / sum w^2, so that a ridge weighs against what the labels tell.
    A coefficient without a ridge must not be separable: an intercept is not where both classes
    are there.

    Parameters
    ----------
    x
        (n, k) what the log odds are linear in.
    match, weight
        (n,) labels and design weights.
    centre, ridge
        (k,) where each coefficient is drawn to, and how strongly: 1 / variance of a normal prior.

    Returns
    -------
    Reals
        (k,) coefficients.
    """
    scaled = weight * (weight.sum() / (weight @ weight))
    found = centre.copy()
    value = _penalised(found, x, match, scaled, centre, ridge)
    for _ in range(_STEPS):
        q = expit(x @ found)
        slope = x.T @ (scaled * (match - q)) - ridge * (found - centre)
        curve = (x.T * (scaled * q * (1 - q))) @ x + np.diag(ridge + _SMALL)
        step = np.linalg.solve(curve, slope)
        if slope @ step < _SMALL:
            return found
        found, value = _uphill(found, step, value, (x, match, scaled, centre, ridge))
    return found


def _uphill(
    found: Reals, step: Reals, value: float, given: tuple[Reals, Flags, Reals, Reals, Reals]
) -> tuple[Reals, float]:
    """Take the step, or as much of it as does not lead downhill."""
    for _ in range(30):
        reached = _penalised(found + step, *given)
        if reached >= value:
            return found + step, reached
        step = step / 2
    return found, value


def _penalised(
    c: Reals, x: Reals, match: Flags, weight: Reals, centre: Reals, ridge: Reals
) -> float:
    odds = x @ c
    likelihood = weight @ (match * odds - np.logaddexp(0, odds))
    return float(likelihood - 0.5 * (ridge @ (c - centre) ** 2))
