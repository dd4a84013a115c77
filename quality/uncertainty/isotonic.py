"""Isotonic calibration: the best map that never falls, whatever its form."""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first used

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.uncertainty.labels import log_odds


@dataclass(frozen=True)
class Isotonic:
    """A rising map through corners: log odds ``x`` to calibrated probabilities ``q``.

    Between corners it is a line in the log odds, beyond the last ones it is level.
    """

    x: tuple[float, ...]
    q: tuple[float, ...]

    def calibrated(self, p: Reals, group: Index) -> Reals:
        """Return the calibrated probability of each record, (n,)."""
        q: Reals = np.interp(log_odds(p), self.x, self.q)
        return q


def fit_isotonic(p: Reals, match: Flags, weight: Reals) -> Isotonic:
    """Fit the rising map of least weighted squares; records of one probability stay together.

    Notes
    -----
    Source: scipy.optimize.isotonic_regression, the pool-adjacent-violators algorithm with weights.
    """
    x, place = np.unique(log_odds(p), return_inverse=True)
    total = np.bincount(place, weight)
    shown = total > 0  # a resample may leave out every record of one probability
    share = np.bincount(place, weight * match)[shown] / total[shown]
    fitted = scipy.optimize.isotonic_regression(share, weights=total[shown])
    first, last = fitted.blocks[:-1], fitted.blocks[1:] - 1
    corners = np.unique(np.concatenate([first, last]))
    return Isotonic(tuple(x[shown][corners].tolist()), tuple(fitted.x[corners].tolist()))
