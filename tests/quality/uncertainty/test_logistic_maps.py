"""The maps against truth, scipy and each other."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from quality.uncertainty.beta import fit_beta
from quality.uncertainty.isotonic import fit_isotonic
from quality.uncertainty.labels import log_odds
from quality.uncertainty.logistic import logistic
from quality.uncertainty.platt import fit_platt

ONE = np.zeros(1, np.int64)


def records(n, seed, truth=lambda x: expit(-0.5 + 0.6 * x)):
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 3, n)
    return expit(x), rng.random(n) < truth(x)


def test_platt_finds_the_line_that_made_the_labels():
    p, match = records(60_000, 1)
    found = fit_platt(p, match, np.ones(len(p)))
    assert found.intercept == pytest.approx(-0.5, abs=0.04)
    assert found.slope == pytest.approx(0.6, abs=0.02)


def test_weights_put_a_biased_sample_right():
    p, match = records(200_000, 2)
    # non-matches among the likely and matches among the unlikely are sampled ten times as often
    kept = np.where(match == (p > 0.5), 0.05, 0.5)
    taken = np.random.default_rng(3).random(len(p)) < kept
    weighted = fit_platt(p[taken], match[taken], 1 / kept[taken])
    unweighted = fit_platt(p[taken], match[taken], np.ones(taken.sum()))
    assert weighted.slope == pytest.approx(0.6, abs=0.03)
    assert abs(unweighted.slope - 0.6) > 0.3


def test_the_sum_calibrated_is_the_sum_of_the_labels():
    p, match = records(400, 4)
    weight = np.random.default_rng(5).uniform(1, 50, 400)
    q = fit_platt(p, match, weight).calibrated(p, np.zeros(400, np.int64))
    assert weight @ q == pytest.approx(weight @ match, rel=1e-6)


def test_platt_stays_finite_and_near_the_model_where_classes_are_apart():
    p = np.repeat([0.2, 0.8], 100)
    found = fit_platt(p, p > 0.5, np.ones(200))
    # without a ridge the slope has no end; with it the prior's spread of 1 keeps it at hand
    assert 1 < found.slope < 5
    assert abs(found.intercept) < 0.01


def test_a_few_labels_hardly_move_the_slope_and_many_do():
    few, many = records(60, 6), records(6_000, 6)
    close = abs(fit_platt(*few, np.ones(60)).slope - 1)
    flat = lambda x: np.full_like(x, 0.5)  # noqa: E731 - one line says it
    noise = records(6_000, 7, flat)
    assert close < 0.7
    assert fit_platt(*noise, np.ones(6_000)).slope == pytest.approx(0, abs=0.03)
    assert fit_platt(*many, np.ones(6_000)).slope == pytest.approx(0.6, abs=0.06)


def test_groups_shift_towards_their_own_labels_and_small_ones_less():
    rng = np.random.default_rng(8)
    group = np.repeat([0, 1], [5_000, 25])
    x = rng.normal(0, 2, len(group))
    match = rng.random(len(group)) < expit(x + np.array([0.0, -3.0])[group])
    found = fit_platt(expit(x), match, np.ones(len(group)), group, 2)
    apart = found.shift[0] - found.shift[1]
    assert 0.5 < apart < 3
    twice = fit_platt(expit(x), match, np.where(group == 1, 40.0, 1.0), group, 2)
    assert twice.shift[0] - twice.shift[1] > apart


def test_logistic_is_the_maximum_scipy_finds():
    p, match = records(500, 9)
    weight = np.random.default_rng(10).uniform(1, 9, 500)
    x = np.column_stack([np.ones(500), log_odds(p)])
    centre, ridge = np.array([0.0, 1.0]), np.array([0.0, 4.0])
    scaled = weight * weight.sum() / (weight @ weight)

    def loss(c):
        odds = x @ c
        return -(scaled @ (match * odds - np.logaddexp(0, odds))) + ridge @ (c - centre) ** 2 / 2

    assert logistic(x, match, weight, centre, ridge) == pytest.approx(
        minimize(loss, [0, 1], method="BFGS", options={"gtol": 1e-9}).x, abs=1e-5
    )


@pytest.mark.parametrize("seed", range(4))
def test_beta_is_the_bounded_minimum_scipy_finds(seed):
    rng = np.random.default_rng(seed)
    p = rng.beta(0.5, 0.5, 800)
    # seeds 2 and 3: falling in ln p, so that a is at its bound
    truth = expit(0.7 * np.log(p) - 1.5 * np.log1p(-p) + 0.3 if seed < 2 else -0.4 * np.log(p) - 1)
    match = rng.random(800) < truth
    weight = rng.uniform(1, 5, 800)
    scaled = weight * weight.sum() / (weight @ weight)

    def loss(c):
        odds = c[0] * np.log(p) - c[1] * np.log1p(-p) + c[2]
        likelihood = scaled @ (match * odds - np.logaddexp(0, odds))
        return -likelihood + ((c[:2] - 1) ** 2).sum() / 2

    best = minimize(loss, [1, 1, 0], bounds=[(0, None), (0, None), (None, None)], tol=1e-12)
    found = fit_beta(p, match, weight)
    assert loss(np.array([found.a, found.b, found.c])) == pytest.approx(best.fun, abs=0.05)
    assert min(found.a, found.b) >= 0


def test_beta_finds_what_made_the_labels():
    rng = np.random.default_rng(11)
    p = rng.beta(0.7, 0.7, 100_000)
    match = rng.random(len(p)) < expit(0.6 * np.log(p) - 1.4 * np.log1p(-p) + 0.2)
    found = fit_beta(p, match, np.ones(len(p)))
    assert (found.a, found.b, found.c) == pytest.approx((0.6, 1.4, 0.2), abs=0.05)


def pooled(y, weight):
    """Pool adjacent violators by hand, one block at a time."""
    blocks = [[value, w, 1] for value, w in zip(y, weight, strict=True)]
    k = 0
    while k < len(blocks) - 1:
        if blocks[k][0] <= blocks[k + 1][0]:
            k += 1
            continue
        (a, wa, na), (b, wb, nb) = blocks[k], blocks.pop(k + 1)
        blocks[k] = [(wa * a + wb * b) / (wa + wb), wa + wb, na + nb]
        k = max(0, k - 1)
    return np.concatenate([np.full(n, value) for value, _, n in blocks])


def test_isotonic_pools_as_by_hand_and_keeps_the_sum():
    p, match = records(300, 12)
    p = np.round(p, 2)  # ties
    weight = np.random.default_rng(13).uniform(1, 9, 300)
    q = fit_isotonic(p, match, weight).calibrated(p, np.zeros(300, np.int64))
    values = np.unique(p)
    total = np.array([weight[p == v].sum() for v in values])
    share = np.array([weight[p == v] @ match[p == v] for v in values]) / total
    assert q == pytest.approx(pooled(share, total)[np.searchsorted(values, p)], abs=1e-12)
    assert weight @ q == pytest.approx(weight @ match)
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= -1e-12).all()


def test_isotonic_is_a_line_between_its_corners_and_level_beyond():
    found = fit_isotonic(np.array([0.2, 0.8]), np.array([False, True]), np.ones(2))
    assert found.calibrated(np.array([0.0, 0.2, 0.5, 0.8, 1.0]), ONE) == pytest.approx(
        [0, 0, 0.5, 1, 1]
    )


def test_isotonic_leaves_out_what_a_resample_does():
    p, match = np.array([0.1, 0.5, 0.9]), np.array([False, True, True])
    found = fit_isotonic(p, match, np.array([1.0, 0.0, 1.0]))
    assert found.calibrated(np.array([0.1, 0.9]), ONE) == pytest.approx([0, 1])
