"""The match classes find what made the patterns, and stay put where there is nothing to learn."""

from itertools import product

import numpy as np
import pytest

from quality.errors.match_class import OneQuality, TwoQualities, two_qualities

LEVELS = (3, 3, 3, 2, 3)
GAMMAS = np.array(list(product(*(range(-1, n) for n in LEVELS))))
WHOLE = (GAMMAS >= 0).all(axis=1)
TRUE = TwoQualities(
    error=np.array([0.03, 0.04, 0.02, 0.01, 0.10]),
    split=(np.array([0.4, 0.6]),) * 3 + (np.array([1.0]), np.array([0.7, 0.3])),
    shift=2.4,
    bad=np.array([0.06, 0.25]),
)


def fitted(found, expected, rounds):
    for _ in range(rounds):
        found = found.maximised(GAMMAS, expected)
    return found


def expected_of(match, n=(50_000, 20_000)):
    share = np.exp2(match.log2_m(GAMMAS)) * WHOLE
    return share * np.array(n)[:, None]


def test_levels_are_a_distribution_and_patterns_too():
    assert (np.exp2(TRUE.log2_m(GAMMAS)) * WHOLE).sum(axis=1) == pytest.approx([1, 1])
    assert [each.sum() for each in TRUE.levels()] == pytest.approx([1] * 5)


def test_two_qualities_are_recovered():
    found = fitted(two_qualities(TRUE.levels(), 2), expected_of(TRUE), 400)
    assert found.bad == pytest.approx(TRUE.bad, abs=0.01)
    assert found.shift == pytest.approx(TRUE.shift, abs=0.1)
    assert found.error == pytest.approx(TRUE.error, abs=0.005)
    assert found.split[0] == pytest.approx(TRUE.split[0], abs=0.01)


def test_no_group_is_bad_where_errors_are_independent():
    one = OneQuality(TRUE.good_m)
    expected = np.exp2(one.log2_m(GAMMAS)) * WHOLE * np.array([[50_000.0], [20_000.0]])
    found = fitted(two_qualities(one.m, 2), expected, 400)
    log2 = found.log2_m(GAMMAS)[:, WHOLE] - one.log2_m(GAMMAS)[:, WHOLE]
    likely = expected[0, WHOLE] > 5
    assert np.abs(log2[:, likely]).max() < 0.25


def test_without_a_match_the_priors_hold():
    found = fitted(two_qualities(TRUE.levels(), 2), np.zeros((2, len(GAMMAS))), 50)
    assert found.shift == pytest.approx(2.5, abs=0.2)
    assert found.bad == pytest.approx([0.25, 0.25])


def test_bad_given_a_pattern_follows_bayes():
    exact = np.flatnonzero((np.array(LEVELS) - 1 == GAMMAS).all(axis=1))[0]
    good, bad = np.prod(1 - TRUE.error), np.prod([m[-1] for m in TRUE.bad_m])
    by_bayes = TRUE.bad * bad / (TRUE.bad * bad + (1 - TRUE.bad) * good)
    assert TRUE.bad_given(GAMMAS)[:, exact] == pytest.approx(by_bayes)


def test_one_quality_counts_levels_and_leaves_missing_out():
    expected = np.zeros((1, len(GAMMAS)))
    at = np.flatnonzero((GAMMAS == [-1, 2, 2, 1, 2]).all(axis=1))[0]
    expected[0, at] = 10
    found = OneQuality(TRUE.good_m).maximised(GAMMAS, expected)
    assert found.m[0] == pytest.approx([1 / 3] * 3)
    assert found.m[1] == pytest.approx(np.array([0.5, 0.5, 10.5]) / 11.5)
