"""R-hat and effective draws: against ArviZ, and where chains have not met."""

import numpy as np
import pytest

from linkage.uncertainty.convergence import effective_draws, split_rhat

ARVIZ = [
    # (autocorrelation, draws, chains, shift of each chain, seed), R-hat, bulk effective draws
    ((0, 100, 4, 0, 1), 0.9952087126953775, 589.009556583529),
    ((0.7, 100, 4, 0, 2), 1.025363066237935, 116.44004273420833),
    ((0.9, 500, 4, 0, 3), 1.03741992350063, 134.00781242747277),
    ((0.3, 51, 2, 0, 4), 1.00677444331114, 63.81375218995086),
    ((0.3, 100, 4, 1.5, 5), 1.9357126814107966, 6.113509641073724),
]
"""``arviz.rhat`` (rank) and ``arviz.ess`` (bulk) of ArviZ 0.19.0."""


def autoregressive(rho, n, chains, shift, seed):
    random = np.random.default_rng(seed)
    draws = np.zeros((chains, n))
    for chain in draws:
        noise = random.standard_normal(n)
        chain[0] = noise[0]
        for t in range(1, n):
            chain[t] = rho * chain[t - 1] + noise[t]
    return draws + shift * np.arange(chains)[:, None]


@pytest.mark.parametrize(("said", "rhat", "effective"), ARVIZ)
def test_both_are_those_of_arviz(said, rhat, effective):
    draws = autoregressive(*said)
    assert split_rhat(draws) == pytest.approx(rhat, rel=1e-10)
    assert effective_draws(draws) == pytest.approx(effective, rel=1e-10)


def test_chains_of_another_spread_do_not_pass():
    draws = np.random.default_rng(1).standard_normal((4, 250))
    assert split_rhat(draws) < 1.02
    draws[0] *= 5
    assert split_rhat(draws) > 1.05


def test_chains_that_drift_do_not_pass():
    draws = np.random.default_rng(1).standard_normal((4, 250)) + np.linspace(0, 3, 250)
    assert split_rhat(draws) > 1.2


def test_effective_draws_are_those_of_an_autoregression():
    draws = autoregressive(0.6, 5000, 4, 0, 7)
    assert effective_draws(draws) == pytest.approx(20_000 * (1 - 0.6) / (1 + 0.6), rel=0.1)


def test_what_does_not_vary_has_converged():
    assert split_rhat(np.full((4, 50), 0.3)) == 1
    assert effective_draws(np.full((4, 50), 0.3)) == 200


def test_chains_stuck_apart_never_pass():
    assert split_rhat(np.repeat(np.arange(4.0)[:, None], 50, axis=1)) == float("inf")


def test_too_few_draws_are_refused():
    with pytest.raises(ValueError, match="four draws"):
        split_rhat(np.zeros((4, 3)))
