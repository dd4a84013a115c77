"""Intervals of proportions against statsmodels, and a published link rate."""

import pytest
from statsmodels.stats.proportion import proportion_confint

from quality.proportion import jeffreys, wilson

COUNTS = [(1, 10), (9, 10), (3, 7), (81, 263), (980, 1000), (31_635, 41_310)]


@pytest.mark.parametrize(("k", "n"), COUNTS)
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
@pytest.mark.parametrize(("ours", "name"), [(wilson, "wilson"), (jeffreys, "jeffreys")])
def test_limits_are_those_of_statsmodels(k, n, level, ours, name):
    interval = ours(k, n, level)
    theirs = proportion_confint(k, n, alpha=1 - level, method=name)
    assert (interval.lower, interval.upper) == pytest.approx(theirs, abs=1e-9)


def test_new_zealand_mortality_census_link_rate():
    """Blakely, Woodward and Salmond (2000), Aust. N. Z. J. Public Health 24, 92-95: 31,635 of
    41,310 mortality records (76.6 %) were linked to the 1991 census. By ethnic group the abstract
    gives rates alone (Maori 63.4 %, Pacific 57.7 %, others 78.6 %) and no counts, so only the rate
    of all records has an interval; every group's rate lies outside it.
    """
    interval = wilson(31_635, 41_310)
    assert round(interval.value, 3) == 0.766
    assert (round(interval.lower, 4), round(interval.upper, 4)) == (0.7617, 0.7699)
    for rate in (0.634, 0.577, 0.786):
        assert not interval.lower <= rate <= interval.upper
