import numpy as np
import pytest

from linkage.decide.threshold import choose_cut, fixed_cut

P = np.array([0.99, 0.1, 0.7, 0.95, 0.4, 0.7])


def reckoned(p, expected, threshold):
    """Expected precision, recall and F1 of the links at or above a threshold, the long way."""
    links = [each for each in p if each >= threshold]
    found = sum(links)
    return found / len(links), min(found / expected, 1), 2 * found / (len(links) + expected)


@pytest.mark.parametrize("seed", range(10))
def test_the_f1_cut_is_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    p = np.round(rng.beta(0.4, 0.4, 40), 1 + seed % 3)
    expected = p.sum() * 1.05 + 0.1
    cut = choose_cut(p, expected, "f1")
    best = max(reckoned(p, expected, each)[2] for each in p)
    assert cut.f1 == pytest.approx(best)
    assert (cut.precision, cut.recall, cut.f1) == pytest.approx(
        reckoned(p, expected, cut.threshold)
    )
    assert cut.n == (p >= cut.threshold).sum()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("limit", ["0.613", "0.891", "0.987"])
def test_the_precision_cut_is_the_lowest_that_serves(seed, limit):
    rng = np.random.default_rng(seed)
    p = np.append(np.round(rng.beta(0.4, 0.4, 40), 1 + seed % 3), 1.0)
    cut = choose_cut(p, p.sum(), f"precision>={limit}")
    serving = [each for each in p if reckoned(p, p.sum(), each)[0] >= float(limit)]
    assert cut.precision >= float(limit)
    assert cut.n == (p >= min(serving)).sum()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("limit", ["0.307", "0.811", "0.987"])
def test_the_recall_cut_is_the_highest_that_serves(seed, limit):
    rng = np.random.default_rng(seed)
    p = np.round(rng.beta(0.4, 0.4, 40), 1 + seed % 3)
    cut = choose_cut(p, p.sum(), f"recall >= {limit}")
    serving = [each for each in p if reckoned(p, p.sum(), each)[1] >= float(limit)]
    assert cut.recall >= float(limit)
    assert cut.n == (p >= max(serving)).sum()


def test_equal_probabilities_are_not_parted():
    p = np.array([1.0, 0.9, 0.9, 0.9])
    assert choose_cut(p, 4.0, "precision>=0.95").n == 1
    assert choose_cut(p, 4.0, "recall>=0.4").n == 4


def test_an_objective_out_of_reach_gets_the_nearest():
    assert choose_cut(P, 4.0, "precision>=0.999").n == 1
    assert choose_cut(P, 40.0, "recall>=0.9").n == len(P)


def test_the_cut_lies_half_way_to_the_next_pair():
    cut = choose_cut(P, P.sum(), "precision>=0.97")
    assert cut.threshold == pytest.approx((0.95 + 0.7) / 2)
    assert choose_cut(P[:1], 1.0, "f1").threshold == pytest.approx(0.99 / 2)


def test_a_cut_the_user_chose_is_kept_and_reckoned():
    cut = fixed_cut(P, 4.0, 0.7)
    assert (cut.threshold, cut.n) == (0.7, 4)
    assert (cut.precision, cut.recall, cut.f1) == pytest.approx(reckoned(P, 4.0, 0.7))


def test_nothing_above_the_cut():
    assert fixed_cut(P, 4.0, 0.999).n == 0
    assert fixed_cut(P, 4.0, 0.999).f1 == 0
    assert choose_cut(np.zeros(0), 4.0, "f1").n == 0
