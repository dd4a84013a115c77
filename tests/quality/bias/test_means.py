"""Weighted link rates and means of match weights."""

import numpy as np
import pytest
from scipy import stats

from quality import measures
from quality.bias.group_rates import Settings
from quality.bias.means import MEAN_LINK_WEIGHT, WEIGHTED_LINK_RATE, mean, mean_rows, weighted_share
from quality.groupings import GroupSums
from quality.proportion import wilson

SETTINGS = Settings(0.95, 0.05)


def _weighted(weight, linked):
    return [weight.sum(), (weight**2).sum(), (weight * linked).sum(), (weight**2 * linked).sum()]


def test_equal_weights_give_the_unweighted_rate_and_its_interval():
    linked = np.arange(100) < 80
    figure = weighted_share(_weighted(np.full(100, 3.0), linked))
    assert (figure.value, figure.n_effective) == (pytest.approx(0.8), pytest.approx(100))
    interval = WEIGHTED_LINK_RATE.interval(figure, 0.95)
    assert interval.lower == pytest.approx(wilson(80, 100).lower)


def test_the_linearised_variance_is_that_of_repeated_samples():
    random = np.random.default_rng(6)
    weight = random.gamma(2.0, 1.0, (4_000, 300))
    linked = random.random(weight.shape) < 0.7
    rates = (weight * linked).sum(1) / weight.sum(1)
    said = [weighted_share(_weighted(w, y)).variance for w, y in zip(weight, linked, strict=True)]
    assert np.mean(said) == pytest.approx(rates.var(), rel=0.06)


def test_every_record_linked_has_the_effective_size_of_kish():
    weight = np.array([1.0, 1, 4])
    figure = weighted_share(_weighted(weight, np.ones(3)))
    assert figure.n_effective == pytest.approx(36 / 18)
    assert WEIGHTED_LINK_RATE.interval(figure, 0.95).lower < 1
    assert weighted_share([0.0, 0, 0, 0]) is None


def test_gaps_in_mean_weight_are_those_of_welch():
    random = np.random.default_rng(7)
    values = {"x": random.normal(12, 3, 4_000), "y": random.normal(11, 5, 1_500)}
    sums = [
        GroupSums("race", g, len(v), (len(v), v.sum(), (v**2).sum())) for g, v in values.items()
    ]
    total = GroupSums(None, None, 5_500, tuple(np.sum([s.sums for s in sums], axis=0)))
    rows, gaps = mean_rows(MEAN_LINK_WEIGHT, [total, *sums], ("a", "b"), {"race": "x"}, SETTINGS)
    assert {r.group: r.estimate for r in rows if r.group} == {
        g: pytest.approx(v.mean()) for g, v in values.items()
    }
    gap = next(g for g in gaps if g.row.measure == "mean_link_weight_gap")
    welch = stats.ttest_ind(values["y"], values["x"], equal_var=False)
    assert gap.p == pytest.approx(welch.pvalue, rel=0.05)
    assert gap.row.estimate == pytest.approx(values["y"].mean() - values["x"].mean())
    limits = welch.confidence_interval(0.95)
    assert (gap.row.lower, gap.row.upper) == (
        pytest.approx(limits.low, abs=2e-3),
        pytest.approx(limits.high, abs=2e-3),
    )
    assert not gap.immaterial
    assert {g.row.measure for g in gaps} == {"mean_link_weight_gap", "mean_link_weight_gap_rest"}


def test_one_value_has_no_spread():
    assert mean([1.0, 5, 25]) is None


def test_a_weighted_gap_says_that_it_mixes_two_things():
    sums = [
        GroupSums(None, None, 200, (200, 200, 150, 150)),
        GroupSums("race", "x", 100, (100, 100, 90, 90)),
        GroupSums("race", "y", 100, (100, 100, 60, 60)),
    ]
    rows, gaps = mean_rows(WEIGHTED_LINK_RATE, sums, ("a", "b"), {"race": "x"}, SETTINGS)
    assert {r.method for r in rows} == {measures.SURVEY_WEIGHTED}
    (gap,) = [g.row for g in gaps if g.row.measure == "weighted_link_rate_gap"]
    assert gap.estimate == pytest.approx(-0.3)
    assert "mixes missed matches" in gap.assumptions[0]
