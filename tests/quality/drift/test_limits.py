"""The tests of counts: what they say where nothing changed, and against other implementations."""

from math import exp, log

import numpy as np
import pytest
from scipy.stats import chi2_contingency, mannwhitneyu

from quality.drift.limits import (
    MOST_BINS,
    by_size,
    distribution_shift,
    holm,
    in_order,
    merged,
    rank_shift,
    rate_shift,
    stability_index,
)


def test_the_stability_index_is_the_sum_that_it_is_said_to_be():
    before, now = np.array([600.0, 400.0]), np.array([500.0, 500.0])
    p, q = (before + 0.5) / 1001, (now + 0.5) / 1001
    assert stability_index(before, now) == pytest.approx(sum((p - q) * np.log(p / q)))
    assert stability_index(before, before) == 0


@pytest.mark.parametrize(
    ("n", "m", "shares"),
    [
        (100, 100, [0.05] * 20),
        (1_000, 1_000, [0.95, *[0.005] * 10]),
        (200, 2_000, [0.4, *[0.03] * 20]),
        (150, 150, [0.88, 0.04, 0.04, 0.04]),
    ],
)
def test_few_shifts_are_found_where_there_are_none(n, m, shares, rng):
    shares = np.array(shares) / sum(shares)
    pairs = zip(rng.multinomial(n, shares, 20_000), rng.multinomial(m, shares, 20_000), strict=True)
    found = np.array([distribution_shift(a.astype(float), b.astype(float)).log_p for a, b in pairs])
    assert (found <= log(0.001)).sum() <= 35  # 20 expected; 99.9 % of such counts are below
    assert (found <= log(0.05)).mean() <= 0.056


def test_two_bins_are_not_surer_than_the_test_of_two_proportions(rng):
    for _ in range(50):
        before, now = (np.array([k, 500.0 - k]) for k in rng.integers(20, 200, 2))
        known = chi2_contingency(np.stack([before, now]), correction=False).pvalue
        shift = rate_shift(before, now)
        assert shift.log_p >= log(known) - 1e-9
        assert (shift.size > 0) == (now[0] > before[0]) or now[0] == before[0]


def test_a_rate_that_expects_too_few_is_not_tested():
    assert rate_shift(np.array([0.0, 90.0]), np.array([9.0, 81.0])).log_p == 0
    assert rate_shift(np.array([0.0, 90.0]), np.array([12.0, 78.0])).log_p < 0


def test_ranks_are_those_of_mann_and_whitney(rng):
    old, new = rng.poisson(6, 300), rng.poisson(7, 250)
    labels = np.arange(30)
    before, now = (np.bincount(x, minlength=30).astype(float)[labels] for x in (old, new))
    shift = rank_shift(before, now)
    known = mannwhitneyu(new, old, use_continuity=False, method="asymptotic")
    assert exp(shift.log_p) == pytest.approx(known.pvalue, rel=1e-9)
    assert shift.size == pytest.approx(known.statistic / (300 * 250) - 0.5)
    assert shift.matters


def test_bins_hold_enough_and_are_no_more_than_twenty(rng):
    counts = rng.multinomial(3_000, rng.dirichlet(np.full(60, 0.3)), 2).astype(float)
    for together in (by_size(*counts), in_order(*counts)):
        assert sorted(at for bins in together for at in bins) == list(range(60))
        assert len(together) <= MOST_BINS
        both = sum(merged(each, together) for each in counts)
        assert both.min() >= 10
    ordered = [at for bins in in_order(*counts) for at in bins]
    assert ordered == sorted(ordered)


def test_holm_finds_what_the_steps_find():
    p = [0.0001, 0.004, 0.019, 0.03, 0.9]
    limit = holm(np.log(p), 0.05)
    assert [each for each in p if log(each) <= limit] == p[:2]  # .019 is above .05 / 3
    assert holm([], 0.05) == -np.inf
    assert holm(np.log([0.001, 0.01]), 0.05) == pytest.approx(log(0.05))


def test_holm_keeps_the_chance_of_any_false_finding(rng):
    false = 0
    for _ in range(4_000):
        log_p = np.log(rng.random(40))
        false += (log_p <= holm(log_p, 0.05)).any()
    assert 150 <= false <= 250
