"""Have the chains met, and how many independent draws are theirs worth?

R-hat compares the variance between chains, each cut in two halves, with that within; on ranks, so
that heavy tails do not hide a difference, and on distances from the median, so that chains of
different spread do not pass either.

Source: Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Rank-normalization, folding, and
localization: not checked in the paper; checked against the code of ArviZ 0.19 and its figures.
"""

import numpy as np
import scipy  # its parts are loaded when they are first used

from linkage.model.normalise import Reals

_FLAT = 1e-12
"""Draws that vary less do not vary."""


def split_rhat(draws: Reals) -> float:
    """Return the rank-normalised split R-hat of ``draws`` (chains, draws): 1 when chains agree.

    Formula: sqrt((B / W + n - 1) / n) of the half chains of length n, B = n times the variance of
    their means, W the mean of their variances; the larger of that of ranks and that of ranks of the
    distance from the median.
    """
    halves = _halves(draws)
    if np.ptp(halves) < _FLAT:
        return 1.0
    folded = np.abs(halves - np.median(halves))
    return max(_rhat(_normal_scores(halves)), _rhat(_normal_scores(folded)))


def effective_draws(draws: Reals) -> float:
    """Return how many independent draws say as much of the middle of the distribution (bulk).

    Formula: draws / (1 + 2 times the sum of autocorrelations), of the normal scores of half chains;
    the sum ends where a pair of neighbours is negative, and pairs never rise (Geyer 1992).
    """
    halves = _halves(draws)
    if np.ptp(halves) < _FLAT:
        return float(halves.size)
    scores = _normal_scores(halves)
    chains, n = scores.shape
    covariance = np.mean([_autocovariance(chain) for chain in scores], axis=0)
    within = covariance[0] * n / (n - 1)
    total = covariance[0] + (scores.mean(axis=1).var(ddof=1) if chains > 1 else 0.0)
    correlation = 1 - (within - covariance) / total
    correlation[0] = 1.0
    time = _autocorrelation_time(correlation)
    return float(scores.size / max(time, 1 / np.log10(scores.size)))


def _halves(draws: Reals) -> Reals:
    half = draws.shape[1] // 2
    if half < 2:
        raise ValueError("at least four draws a chain are needed to tell whether chains agree")
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def _normal_scores(values: Reals) -> Reals:
    """Return the normal quantiles of ranks, equal values sharing theirs (Blom 1958)."""
    _, place, n = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(n) - (n - 1) / 2)[place].reshape(values.shape)
    scores: Reals = scipy.special.ndtri((ranks - 0.375) / (values.size + 0.25))
    return scores


def _rhat(halves: Reals) -> float:
    n = halves.shape[1]
    within = halves.var(axis=1, ddof=1).mean()
    between = n * halves.mean(axis=1).var(ddof=1)
    if within < _FLAT:
        return 1.0 if between < _FLAT else float("inf")
    return float(np.sqrt((between / within + n - 1) / n))


def _autocovariance(chain: Reals) -> Reals:
    """Return the covariance (n,) of a chain with itself, so many draws later."""
    n = len(chain)
    power = np.abs(np.fft.rfft(chain - chain.mean(), 2 * n)) ** 2
    covariance: Reals = np.fft.irfft(power)[:n] / n
    return covariance


def _autocorrelation_time(correlation: Reals) -> float:
    """Return 1 + 2 times the sum of correlations, by Geyer's initial monotone sequence."""
    n = len(correlation)
    pairs = [correlation[0] + correlation[1]]
    at, even = 2, correlation[0]
    while at < n - 2 and pairs[-1] > 0:
        even = correlation[at]
        pairs.append(even + correlation[at + 1])
        at += 2
    # the first negative pair is left out, but for its even member where that is positive
    last = max(even, 0.0) if len(pairs) > 1 else 0.0
    kept = np.minimum.accumulate(np.array(pairs[:-1] if len(pairs) > 1 else pairs))
    return float(-1 + 2 * kept.sum() + last)
