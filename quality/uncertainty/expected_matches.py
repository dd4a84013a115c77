"""How many matches calibrated probabilities expect, with an interval."""

from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Index, Reals
from quality.proportion import Interval
from quality.uncertainty.calibration import FITS, Calibration
from quality.uncertainty.labels import Labels, log_odds
from quality.uncertainty.resampling import RESAMPLES, between, resampled

_WIDTH = 0.02
"""Log odds of records that the resampled maps are not asked to tell apart."""


@dataclass(frozen=True)
class Scores:
    """Probabilities of the best candidates of all records, those alike together.

    ``p`` and ``group`` (b,) of each kind, and ``n`` (b,) how many records are of it.
    """

    p: Reals
    group: Index
    n: Reals


def scores(p: Reals, group: Index) -> Scores:
    """Put records together whose log odds lie within :data:`_WIDTH`, group by group.

    Parameters
    ----------
    p, group
        (N,) probability of each record's best candidate and its group, as in the labels.
    """
    place = np.rint(log_odds(p) / _WIDTH).astype(np.int64)
    low, groups = place.min(initial=0), int(group.max(initial=0)) + 1
    kind = (place - low) * groups + group
    kinds, first, n = np.unique(kind, return_index=True, return_counts=True)
    mean = np.bincount(np.searchsorted(kinds, kind), p) / n
    return Scores(mean, group[first], n.astype(np.float64))


def expected_matches(
    calibration: Calibration, labels: Labels, every: Scores, level: float, seed: int = 1
) -> tuple[Interval, tuple[Interval, ...]]:
    """Estimate how many records have their best candidate for a match, in all and by group.

    *Formula*: the sum of calibrated p over all records with a candidate, and over labels the sum of
    w (y - calibrated p): what the map leaves unexplained of a group (the difference estimator; of
    all records it is 0). The interval is from the spread of this when the map is fitted to
    resamples of the labels within strata. Labels must have been enough to calibrate.

    Parameters
    ----------
    calibration, labels
        What was fitted, and to what.
    every
        The records that the labels stand for, with groups numbered as in ``labels``.
    level, seed
        Level of the intervals, and seed of the resamples.

    Returns
    -------
    tuple
        The estimate for all records, and one for each group of ``labels``.

    Notes
    -----
    Source: Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 6.3, the
    difference estimator; not checked in the book. Unbiased whatever the map.
    """
    fit, groups = FITS[calibration.method], len(labels.groups)
    weights = (labels.weight, *resampled(labels, RESAMPLES, seed))
    drawn = np.empty((len(weights), groups))
    for row, weight in zip(drawn, weights, strict=True):
        found = fit(labels, weight)
        modelled = every.n * found.calibrated(every.p, every.group)
        left = weight * (labels.match - found.calibrated(labels.p, labels.group))
        row[:] = np.bincount(every.group, modelled, groups) + np.bincount(
            labels.group, left, groups
        )
    of_groups = tuple(between(drawn[:, k], level, 0.0) for k in range(groups))
    return between(drawn.sum(axis=1), level, 0.0), of_groups
