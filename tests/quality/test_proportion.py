import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, chi2_contingency, fisher_exact

from quality.proportion import (
    benjamini_hochberg,
    jeffreys,
    newcombe,
    odds_ratio,
    p_difference,
    risk_ratio,
    standardised,
    wilson,
)


@pytest.mark.parametrize(
    ("k", "n", "lower", "upper"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998, Stat Med 17:857, table I, 81/263"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, Stat Med 17:857, table I, 15/148"),
        pytest.param(0, 20, 0, 0.1611, id="Newcombe 1998, Stat Med 17:857, table I, 0/20"),
        pytest.param(1, 29, 0.0061, 0.1718, id="Newcombe 1998, Stat Med 17:857, table I, 1/29"),
    ],
)
def test_wilson_gives_the_published_limits(k, n, lower, upper):
    interval = wilson(k, n)
    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(counts):
    k, n = counts
    ours, theirs = wilson(k, n, 0.9), binomtest(k, n).proportion_ci(0.9, method="wilson")
    assert (ours.lower, ours.upper) == pytest.approx((theirs.low, theirs.high), abs=1e-10)


@pytest.mark.parametrize(
    ("k", "lower", "upper"),
    [
        pytest.param(2, 0.065, 0.648, id="Brown, Cai and DasGupta 2001, table A.1, n=7, x=2"),
        pytest.param(3, 0.139, 0.766, id="Brown, Cai and DasGupta 2001, table A.1, n=7, x=3"),
        pytest.param(4, 0.234, 0.861, id="Brown, Cai and DasGupta 2001, table A.1, n=7, x=4"),
    ],
)
def test_jeffreys_gives_the_published_limits(k, lower, upper):
    # the table is of the modified interval, which differs where x < 2 or n - x < 2 alone
    interval = jeffreys(k, 7)
    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), abs=6e-4)


def test_jeffreys_reaches_one_when_all_succeed():
    assert jeffreys(7, 7).upper == 1


NEWCOMBE_TABLE_II = [
    ((56, 70, 48, 80), 0.0524, 0.3339),
    ((9, 10, 3, 10), 0.1705, 0.8090),
    ((6, 7, 2, 7), 0.0582, 0.8062),
    ((5, 56, 0, 29), -0.0381, 0.1926),
    ((0, 10, 0, 20), -0.1611, 0.2775),
    ((0, 10, 0, 10), -0.2775, 0.2775),
    ((10, 10, 0, 20), 0.6791, 1.0),
    ((10, 10, 0, 10), 0.6075, 1.0),
]


@pytest.mark.parametrize(
    ("counts", "lower", "upper"),
    [
        pytest.param(*row, id=f"Newcombe 1998, Stat Med 17:873, table II, {row[0]}")
        for row in NEWCOMBE_TABLE_II
    ],
)
def test_newcombe_gives_the_published_limits_of_method_10(counts, lower, upper):
    interval = newcombe(*counts)
    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), abs=6e-5)


def test_wilson_covers_near_its_level_at_rates_that_links_have():
    ks, rates = np.arange(201), np.linspace(0.8, 0.99, 60)
    limits = [wilson(int(k), 200) for k in ks]
    covers = [
        sum(
            binom.pmf(k, 200, p) for k, i in zip(ks, limits, strict=True) if i.lower <= p <= i.upper
        )
        for p in rates
    ]
    assert 0.945 < np.mean(covers) < 0.965
    assert min(covers) > 0.9


def test_newcombe_covers_near_its_level():
    ks, n1, n2 = np.arange(31), 30, 20
    intervals = {(a, b): newcombe(a, n1, b, n2) for a in range(n1 + 1) for b in range(n2 + 1)}
    assert len(ks) == n1 + 1
    covers = []
    for p1, p2 in [(0.9, 0.9), (0.95, 0.8), (0.7, 0.9), (0.5, 0.5), (0.85, 0.6)]:
        weights = np.outer(
            binom.pmf(np.arange(n1 + 1), n1, p1), binom.pmf(np.arange(n2 + 1), n2, p2)
        )
        covers.append(
            sum(weights[a, b] for (a, b), i in intervals.items() if i.lower <= p1 - p2 <= i.upper)
        )
    assert 0.94 < np.mean(covers) < 0.975
    assert min(covers) > 0.92


def test_p_value_is_that_of_pearsons_chi_squared():
    table = [[56, 14], [48, 32]]
    expected = chi2_contingency(table, correction=False).pvalue
    assert p_difference(56, 70, 48, 80) == pytest.approx(expected, rel=1e-9)


def test_p_value_is_one_where_nothing_varies():
    assert p_difference(10, 10, 20, 20) == 1


def test_benjamini_hochberg_calls_the_four_tests_of_the_paper():
    # Benjamini and Hochberg 1995, section 3.1: thrombolysis, 15 p-values, four called at q = .05
    p_values = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    ]
    adjusted = benjamini_hochberg(p_values)
    assert [p <= 0.05 for p in adjusted] == [True] * 4 + [False] * 11


def test_tests_that_are_not_shown_can_only_raise_the_others():
    shown = [0.001, 0.02, 0.04]
    assert benjamini_hochberg(shown, 9) == benjamini_hochberg([*shown, *[1.0] * 6])[:3]
    assert benjamini_hochberg([], 4) == []


@pytest.mark.parametrize("counts", [(-1, 5), (6, 5), (0, 0)])
def test_counts_that_are_no_proportion_are_refused(counts):
    with pytest.raises(ValueError, match="proportion"):
        wilson(*counts)


@pytest.mark.parametrize(("ours", "compare"), [(risk_ratio, "ratio"), (odds_ratio, "odds-ratio")])
@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (3, 1_000, 9, 400), (940, 960, 80, 99)])
def test_ratios_agree_with_statsmodels(ours, compare, counts):
    from statsmodels.stats.proportion import confint_proportions_2indep

    method = "log" if compare == "ratio" else "logit"
    theirs = confint_proportions_2indep(*counts, method=method, compare=compare, correction=False)
    interval = ours(*counts)
    assert (interval.lower, interval.upper) == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("ratio", [risk_ratio, odds_ratio])
@pytest.mark.parametrize("counts", [(0, 20, 5, 30), (20, 20, 25, 30), (0, 20, 0, 30), (9, 9, 7, 7)])
def test_ratios_have_limits_where_a_cell_is_empty(ratio, counts):
    interval = ratio(*counts)
    assert 0 < interval.lower < interval.value < interval.upper < np.inf


def test_ratios_of_rare_outcomes_hold_the_truth():
    random = np.random.default_rng(1)
    k1, k2 = random.binomial(300, 0.02, 2_000), random.binomial(900, 0.05, 2_000)
    held = [
        r.lower <= 0.4 <= r.upper
        for r in (risk_ratio(a, 300, b, 900) for a, b in zip(k1, k2, strict=True))
    ]
    assert np.mean(held) >= 0.94


def test_a_difference_is_standardised_by_the_mean_of_the_variances():
    assert standardised(0.5, 0.5) == 0.5
    assert standardised(0.9, 0.8) == pytest.approx(np.sqrt((0.09 + 0.16) / 2))
    assert np.isnan(standardised(1.0, 0.0))


@pytest.mark.parametrize("counts", [(3, 6, 4_300, 4_600), (0, 9, 30, 200), (1, 1, 90, 99)])
def test_small_groups_have_fishers_exact_test(counts):
    k1, n1, k2, n2 = counts
    theirs = fisher_exact([[k1, n1 - k1], [k2, n2 - k2]]).pvalue
    assert p_difference(*counts) == pytest.approx(theirs, rel=1e-6)


def test_small_groups_raise_no_more_alarms_than_the_level():
    random = np.random.default_rng(3)
    rest = 4_300, 4_600
    for n in (4, 12, 40):
        k = random.binomial(n, rest[0] / rest[1], 4_000)
        p = np.array([p_difference(int(each), n, *rest) for each in k])
        assert all((p <= level).mean() <= level * 1.3 + 0.0005 for level in (0.05, 0.01, 0.001))
