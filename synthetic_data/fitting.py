"""Joint distributions from marginals: iterative proportional fitting."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Floats, Whole

_ROUNDS = 2000
_CLOSE = 1e-11


@dataclass(frozen=True)
class Fit:
    """Whether shapes are fitted to what is published, or taken as they are."""

    on: bool

    def rows(
        self, shape: Floats, weights: Floats, marginal: Floats, groups: Whole | None = None
    ) -> Floats:
        """Return ``shape`` as distributions over its last axis; ``weights`` has the other axes."""
        if not self.on:
            return normalised(shape)
        found = fitted(shape.reshape(-1, shape.shape[-1]), weights.ravel(), marginal, groups)
        return found.reshape(shape.shape)

    def total(self, rates: Floats, weights: Floats, total: float) -> Floats:
        """Return ``rates`` times what makes them ``total`` over all; none above one."""
        now = float((rates * weights).sum())
        return np.minimum(rates * (total / now), 1.0) if self.on and now else rates


def fitted(seed: Floats, rows: Floats, columns: Floats, groups: Whole | None = None) -> Floats:
    """Return distributions, one a row, that are like ``seed`` and together have a marginal.

    Parameters
    ----------
    seed
        Weights, rows by columns. A nought stays nought, a row in proportion to its margins.
    rows
        How many people each row stands for, as weights.
    columns
        The marginal, as weights: of the columns or, with ``groups``, of groups of columns.
    groups
        The group of each column.

    Returns
    -------
    Floats
        As ``seed``; every row sums to one. Where ``seed`` allows it, ``rows`` of them have
        the marginal; else they come as near as its noughts let them.
    """
    group: Whole = np.arange(seed.shape[1], dtype=np.int64) if groups is None else groups
    rows, columns = rows / rows.sum(), columns / columns.sum()
    joint, before = _to_rows(seed, rows), np.zeros(len(columns))
    for _ in range(_ROUNDS):
        sums = np.bincount(group, weights=joint.sum(axis=0), minlength=len(columns))
        now = np.asarray(sums, dtype=np.float64)
        joint = _to_rows(joint * _ratio(columns, now)[group], rows)
        if np.abs(now - before).max() < _CLOSE:  # fitted, or as near as noughts allow
            break
        before = now
    return normalised(joint + seed * (rows[:, None] == 0))


def normalised(weights: Floats) -> Floats:
    """Return weights divided by their sum over the last axis; noughts where it is nought."""
    return weights * _ratio(np.ones(1), weights.sum(axis=-1, keepdims=True))


def _to_rows(joint: Floats, rows: Floats) -> Floats:
    return joint * _ratio(rows, joint.sum(axis=1))[:, None]


def _ratio(wanted: Floats, now: Floats) -> Floats:
    return np.divide(wanted, now, out=np.zeros_like(now + wanted), where=now > 0)
