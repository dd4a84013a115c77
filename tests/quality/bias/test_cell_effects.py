"""Shrunken rates of cells: recovery, coverage and what they refuse to say."""

import numpy as np
import pytest
from scipy.special import expit

from benchmarks.bias.intersections import design, simulate
from quality.bias.cell_effects import cell_effects
from quality.bias.cells import Factor
from quality.bias.empirical_bayes import empirical_bayes
from quality.bias.main_effects import MainEffects
from quality.proportion import jeffreys


@pytest.fixture(scope="module")
def scored():
    return {record["method"]: record for record in simulate(40)}


def test_shrinkage_halves_the_error_of_raw_rates(scored):
    raw, shrunken = scored["raw, Jeffreys"], scored["shrunken as shown"]
    assert 0.35 < shrunken["rmse_all"] / raw["rmse_all"] < 0.6
    assert shrunken["rmse_small"] < 0.5 * raw["rmse_small"]
    assert scored["empirical Bayes"]["rmse_all"] < raw["rmse_all"]


def test_intervals_cover_but_for_cells_that_truly_differ(scored):
    raw, shrunken = scored["raw, Jeffreys"], scored["shrunken as shown"]
    assert raw["coverage_all"] > 0.94
    assert shrunken["coverage_all"] > 0.93
    assert shrunken["coverage_outlier"] < 0.9 < raw["coverage_outlier"]
    assert shrunken["width"] < 0.65 * raw["width"]


def test_variance_between_cells_is_recovered():
    cells = design()
    random = np.random.default_rng(5)
    own = random.normal(0, 0.6, 60)
    n = np.full(60, 2_000.0)
    k = random.binomial(2_000, expit(1 + own)).astype(float)
    effects = cell_effects(cells, k, n, 0.95)
    assert effects is not None
    between = effects.between
    assert between.lower < 0.36 < between.upper
    assert between.value == pytest.approx(own.var(), rel=0.3)
    share = effects.share_between()
    assert share.value == pytest.approx(between.value / (between.value + np.pi**2 / 3))


def test_large_cells_keep_their_own_rate_and_small_ones_go_to_the_sum():
    cells = design()
    random = np.random.default_rng(6)
    n = np.where(np.arange(60) % 2, 20_000.0, 4.0)
    k = np.round(n * expit(1.5 + random.normal(0, 0.5, 60)))
    effects = cell_effects(cells, k, n, 0.95)
    rates = np.array([each.value for each in effects.rates(0.95)])
    assert rates[1::2] == pytest.approx((k / n)[1::2], abs=2e-3)
    assert np.abs(effects.effect[::2]).mean() < 0.5 * np.abs(effects.effect[1::2]).mean()


def test_excess_is_the_rate_less_what_the_characteristics_add_up_to():
    cells = design()
    n = np.full(60, 500.0)
    k = np.full(60, 400.0)
    k[7] = 250.0
    effects = cell_effects(cells, k, n, 0.95)
    excess, rates = effects.excesses(0.95), effects.rates(0.95)
    assert excess[7].upper < 0
    for at in (0, 7):
        assert excess[at].value == pytest.approx(rates[at].value - expit(effects.additive[at]))
    assert excess[0].lower < 0 < excess[0].upper


def test_no_variance_is_said_of_cells_that_vary_as_chance_does_or_are_few():
    cells = design()
    assert cell_effects(cells, np.full(60, 80.0), np.full(60, 100.0), 0.95) is None
    few = MainEffects((Factor("a", tuple("abcd"), np.arange(4), 0),))
    assert cell_effects(few, np.array([5.0, 9, 2, 7]), np.full(4, 10.0), 0.95) is None


def test_empirical_bayes_draws_small_cells_most():
    k, n = np.array([0.0, 90, 80, 700]), np.array([3.0, 100, 100, 1000])
    rates = empirical_bayes(k, n, 0.95)
    common = k.sum() / n.sum()
    assert 0.2 < rates[0].value < common
    assert rates[3].value == pytest.approx(0.7, abs=0.02)
    for rate, raw in zip(rates, map(jeffreys, k, n), strict=True):
        assert rate.upper - rate.lower < raw.upper - raw.lower
