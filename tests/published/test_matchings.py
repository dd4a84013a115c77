"""Normalisation and tie-breaking against numbers that others have published."""

import numpy as np
import pytest

from linkage.decide.assignment import keyed_hash
from linkage.model.normalise import one_sided, two_sided


@pytest.mark.parametrize("n_records", range(2, 12))
def test_on_a_path_of_even_odds_matchings_are_counted_by_fibonacci(n_records):
    """A path of n records has F(n + 1) matchings (Hosoya 1971): the share of those that hold
    edge k is F(k) F(n - k) / F(n + 1), with F(1) = F(2) = 1.
    """
    fibonacci = [0, 1]
    while len(fibonacci) < n_records + 2:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    edge = np.arange(1, n_records)
    # records 1 and 2 are joined by edge 1, 2 and 3 by edge 2; odd records are the focal ones
    focal, opposite = edge // 2, (edge - 1) // 2
    made = two_sided(np.ones(n_records - 1), focal, opposite, n_records, n_records, sweeps=60)
    expected = [fibonacci[k] * fibonacci[n_records - k] / fibonacci[n_records + 1] for k in edge]
    assert made.p == pytest.approx(expected, abs=1e-9)


def test_one_sided_is_the_full_conditional_of_fabl():
    """fabl draws a partner with weight LR, none with n_A (n_B - L) / L (Kundinger, Reiter and
    Steorts, briankundinger/fabl.BA, R/gibbs_base.R, ``offset``, flat prior left out).
    """
    ratios, n_a, n_b, linked = np.array([800.0, 20.0, 0.5]), 400, 250, 100
    offset = n_a * (n_b - linked) / linked
    pi = linked / n_b
    odds = ratios * pi / (1 - pi) / n_a
    made = one_sided(odds, np.zeros(3, dtype=np.int64), 1)
    assert made.p == pytest.approx(ratios / (ratios.sum() + offset))
    assert made.unmatched == pytest.approx([offset / (ratios.sum() + offset)])


def test_ties_are_broken_by_splitmix64():
    """First outputs of SplitMix64 from the seed 1234567 (Vigna's reference implementation of
    Steele, Lea and Flood 2014): each step of the hash is one step of the generator.
    """
    first, second = 6457827717110365317, 3203168211198807973
    zero = np.zeros(1, dtype=np.int64)
    # the second part is what takes the state back to where the generator's own would be
    part = np.array([(1234567 + 0x9E3779B97F4A7C15 - first) % 2**64], dtype=np.uint64)
    assert keyed_hash(zero, part.astype(np.int64), 1234567).tolist() == [second]
