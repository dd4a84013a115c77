"""What the rules ask is learnt from which of them each pair meets."""

from itertools import product

import numpy as np
import pytest

from quality.errors.candidacy import drawn, met_chances
from quality.errors.match_class import two_qualities

GAMMAS = np.array(list(product((-1, 0, 1, 2), repeat=3)))
LEVELS = (3, 3, 3)
M = (np.array([0.05, 0.1, 0.85]),) * 3


def pairs(n=60_000, seed=1):
    """Pairs that meet: 1, both first comparisons; 2, the second and third; 4, the first and third.

    A comparison is enough at its strictest level, and at the next in three pairs of ten.
    """
    rng = np.random.default_rng(seed)
    match = np.exp2(two_qualities(M, 1).log2_m(GAMMAS)[0])
    pattern = rng.choice(len(GAMMAS), n, p=match / match.sum())
    shown = GAMMAS[pattern]
    enough = (shown == 2) | ((shown == 1) & (rng.random(shown.shape) < 0.3))
    asked = ((0, 1), (1, 2), (0, 2))
    rules = sum((enough[:, a] & enough[:, b]).astype(int) << at for at, (a, b) in enumerate(asked))
    return pattern, rules


def chances(pattern, rules):
    met = rules > 0
    return met_chances(GAMMAS, pattern[met], rules[met], np.ones(met.sum()), LEVELS)


def test_what_a_rule_asks_of_each_level_is_learnt():
    found = chances(*pairs())
    first, second, third = found[0]
    assert first == pytest.approx([0, 0.3, 1, 0], abs=0.05)
    assert second == pytest.approx([0, 0.3, 1, 0], abs=0.05)
    assert third[2] == pytest.approx(1, abs=0.05)


def test_the_matches_not_found_are_about_as_many_as_there_are():
    pattern, rules = pairs()
    found = rules > 0
    match = two_qualities(M, 1)
    patterns = drawn(match, np.full((1, 3), 0.75), chances(pattern, rules))
    lost = patterns.not_found(match, np.array([float(found.sum())]))
    # the world's matches miss a value as often as they stand on a level of m's sum: 1 in 2
    assert lost.shape == (1, len(patterns.gammas))
    assert lost.sum() > 0


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_lost_matches_of_a_world_without_missing_values(share):
    m = (np.array([share, 0.0001, 1 - share - 0.0001]),) * 3
    match = two_qualities(m, 1)
    rng = np.random.default_rng(5)
    whole = (GAMMAS >= 0).all(axis=1)
    chance = np.exp2(match.log2_m(GAMMAS)[0]) * whole
    pattern = rng.choice(len(GAMMAS), 100_000, p=chance / chance.sum())
    exact = GAMMAS[pattern] == 2
    asked = ((0, 1), (1, 2), (0, 2))
    rules = sum((exact[:, a] & exact[:, b]).astype(int) << at for at, (a, b) in enumerate(asked))
    found = rules > 0
    learnt = met_chances(GAMMAS, pattern[found], rules[found], np.ones(found.sum()), LEVELS)
    patterns = drawn(match, np.full((1, 3), 0.9999), learnt)
    lost = patterns.not_found(match, np.array([float(found.sum())])).sum()
    assert lost == pytest.approx((~found).sum(), rel=0.15, abs=30)


def test_one_rule_teaches_nothing():
    assert met_chances(GAMMAS, np.array([63, 62]), np.array([1, 1]), np.ones(2), LEVELS) == []


def test_a_level_that_no_candidate_shows_hides_no_matches():
    pattern, rules = pairs()
    kept = (rules > 0) & (GAMMAS[pattern, 0] != 0)
    learnt = met_chances(GAMMAS, pattern[kept], rules[kept], np.ones(kept.sum()), LEVELS)
    assert [rule[0][0] for rule in learnt] == pytest.approx([1, 1, 1])


def test_a_strictest_level_that_nobody_shows_is_not_taken_for_a_missing_value():
    pattern, rules = pairs()
    kept = (rules > 0) & (GAMMAS[pattern, 2] < 2)
    used, place = np.unique(pattern[kept], return_inverse=True)
    learnt = met_chances(GAMMAS[used], place, rules[kept], np.ones(kept.sum()), LEVELS)
    assert all(len(each) == 4 for rule in learnt for each in rule)
    assert drawn(two_qualities(M, 1), np.full((1, 3), 0.75), learnt).found.max() <= 1
