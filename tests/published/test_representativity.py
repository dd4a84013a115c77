"""R-indicators against the worked example of the RISQ manual.

De Heij, Schouten and Shlomo (2015), RISQ manual 2.1, fits response to gender, age and urbanicity in
its test file of 35,455 persons. The manual prints how many persons each group of gender and
urbanicity has and what each adds, P(k) = sqrt(share) (rate of the group - rate of all): the
responses of each group follow, to the person. The file itself is not used here.
"""

import numpy as np
import pytest

from quality.bias.cells import Cells, Factor
from quality.bias.r_indicator import propensities
from quality.proportion import normal_quantile

RATE = 19_379 / 35_455
GENDER = {"Female": (17_788, 0.006826362), "Male": (17_667, -0.006849699)}
URBANICITY = {
    "Average": (7_443, 0.010083497),
    "Little": (7_864, 0.016929938),
    "Not": (5_092, 0.018071340),
    "Strong": (9_419, -0.001599985),
    "Very strong": (5_637, -0.046690533),
}


def responses(n, part):
    """Return how many responded, from what their group adds."""
    return (RATE + part / np.sqrt(n / 35_455)) * n


@pytest.fixture(params=[(GENDER, 0.00967045, 0.002692305), (URBANICITY, 0.05382786, 0.002642265)])
def example(request):
    """Return what the manual prints of a variable, and the same from its counts."""
    groups, unadjusted, error = request.param
    n = np.array([size for size, _ in groups.values()], dtype=float)
    k = np.array([round(responses(*each)) for each in groups.values()], dtype=float)
    factor = Factor("variable", tuple(groups), np.arange(len(groups)), 0)
    return propensities(Cells((factor,), n, k)), groups, unadjusted, error


@pytest.mark.parametrize("groups", [GENDER, URBANICITY])
def test_printed_parts_are_whole_numbers_of_persons(groups):
    counts = [responses(*each) for each in groups.values()]
    assert counts == pytest.approx([round(count) for count in counts], abs=0.01)
    assert sum(map(round, counts)) == 19_379


def test_parts_of_groups_are_those_printed(example):
    found, groups, _, _ = example
    parts = [each.value for each in found.by_group("variable", 0.95)]
    assert parts == pytest.approx([part for _, part in groups.values()], abs=1e-6)


def test_part_of_the_variable_is_the_one_printed(example):
    found, _, unadjusted, _ = example
    assert np.sqrt(found.variance) == pytest.approx(unadjusted, rel=1e-4)


def test_standard_error_is_the_one_printed(example):
    """The manual adds what the sampling of persons varies, under one percent here."""
    found, _, _, error = example
    interval = found.unconditional("variable", 0.95)
    reach = (interval.upper - interval.value) / normal_quantile(0.95)
    assert reach == pytest.approx(error, rel=0.005)


def test_coefficient_of_variation_is_printed_as_spread_over_rate(example):
    """Section 11 prints .01769265 for gender and .09848119 for urbanicity, unadjusted."""
    found, groups, _, _ = example
    printed = {len(GENDER): 0.01769265, len(URBANICITY): 0.09848119}[len(groups)]
    assert np.sqrt(found.variance) / found.mean == pytest.approx(printed, rel=1e-4)
