"""Logistic regression on several categories, on rows that carry weights."""

import numpy as np

from linkage.model.normalise import Index, Reals

RIDGE = 0.1
"""Pulls every coefficient but the constant a little towards 0: a category that never occurs with
another then has a small chance, not none."""

_STEPS = 25
_SMALL = 1e-6


def fit(x: Reals, y: Index, weight: Reals, categories: int, start: Reals | None = None) -> Reals:
    """Return the coefficients (columns, categories) by Newton's method, those of the last 0.

    *Formula*: the sum of w log p(y | x), p = softmax(x b), less ridge |b|^2 / 2.

    Parameters
    ----------
    x
        (rows, columns), the constant first.
    y
        (rows,) the category of each row.
    weight
        (rows,), which need not be whole.
    start
        Coefficients to start from.
    """
    free = categories - 1
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = _SMALL
    beta = np.zeros((x.shape[1], free)) if start is None else start[:, :free].copy()
    reached = _value(x, y, weight, beta, ridge)
    for _ in range(_STEPS):
        step = _step(x, y, weight, beta, ridge)
        size = 1.0
        while (value := _value(x, y, weight, beta + size * step, ridge)) < reached and size > 1e-4:
            size /= 2
        gained, reached = value - reached, max(value, reached)
        if gained < _SMALL * max(1.0, abs(reached)):
            break
        beta = beta + size * step
    return np.hstack([beta, np.zeros((len(beta), 1))])


def chances(x: Reals, coefficients: Reals) -> Reals:
    """Return the chance of each category, (rows, categories)."""
    return np.exp(_logs(x, coefficients[:, :-1])).T


def _logs(x: Reals, beta: Reals) -> Reals:
    """Return the logarithms of the chances, (categories, rows): sums over few go fast so."""
    odds = np.vstack([(x @ beta).T, np.zeros(len(x))])
    odds -= odds.max(axis=0)
    logs: Reals = odds - np.log(np.exp(odds).sum(axis=0))
    return logs


def _value(x: Reals, y: Index, weight: Reals, beta: Reals, ridge: Reals) -> float:
    fitted = weight @ _logs(x, beta)[y, np.arange(len(y))]
    return float(fitted - (ridge[:, None] * beta**2).sum() / 2)


def _step(x: Reals, y: Index, weight: Reals, beta: Reals, ridge: Reals) -> Reals:
    columns, free = beta.shape
    p = np.exp(_logs(x, beta)[:free])
    hit = (y == np.arange(free)[:, None]).astype(np.float64)
    gradient = (weight * (hit - p)) @ x - ridge * beta.T
    curve = np.zeros((free, columns, free, columns))
    for a in range(free):
        for b in range(a, free):
            w = weight * p[a] * ((a == b) - p[b])
            curve[a, :, b, :] = curve[b, :, a, :] = x.T @ (w[:, None] * x)
        curve[a, :, a, :] += np.diag(ridge)
    size = free * columns
    step = np.linalg.solve(curve.reshape(size, size), gradient.reshape(size))
    return step.reshape(free, columns).T
