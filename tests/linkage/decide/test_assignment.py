from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from linkage.decide import assignment
from linkage.decide.assignment import keyed_hash, many_to_one, one_to_one, tied


def index(*values):
    return np.array(values, dtype=np.int64)


def chosen(p, left, right, seed=1):
    p, left, right = np.array(p), index(*left), index(*right)
    flags = one_to_one(p, left, right, keyed_hash(left, right, seed))
    return sorted(zip(left[flags].tolist(), right[flags].tolist(), strict=True))


def test_the_best_whole_is_not_the_best_pair_first():
    assert chosen([0.9, 0.8, 0.8], (0, 0, 1), (0, 1, 0)) == [(0, 1), (1, 0)]


def test_a_large_group_is_assigned_likeliest_first(monkeypatch):
    monkeypatch.setattr(assignment, "MOST_FOR_OPTIMAL", 1)
    monkeypatch.setattr(assignment, "FEW_PAIRS", 0)
    assert chosen([0.9, 0.8, 0.8], (0, 0, 1), (0, 1, 0)) == [(0, 0)]
    assert chosen([0.2, 0.8, 0.7], (0, 0, 1), (0, 1, 1)) == [(0, 1)]


def test_pairs_that_hardly_match_are_not_assigned():
    assert chosen([0.0005, 0.002], (0, 1), (0, 1)) == [(1, 1)]
    assert chosen([0.0005], (0,), (0,)) == []
    assert chosen([], (), ()) == []


@pytest.mark.parametrize("seed", range(30))
def test_one_to_one_is_the_best_of_all_matchings(seed):
    rng = np.random.default_rng(seed)
    cells = rng.choice(25, rng.integers(1, 9), replace=False)
    left, right, p = cells // 5, cells % 5, rng.uniform(0.002, 1, len(cells))
    flags = one_to_one(p, left, right, keyed_hash(left, right, seed))
    assert len({*left[flags]}) == len({*right[flags]}) == flags.sum()
    best = max(
        p[list(some)].sum()
        for k in range(len(p) + 1)
        for some in combinations(range(len(p)), k)
        if len({*left[list(some)]}) == len({*right[list(some)]}) == k
    )
    assert p[flags].sum() == pytest.approx(best)


def test_records_of_one_candidate_are_assigned_as_all_others_are():
    # two records seek 0, three are sought by 5, 8 and 9 have nobody else, and 2-4 are a tangle
    left, right = (0, 1, 5, 5, 5, 8, 2, 2, 3), (0, 0, 6, 7, 8, 9, 3, 4, 3)
    p = [0.4, 0.6, 0.2, 0.1, 0.3, 0.9, 0.8, 0.7, 0.6]
    assert chosen(p, left, right) == [(1, 0), (2, 4), (3, 3), (5, 8), (8, 9)]


@pytest.mark.parametrize("few", [0, assignment.FEW_PAIRS])
@pytest.mark.parametrize("seed", range(20))
def test_by_whatever_way_the_assignment_is_the_best(seed, few, monkeypatch):
    monkeypatch.setattr(assignment, "FEW_PAIRS", few)
    rng = np.random.default_rng(seed)
    cells = rng.choice(40 * 40, 45 + 5 * seed, replace=False)
    left, right = cells // 40, cells % 40
    p = np.round(rng.uniform(0.002, 1, len(cells)), 1 + seed % 3)
    rank = keyed_hash(left, right, seed)
    flags = one_to_one(p, left, right, rank)
    value = np.round(p, 9) - rank / 2.0**64 * 1e-11
    table = np.zeros((40, 40))
    table[left, right] = value
    rows, columns = linear_sum_assignment(table, maximize=True)
    assert value[flags].sum() == pytest.approx(table[rows, columns].sum(), abs=1e-13)
    assert len({*left[flags]}) == len({*right[flags]}) == flags.sum()


def test_a_record_has_its_best_candidate():
    p, focal = np.array([0.2, 0.7, 0.6, 0.0001]), index(3, 3, 5, 8)
    flags = many_to_one(p, focal, keyed_hash(focal, index(1, 2, 2, 4), 1))
    assert flags.tolist() == [False, True, True, False]
    assert many_to_one(np.zeros(0), index(), np.zeros(0, dtype=np.uint64)).tolist() == []


@pytest.mark.parametrize("how", ["one_to_one", "many_to_one"])
def test_ties_fall_by_a_hash_of_the_records_and_the_seed(how):
    left, right = index(*[0] * 8), index(*range(8))
    p = np.full(8, 0.12)

    def winner(order, seed):
        a, b = left[order], right[order]
        rank = keyed_hash(a, b, seed)
        flags = one_to_one(p, a, b, rank) if how == "one_to_one" else many_to_one(p, a, rank)
        return b[flags].tolist()

    rng = np.random.default_rng(1)
    for seed in (1, 2, 3):
        orders = [rng.permutation(8) for _ in range(5)]
        assert len({tuple(winner(order, seed)) for order in orders}) == 1
    assert len({tuple(winner(np.arange(8), seed)) for seed in range(20)}) > 2


def test_noise_in_the_last_bit_breaks_no_tie():
    left, right = index(0, 0), index(0, 1)
    rank = keyed_hash(left, right, 5)
    for noise in (1e-13, -1e-13):
        p = np.array([0.4, 0.4 + noise])
        plain = np.array([0.4, 0.4])
        assert one_to_one(p, left, right, rank).tolist() == (
            one_to_one(plain, left, right, rank).tolist()
        )
        assert many_to_one(p, left, rank).tolist() == many_to_one(plain, left, rank).tolist()


def test_a_real_difference_outweighs_any_hash():
    left, right = index(0, 0), index(0, 1)
    for seed in range(20):
        rank = keyed_hash(left, right, seed)
        assert one_to_one(np.array([0.4, 0.4 + 2e-9]), left, right, rank).tolist() == [False, True]


def test_links_with_an_equal_rival_are_ties():
    p = np.array([0.4, 0.4, 0.9, 0.05, 0.3])
    record, links = index(0, 0, 1, 1, 2), np.array([True, False, True, False, True])
    assert tied(p, record, links).tolist() == [True, False, False, False, False]
    assert tied(np.zeros(0), index(), np.zeros(0, dtype=bool)).tolist() == []
