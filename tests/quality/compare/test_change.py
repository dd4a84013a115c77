"""Differences of two runs against statsmodels, and how often their intervals hold."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from linkage.disclosure import to_base
from quality.compare.change import at_level, change, interval_of
from quality.proportion import Interval, difference, newcombe, p_of_limit, wilson


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (990, 1000, 930, 1000)])
def test_the_change_of_two_rates_is_newcombes_interval(counts):
    k1, n1, k2, n2 = counts
    found = change(wilson(k2, n2), wilson(k1, n1), 0.95)
    theirs = confint_proportions_2indep(k1, n1, k2, n2, compare="diff", method="newcomb")
    assert (found.lower, found.upper) == pytest.approx(theirs, abs=1e-9)
    assert newcombe(*counts).lower == pytest.approx(found.lower)


def test_of_symmetric_intervals_variances_add_up():
    found = difference(Interval(5, 2, 8, 0.95), Interval(1, -3, 5, 0.95))
    assert (found.value, found.lower, found.upper) == (4, -1, 9)
    with pytest.raises(ValueError, match="different levels"):
        difference(Interval(5, 2, 8, 0.95), Interval(1, -3, 5, 0.9))


def test_another_level_scales_the_distances():
    found = at_level(wilson(500, 1000, 0.95), 0.9)
    assert (found.lower, found.upper) == pytest.approx(
        (wilson(500, 1000, 0.9).lower, wilson(500, 1000, 0.9).upper), abs=1e-4
    )


def test_p_is_at_the_level_where_the_limit_is_zero():
    assert p_of_limit(0.1, 0.0, 0.95) == pytest.approx(0.05)
    assert p_of_limit(0.1, -0.05, 0.95) > 0.05 > p_of_limit(0.1, 0.01, 0.95)
    assert (p_of_limit(0, -1, 0.95), p_of_limit(0.1, 0.1, 0.95)) == (1, 0)


def released(rate, rng, n, p):
    """Return the rate of a sample as a release has it: made of counts rounded to 5."""
    k, n = to_base(int(rng.binomial(n, p)), 5), to_base(n, 5)
    share = wilson(min(k, n), n)
    limits = {"estimate": share.value, "lower": share.lower, "upper": share.upper}
    return rate("link_rate", "wilson", **limits, n_records=n)


@pytest.mark.parametrize(("n", "p"), [(60, 0.8), (100, 0.9), (1000, 0.95)])
def test_intervals_of_changes_hold_as_often_as_they_say(rate, n, p):
    """Groups of about that size; small ones would miss it without the rounding of their counts."""
    rng, q, times = np.random.default_rng(1), p + 0.03, 3000
    held = bare = 0
    for m in rng.integers(n, n + 10, times):
        before, after = released(rate, rng, int(m), p), released(rate, rng, int(m) + 17, q)
        found, without = (
            change(interval_of(before, base), interval_of(after, base), 0.95) for base in (5, 1)
        )
        held += found.lower <= q - p <= found.upper
        bare += without.lower <= q - p <= without.upper
    assert 0.93 <= held / times <= 0.97
    if n == 60:
        assert bare / times < 0.93


def test_the_same_records_in_both_runs_make_the_interval_too_wide_never_too_narrow(rate):
    """Nine in ten outcomes stay as they were, the rest are drawn anew: r is 0.9."""
    rng = np.random.default_rng(2)
    n, p, held = 800, 0.9, 0
    for _ in range(2000):
        first = rng.random(n) < p
        second = np.where(rng.random(n) < 0.9, first, rng.random(n) < p)
        found = change(wilson(int(first.sum()), n), wilson(int(second.sum()), n), 0.95)
        held += found.lower <= 0 <= found.upper
    assert held / 2000 > 0.99
