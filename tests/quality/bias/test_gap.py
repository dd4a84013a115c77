"""Gaps before and after they are settled: tests, findings, detectable gaps."""

import numpy as np
import pytest
from scipy import stats

from quality import measures
from quality.bias.gap import Gap, from_draws, gaps_of, gaps_table, settled


@pytest.fixture
def row(rate):
    return lambda **changes: rate(
        measures.RECALL_GAP, characteristic="sex", reference="M", **({"group": "F"} | changes)
    )


def test_the_p_value_of_normal_draws_is_that_of_the_normal(row):
    drawn = np.random.default_rng(1).normal(-0.06, 0.02, 400_000)
    gap = from_draws(row(estimate=-0.06), drawn, 0.95, 0.05)
    assert gap.p == pytest.approx(2 * stats.norm.sf(3), rel=0.06)
    assert gap.spread == pytest.approx(0.02, rel=0.01)
    assert (gap.row.lower, gap.row.upper) == (
        pytest.approx(-0.0992, abs=5e-4),
        pytest.approx(-0.0208, abs=5e-4),
    )


def test_the_p_value_is_below_the_level_where_the_interval_leaves_out_zero(row):
    random = np.random.default_rng(2)
    for shift in np.linspace(0, 0.05, 40):
        drawn = random.beta(80, 4, 2_000) - random.beta(85, 2, 2_000) - shift
        gap = from_draws(row(estimate=float(drawn.mean())), drawn, 0.95, 0.05)
        assert (gap.p < 0.05) == (not gap.row.lower <= 0 <= gap.row.upper)


def test_no_material_gap_is_said_only_where_two_one_sided_tests_say_so(row):
    random = np.random.default_rng(3)
    near, wide = random.normal(0, 0.02, 20_000), random.normal(0, 0.04, 20_000)
    drawn = {"near": near, "wide": wide}
    gaps = [from_draws(row(estimate=0.0, group=g), d, 0.95, 0.05) for g, d in drawn.items()]
    found = settled(gaps, 0.05)
    assert [r.finding for r in found[:2]] == [measures.NO_MATERIAL_GAP, measures.NOT_TOLD_APART]


def test_the_detectable_gap_is_the_one_that_would_be_called(row):
    """80 % of gaps of that size, measured with that spread, meet the level that was used."""
    spread, n = 0.02, 10
    others = [Gap(row(group=f"g{k}"), 0.5, immaterial=False) for k in range(n - 2)]
    called = Gap(row(group="called"), 1e-6, immaterial=False, spread=spread)
    unsure = Gap(row(group="unsure"), 0.5, immaterial=False, spread=spread)
    rows = settled([*others, called, unsure], 0.05)
    (first, second) = [r for r in rows if r.measure == measures.DETECTABLE_GAP]
    assert first.estimate == second.estimate
    assert first.variable == measures.RECALL_GAP
    gap = np.random.default_rng(4).normal(second.estimate, spread, 200_000)
    assert (2 * stats.norm.sf(gap / spread) <= 0.05 * 2 / n).mean() == pytest.approx(0.8, abs=0.01)


def test_gaps_come_back_from_their_table(row):
    gaps = [
        Gap(row(group="b"), 0.25, immaterial=True, spread=0.1),
        Gap(row(group="a", p_adjusted=None), None, immaterial=False),
    ]
    assert sorted(gaps_of(gaps_table(gaps)), key=lambda gap: gap.row.group or "") == gaps[::-1]


def test_a_gap_held_back_is_a_test_that_tells_nothing(row):
    gaps = [
        Gap(row(group="a"), 0.02, immaterial=False),
        Gap(row(group="b"), None, immaterial=False),
    ]
    shown, hidden = settled(gaps, 0.05)
    assert shown.p_adjusted == pytest.approx(0.04)
    assert (hidden.p_adjusted, hidden.finding, hidden.n_tests) == (None, None, 2)
