"""Ratios of counts that come in clusters: pairs of one record, or of one person, err together."""

import numpy as np
from numpy.typing import NDArray

from quality.proportion import Interval, wilson

Reals = NDArray[np.float64]

_DRAWS = 2_000
_AT_ONCE = 100


def clustered_ratio(part: Reals, whole: Reals, n: Reals, level: float) -> Interval | None:
    """Estimate sum(part) / sum(whole) over clusters, with Wilson's interval on effective counts.

    *Formula*: R = sum(n part) / sum(n whole); the variance by linearisation,
    v = m/(m-1) sum(n (part - R whole)^2) / sum(n whole)^2 over the m clusters with a whole; the
    effective count R(1-R)/v, at most sum(n whole), and m where nothing varies. Where no cluster
    has more than one, these are Wilson's own counts.

    Parameters
    ----------
    part, whole
        Of a cluster, shape (c,): how many are right, and of how many.
    n
        How many clusters are alike, shape (c,).
    level
        Two-sided confidence level.

    Returns
    -------
    Interval or None
        None where there is nothing to take a share of.

    Notes
    -----
    Assumes that clusters are independent. Source: Kish (1965), Survey Sampling, sections 6.3 and
    8.2, for the variance of a ratio and the design effect; Korn and Graubard (1998), Survey
    Methodology 24, 193-201, for intervals on effective counts.
    """
    total = float((n * whole).sum())
    if total <= 0:
        return None
    ratio = float((n * part).sum()) / total
    effective = total
    if whole.max() > 1:
        clusters = float(n[whole > 0].sum())
        squares = float((n * (part - ratio * whole) ** 2).sum())
        effective = effective_count(ratio, squares, clusters, total)
    return wilson(min(ratio * effective, effective), effective, level)


def effective_count(ratio: float, squares: float, clusters: float, total: float) -> float:
    """Return how many independent observations say as much as ``total`` in clusters do.

    ``squares`` is the sum over clusters of the squared residual from the ratio.
    """
    if clusters < 2 or squares <= 0 or not 0 < ratio < 1:
        return min(total, clusters)
    variance = clusters / (clusters - 1) * squares / total**2
    return min(total, ratio * (1 - ratio) / variance)


def f1_interval(
    correct: Reals, found: Reals, true: Reals, n: Reals, level: float, seed: int
) -> Interval | None:
    """Estimate F1 = 2 correct / (found + true) with a percentile interval by bootstrap of clusters.

    Where no cluster holds an error, every resample is perfect and says nothing: the interval is
    then Wilson's, of as many observations as there are clusters.

    Parameters
    ----------
    correct, found, true
        Pairs of a cluster that are found and true, found, and true, shape (c,).
    n
        How many clusters are alike, shape (c,).
    level
        Two-sided confidence level.
    seed
        Of the resamples.

    Notes
    -----
    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 13.3.
    """
    size = found + true
    held = size > 0
    if not held.any():
        return None
    part, size, n = 2 * correct[held], size[held], n[held]
    value = float((n * part).sum() / (n * size).sum())
    if (part == size).all() or not part.any():
        clusters = float(n.sum())
        return wilson(value * clusters, clusters, level)
    draws = _resampled(part, size, n, seed)
    lower, upper = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(lower), float(upper), level)


def _resampled(part: Reals, size: Reals, n: Reals, seed: int) -> Reals:
    """Return the ratio in resamples of the clusters, drawn by the numbers of those alike."""
    random = np.random.default_rng(seed)
    clusters = int(n.sum())
    draws = []
    for _ in range(_DRAWS // _AT_ONCE):
        drawn = random.multinomial(clusters, n / n.sum(), size=_AT_ONCE)
        draws.append((drawn @ part) / (drawn @ size))
    return np.concatenate(draws)
