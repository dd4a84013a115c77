from dataclasses import replace

import numpy as np
import pytest

from linkage.model.comparisons import Comparison, Level
from linkage.model.evidence import Block, Evidence, RandomPairs
from linkage.model.parameters import Parameters
from linkage.model.training import (
    Fitted,
    Shares,
    expected_patterns,
    likelihood_ratios,
    probabilities,
    train,
)

EQUAL, OTHER = Level("equal", "", term_frequency="name"), Level("different", "ELSE")
NAME = Comparison("name", ("name",), (EQUAL, OTHER), family=True)
SEX = Comparison("sex", ("sex",), (Level("equal", ""), OTHER))
GAMMAS = np.array([[1, 1], [1, 0], [0, 1], [0, 0], [-1, 1]])
FITTED = Fitted(
    Parameters(
        (np.array([0.1, 0.9]), np.array([0.02, 0.98])),
        (np.array([0.9, 0.1]), np.array([0.5, 0.5])),
    ),
    {"a x b": Shares(partnered=0.5, matched=0.1, household=0.0)},
    rounds=1,
    change=0.0,
)
BLOCK = Block(
    name="a x b",
    rows=np.arange(4),
    focal=np.array([0, 0, 1, 2]),
    opposite=np.array([0, 1, 1, 2]),
    pattern=np.array([0, 1, 0, 3]),
    log2_tf=np.array([0.0, 3.0, 0.0, 0.0]),
    log2_tf_household=np.zeros(4),
    n_focal=4,
    n_opposite=5,
    n_pairs=20,
    competing=True,
    both_sides=False,
)
CHANCE = RandomPairs(GAMMAS, np.array([5, 5, 45, 45, 0]))
EVIDENCE = Evidence((NAME, SEX), GAMMAS, (BLOCK,), CHANCE, None)


def test_likelihood_ratios_of_match_and_household():
    match, household = likelihood_ratios(EVIDENCE, FITTED.parameters, BLOCK)
    # the level of equal names weighs m / term frequency: its u is taken out again
    name = np.log2([0.9, 0.9 * 8, 0.9, 0.1 / 0.9])
    assert household == pytest.approx(np.log2([0.9, 0.9, 0.9, 0.1 / 0.9]))
    assert match == pytest.approx(name + np.log2([1.96, 0.04, 1.96, 0.04]))


def test_one_partner_at_most():
    match, _ = likelihood_ratios(EVIDENCE, FITTED.parameters, BLOCK)
    odds = np.exp2(match) / 5  # pi / (1 - pi) over five records opposite
    expected = odds / (1 + np.bincount(BLOCK.focal, weights=odds)[BLOCK.focal])
    assert probabilities(EVIDENCE, FITTED, BLOCK).p == pytest.approx(expected)


def test_no_competition_where_records_may_repeat():
    block = replace(BLOCK, competing=False)
    match, _ = likelihood_ratios(EVIDENCE, FITTED.parameters, block)
    odds = np.exp2(match) * 0.1 / 0.9
    made = probabilities(EVIDENCE, FITTED, block)
    assert made.p == pytest.approx(odds / (1 + odds))
    assert made.unmatched.tolist() == [1] * 4


def test_people_of_one_household_explain_agreement_away():
    shares = {"a x b": replace(FITTED.shares["a x b"], household=0.3)}
    at_home = probabilities(EVIDENCE, replace(FITTED, shares=shares), BLOCK).p
    match, household = likelihood_ratios(EVIDENCE, FITTED.parameters, BLOCK)
    odds = np.exp2(match) / (0.3 * np.exp2(household) + 0.7) / 5
    expected = odds / (1 + np.bincount(BLOCK.focal, weights=odds)[BLOCK.focal])
    assert at_home == pytest.approx(expected)


def test_both_sides_compete_against_the_records_still_free():
    block = replace(BLOCK, both_sides=True)
    match, _ = likelihood_ratios(EVIDENCE, FITTED.parameters, block)
    odds = np.exp2(match) / (5 - 0.5 * 4)
    made = probabilities(EVIDENCE, FITTED, block).p
    assert made[3] == pytest.approx(odds[3] / (1 + odds[3]), rel=1e-4)
    assert np.bincount(block.opposite, weights=made).max() < 1.001


def test_expected_matches_by_pattern_add_up():
    made = probabilities(EVIDENCE, FITTED, BLOCK).p
    assert expected_patterns(EVIDENCE, FITTED) == pytest.approx(
        [made[0] + made[2], made[1], 0, made[3], 0]
    )


def test_training_ends_when_nothing_changes():
    fitted = train(EVIDENCE)
    assert fitted.change < 1e-5
    assert fitted.rounds < 100
    again = train(EVIDENCE, rounds=fitted.rounds + 50, tolerance=0.0)
    for a, b in zip(fitted.parameters.m, again.parameters.m, strict=True):
        assert a == pytest.approx(b, abs=1e-3)


def test_training_ends_after_so_many_rounds():
    assert train(EVIDENCE, rounds=3, tolerance=0.0).rounds == 3


def test_no_level_is_impossible_and_levels_add_up():
    fitted = train(EVIDENCE)
    for shares in (*fitted.parameters.m, *fitted.parameters.u):
        assert shares.sum() == pytest.approx(1)
        assert (shares > 0).all()


def test_matches_among_random_pairs_are_not_chance():
    every = RandomPairs(GAMMAS, np.array([2, 1, 9, 8, 0]))
    u = train(replace(EVIDENCE, random=every)).parameters.u
    assert u[0][1] < (3 + 0.5) / (20 + 1)


def test_no_candidates_leave_the_shares_at_their_floor():
    nothing = np.zeros(0)
    none = replace(
        BLOCK,
        rows=np.zeros(0, np.int64),
        focal=np.zeros(0, np.int64),
        opposite=np.zeros(0, np.int64),
        pattern=np.zeros(0, np.int64),
        log2_tf=nothing,
        log2_tf_household=nothing,
    )
    shares = train(replace(EVIDENCE, blocks=(none,))).shares["a x b"]
    assert shares.partnered == pytest.approx(1e-6)
    assert shares.matched == pytest.approx(1e-12)
