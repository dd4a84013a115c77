"""How far probabilities agree with labels: in the large, in bins, in slope."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from linkage.decide.assignment import Flags
from linkage.model.normalise import Reals
from quality.proportion import Interval, wilson
from quality.uncertainty.platt import fit_platt

EDGES = (0.0, 0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Bins of probability; the first and the last are not part of the calibration error."""

LEAST_OF_EITHER = 20
"""Labels of the rarer class below which no slope is fitted and nothing is calibrated."""

MEASURES = ("in_the_large", "calibration_error", "brier", "slope", "intercept")

LEAST_OF = {"in_the_large": 0.0, "calibration_error": 0.0, "brier": 0.0}
"""What a measure cannot lie below."""


@dataclass(frozen=True)
class Bin:
    """Records of neighbouring probabilities: how many of them are matches, as reviewers found.

    ``p`` and ``q`` are weighted means of the probability as scored and as calibrated (None where
    nothing was calibrated); ``share`` of matches has Wilson's interval on the effective number of
    labels, (sum w)^2 / sum w^2.
    """

    low: float
    high: float
    n_labels: int
    p: float
    q: float | None
    share: Interval


def accuracy(p: Reals, match: Flags, weight: Reals, slope: bool) -> dict[str, float]:
    """Return how well ``p`` agrees with labels, by name of :data:`MEASURES`.

    *Formulas*, means weighted: in the large = sum w p / sum w y, above 1 where the model counts
    too many matches (NaN without a match); calibration error = the sum over bins of
    :data:`EDGES` in (.001, .999) of the bin's share of weight times |mean p - mean y|, which noise
    alone lifts above 0; Brier = mean (p - y)^2; slope b and intercept a of logit q = a + b logit p,
    NaN unless ``slope``: b below 1 is over-confidence.

    Parameters
    ----------
    p, match, weight
        (n,) probabilities, labels and weights.
    slope
        Whether there are labels enough to fit the slope: see :func:`enough`.
    """
    matches = float(weight @ match)
    fitted = fit_platt(p, match, weight) if slope else None
    return {
        "in_the_large": float(weight @ p) / matches if matches > 0 else float("nan"),
        "calibration_error": _error(p, match, weight),
        "brier": float(weight @ (p - match) ** 2 / weight.sum()),
        "slope": fitted.slope if fitted else float("nan"),
        "intercept": fitted.intercept if fitted else float("nan"),
    }


def enough(match: Flags, least: int) -> bool:
    """Say whether there are ``least`` labels, and :data:`LEAST_OF_EITHER` of either class."""
    of_either = min(int(match.sum()), int((~match).sum()))
    return len(match) >= least and of_either >= LEAST_OF_EITHER


def bins(p: Reals, match: Flags, weight: Reals, q: Reals | None, level: float) -> tuple[Bin, ...]:
    """Return the bins of :data:`EDGES` that hold labels, from low to high."""
    place = _bin(p)
    found = []
    for k, (low, high) in enumerate(pairwise(EDGES)):
        inside = place == k
        if inside.any():
            w = weight[inside]
            effective = w.sum() ** 2 / (w @ w)
            share = float(w @ match[inside] / w.sum())
            interval = wilson(min(share * effective, effective), effective, level)
            calibrated = None if q is None else float(w @ q[inside] / w.sum())
            mean = float(w @ p[inside] / w.sum())
            found.append(Bin(low, high, int(inside.sum()), mean, calibrated, interval))
    return tuple(found)


def _error(p: Reals, match: Flags, weight: Reals) -> float:
    """Return the expected calibration error over the inner bins; NaN where they are empty."""
    place, n = _bin(p), len(EDGES) - 1
    away = np.abs(np.bincount(place, weight * (p - match), n))[1:-1]
    inner = np.bincount(place, weight, n)[1:-1].sum()
    return float(away.sum() / inner) if inner > 0 else float("nan")


def _bin(p: Reals) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.searchsorted(EDGES[1:-1], p, side="right").astype(np.int64)
