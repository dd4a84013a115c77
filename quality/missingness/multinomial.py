"""Logistic regression on several categories, on cells of records."""

import numpy as np
from scipy.special import expit, softmax

from linkage.model.normalise import Reals

RIDGE = 0.1
"""Pulls every coefficient but the constant a little towards 0: a category that never occurs with
another then has a small chance, not none."""

_RIDGE_CONSTANT = 1e-6
_STEPS = 25
_SMALL = 1e-5


def fit(x: Reals, counted: Reals, start: Reals | None = None) -> Reals:
    """Return the coefficients (columns, categories); those of the most frequent category are 0.

    Each category is set against the most frequent one in a logistic regression of its own, by
    Newton's method with a ridge. That estimates the coefficients of the multinomial model, with a
    little more spread than fitting all together, at a fraction of its cost where categories are
    many.

    Parameters
    ----------
    x
        (cells, columns), the constant first.
    counted
        (cells, categories) how many records of each cell are of each category; need not be whole.
    start
        Coefficients to start from.

    Notes
    -----
    Source: Begg and Gray (1984), Biometrika 71, 11-18, for logits fitted one by one; not checked in
    the paper, but against the multinomial model of statsmodels.
    """
    most = int(counted.sum(axis=0).argmax())
    beta = np.zeros((x.shape[1], counted.shape[1]))
    if start is not None:
        beta = start - start[:, [most]]
    for category in range(counted.shape[1]):
        if category != most:
            n = counted[:, category] + counted[:, most]
            (held,) = np.nonzero(n)
            k = counted[held, category]
            beta[:, category] = _logit(x[held], k, n[held], beta[:, category])
    return beta


def chances(x: Reals, coefficients: Reals) -> Reals:
    """Return the chance of each category, (rows, categories)."""
    p: Reals = softmax(x @ coefficients, axis=1)
    return p


def _logit(x: Reals, k: Reals, n: Reals, start: Reals) -> Reals:
    """Return the coefficients (columns,) of k successes in n trials, in each cell (cells,)."""
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = _RIDGE_CONSTANT
    beta, reached = start, _value(x, k, n, start, ridge)
    for _ in range(_STEPS):
        p = expit(x @ beta)
        curve = x.T @ ((n * p * (1 - p))[:, None] * x) + np.diag(ridge + _SMALL)
        step = np.linalg.solve(curve, x.T @ (k - n * p) - ridge * beta)
        size = 1.0
        while (value := _value(x, k, n, beta + size * step, ridge)) < reached and size > _SMALL:
            size /= 2
        if value <= reached:
            break
        gained, reached, beta = value - reached, value, beta + size * step
        if gained < _SMALL * abs(reached):
            break
    return beta


def _value(x: Reals, k: Reals, n: Reals, beta: Reals, ridge: Reals) -> float:
    odds = x @ beta
    return float(k @ odds - n @ np.logaddexp(0, odds) - ridge @ beta**2 / 2)
