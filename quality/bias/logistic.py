"""Logistic regression of counts on the main effects of groups."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from linkage.model.normalise import Reals
from quality.bias.main_effects import MainEffects

_STEPS = 200
_SMALL = 1e-10
_RIDGE = 1e-6


@dataclass(frozen=True)
class Fitted:
    """A fitted model: coefficients (p,), their covariance (p, p), fitted chances (cells,)."""

    design: MainEffects
    coefficients: Reals
    covariance: Reals
    chance: Reals


def inverse(curve: Reals) -> Reals:
    """Return the inverse of a curvature, (p, p)."""
    inverted: Reals = np.linalg.inv(curve).astype(np.float64)
    return inverted


def fit(design: MainEffects, k: Reals, n: Reals, *, firth: bool = True) -> Fitted:
    """Fit logit P = X c to ``k`` of ``n`` records in each cell, by Newton's method.

    *Formula*: the log likelihood, sum of k log p + (n - k) log(1 - p), plus half the log
    determinant of the information X' W X, W = n p (1 - p); the score of a cell is then
    k - n p + h (1/2 - p), h = W x' (X' W X)^-1 x. With one characteristic, a group's chance is
    (k + 1/2) / (n + 1): groups of whom all or none are counted have finite coefficients and
    honest limits. A ridge of 1e-6 keeps columns apart that always go together.

    Parameters
    ----------
    design
        Over the same cells as ``k`` and ``n``, (cells,); these need not be whole.
    firth
        Whether to add the penalty; without it, this is maximum likelihood.

    Notes
    -----
    Source: Firth (1993), Biometrika 80, 27-38, Jeffreys' prior for logistic regression; derived
    in docs/explanation/adjusted-differences.md for one characteristic.
    """
    return fit_to_sums(design, design.sums(k), n, firth=firth)


def fit_to_sums(design: MainEffects, sums: Reals, n: Reals, *, firth: bool = True) -> Fitted:
    """Fit the same model to ``sums`` (columns,) of what is counted: it asks nothing else of counts.

    ``sums`` are X' k: of all, and of every group that is no reference.
    """
    found = np.zeros(int(design.kept.sum()))
    ridge = np.full(len(found), _RIDGE)
    ridge[0] = 0.0
    share = (sums[0] + 0.5) / (n.sum() + 1)
    found[0] = np.log(share / (1 - share))
    covariance: Reals = np.zeros((len(found), len(found)))
    for _ in range(_STEPS):
        p = expit(design.predictor(found))
        weight = n * p * (1 - p)
        covariance = inverse(design.cross(weight) + np.diag(ridge + _SMALL))
        pull = weight * design.spread(covariance) * (0.5 - p) if firth else 0.0
        slope = sums - design.sums(n * p - pull) - ridge * found
        step = covariance @ slope
        found = found + step * min(1.0, 5 / max(np.abs(step).max(), _SMALL))
        if slope @ step < _SMALL:
            break
    return Fitted(design, found, covariance, expit(design.predictor(found)))
