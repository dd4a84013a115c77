import numpy as np
import pytest

from quality.errors.chance_pairs import PRIOR_PAIRS, ChancePairs, u_by_row

PRIOR = (np.array([[0.9, 0.1], [0.9, 0.1]]),)


def chance(counts, n_records):
    counts = np.array(counts, dtype=float)
    return ChancePairs((counts,), counts.sum(axis=1) / 0.8, np.array(n_records, dtype=float))


def test_u_of_a_group_is_what_it_showed_and_of_one_unseen_the_prior():
    u = u_by_row(chance([[8e6, 2e6], [0, 0]], [1e4, 0]), PRIOR, (np.zeros((2, 2)),))[0]
    assert u[0] == pytest.approx([0.8, 0.2], abs=1e-3)
    assert u[1] == pytest.approx([0.9, 0.1])
    assert u.sum(axis=1) == pytest.approx(1)


def test_matches_and_households_are_taken_off():
    taken = (np.array([[0.0, 1e6], [0.0, 0.0]]),)
    u = u_by_row(chance([[8e6, 2e6], [0, 0]], [1e4, 0]), PRIOR, taken)[0]
    assert u[0] == pytest.approx(np.array([8, 1]) / 9, abs=1e-3)


def test_few_records_weigh_little_however_many_pairs_they_make():
    found = chance([[8e5, 2e5], [8e5, 2e5]], [5, 5_000])
    u = u_by_row(found, PRIOR, (np.zeros((2, 2)),))[0]
    assert u[0, 1] == pytest.approx((5 * 0.2 + 20 * 0.1) / 25, abs=1e-3)
    assert u[1, 1] == pytest.approx(0.2, abs=1e-3)


def test_a_rare_level_needs_as_many_pairs_to_differ():
    rare = (np.array([[0.9999, 0.0001]]),)
    u = u_by_row(chance([[1e5, 0]], [1_000]), rare, (np.zeros((1, 2)),))[0]
    # ten were to be expected and none came: two thirds of the prior
    assert u[0, 1] == pytest.approx(1e-4 * PRIOR_PAIRS / (PRIOR_PAIRS + 10), rel=0.01)


def test_missing_is_what_the_counts_leave_out():
    assert chance([[80, 20], [0, 0]], [1, 0]).observed(0)[0] == pytest.approx(0.8)
