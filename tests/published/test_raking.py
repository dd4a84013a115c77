"""Raking against a second implementation: the dual of calibration, by scipy's minimiser."""

import numpy as np
import pytest
from scipy.optimize import minimize

from quality.correction.raking import Margin, raked


def dual(weight, margins):
    """Minimise sum of w exp(x' c) - T' c: its gradient is what the totals are missed by."""
    x = np.hstack([np.eye(len(each.totals))[each.code] for each in margins])
    totals = np.concatenate([each.totals for each in margins])

    def loss(c):
        made = weight * np.exp(x @ c)
        return made.sum() - totals @ c, x.T @ made - totals

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-9})
    return np.exp(x @ found.x)


@pytest.mark.parametrize("seed", range(5))
def test_raking_is_calibration_with_exponential_weights(seed):
    rng = np.random.default_rng(seed)
    codes = np.array([each.ravel() for each in np.indices((3, 4, 2))])
    weight = rng.gamma(2.0, 20.0, codes.shape[1])
    truth = rng.gamma(2.0, 30.0, codes.shape[1])
    margins = [Margin(code, np.bincount(code, truth)) for code in codes]
    factor, missed = raked(weight, margins)
    assert missed < 1e-9
    assert factor == pytest.approx(dual(weight, margins), rel=1e-6)
    for margin in margins:
        assert np.bincount(margin.code, weight * factor) == pytest.approx(margin.totals)


def test_two_by_two_keeps_the_odds_ratio():
    """Raking leaves the odds ratio as it was: the 2 x 2 table has one cell free (Bishop, Fienberg
    and Holland 1975, section 3.5): solved here as a quadratic.
    """
    weight = np.array([40.0, 30.0, 35.0, 50.0])
    row, column = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    rows, columns = np.array([80.0, 100.0]), np.array([90.0, 90.0])
    factor, _ = raked(weight, [Margin(row, rows), Margin(column, columns)])
    made = weight * factor
    odds = weight[0] * weight[3] / (weight[1] * weight[2])
    # a (n - r - c + a) = odds (r - a)(c - a)
    r, c, n = rows[0], columns[0], rows.sum()
    found = np.roots([1 - odds, n - r - c + odds * (r + c), -odds * r * c])
    (a,) = [each for each in found if 0 < each < min(r, c)]
    assert made == pytest.approx([a, r - a, c - a, n - r - c + a])


def test_a_group_without_a_link_is_left_to_the_others():
    row, column = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    margins = [Margin(row, np.array([60.0, 60.0])), Margin(column, np.array([50.0, 70.0]))]
    factor, missed = raked(np.array([10.0, 20.0, 0.0, 0.0]), margins)
    assert missed < 1e-9
    assert factor[:2] * [10, 20] == pytest.approx([50, 70])
