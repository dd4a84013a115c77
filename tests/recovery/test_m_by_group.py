"""m by group: what was simulated is found again, by groups and for how alike they are."""

import numpy as np
import pytest
import scipy

from quality.bias.m_by_group import log_likelihood, shrunken_m

MEAN = np.array([0.02, 0.05, 0.13, 0.8])


def simulated(kappa, sizes, seed):
    rng = np.random.default_rng(seed)
    m = rng.dirichlet(kappa * MEAN, len(sizes))
    return m, np.stack([rng.multinomial(n, each) for n, each in zip(sizes, m, strict=True)])


@pytest.mark.parametrize("kappa", [10, 50, 300])
def test_kappa_is_found_again(kappa):
    sizes = [300] * 60
    found = [shrunken_m(simulated(kappa, sizes, seed)[1].astype(float)).kappa for seed in range(20)]
    assert np.median(found) == pytest.approx(kappa, rel=0.35)


def test_groups_that_are_the_same_are_taken_together():
    rng = np.random.default_rng(5)
    counts = rng.multinomial(200, MEAN, size=15).astype(float)
    made = shrunken_m(counts)
    assert made.kappa > 300
    assert np.abs(made.m - MEAN).max() < np.abs(counts / 200 - MEAN).max()


@pytest.mark.parametrize("kappa", [10, 40, 200])
def test_intervals_cover_the_true_m_and_shrinking_errs_less(kappa):
    held, raw, shrunken = [], 0.0, 0.0
    for seed in range(60):
        sizes = np.random.default_rng(seed).choice([20, 60, 200, 1_000], 12)
        m, counts = simulated(kappa, sizes, 100 + seed)
        made = shrunken_m(counts.astype(float))
        lower, upper = np.quantile(made.drawn(), [0.025, 0.975], axis=0)
        held.append((lower <= m) & (m <= upper))
        small = sizes <= 60
        raw += np.square(counts[small] / sizes[small, None] - m[small]).sum()
        shrunken += np.square(made.m[small] - m[small]).sum()
    assert 0.92 <= np.mean(held) <= 0.97
    assert shrunken < 0.85 * raw


def test_the_likelihood_is_that_of_the_dirichlet_multinomial():
    counts = np.array([[1.0, 2, 3, 14], [4, 0, 1, 5]])

    def exact(kappa):
        return sum(
            scipy.stats.dirichlet_multinomial.logpmf(each, kappa * MEAN, int(each.sum()))
            for each in counts
        )

    difference = log_likelihood(counts, MEAN, 7) - log_likelihood(counts, MEAN, 90)
    assert difference == pytest.approx(exact(7) - exact(90))
