"""Platt scaling: calibrated log odds are a line in the log odds that the model gave."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.uncertainty.labels import log_odds
from quality.uncertainty.logistic import logistic

_SLOPE_SPREAD = 1.0
"""Standard deviation of the prior of the slope about 1: the model is right until labels speak."""

_GROUP_SPREAD = 0.5
"""Standard deviation of the prior of a group's shift about 0, in log odds."""


@dataclass(frozen=True)
class Platt:
    """Calibrated log odds: ``intercept`` + ``slope`` times the model's + ``shift`` of the group.

    A slope below 1 is over-confidence: the model's probabilities lie too near to 0 and 1.
    """

    intercept: float
    slope: float
    shift: tuple[float, ...] = ()

    def calibrated(self, p: Reals, group: Index) -> Reals:
        """Return the calibrated probability of each record, (n,)."""
        odds = self.intercept + self.slope * log_odds(p)
        q: Reals = expit(odds + np.array(self.shift)[group] if self.shift else odds)
        return q


def fit_platt(
    p: Reals, match: Flags, weight: Reals, group: Index | None = None, groups: int = 0
) -> Platt:
    """Fit logit q = a + b logit p + a_g by weighted likelihood, shrunk towards q = p.

    The slope b has a normal prior about 1, and with ``group`` each group's shift a_g one about 0;
    the intercept a has none. So the weighted sum of q is that of the labels, and the slope is
    finite also where a cut in p separates the classes. Both classes must be there.

    Parameters
    ----------
    p, match, weight
        (n,) the model's probabilities, the labels and the design weights.
    group, groups
        (n,) index of each record's group, and how many there are.

    Notes
    -----
    Source: Platt (1999), in Advances in Large Margin Classifiers, 61-74, for the line in the log
    odds; not checked in the paper. Platt's smoothed targets, (n1 + 1)/(n1 + 2) and 1/(n0 + 2)
    (Lin, Lin and Weng 2007, Machine Learning 68, 267-276), keep the fit finite too, but move the
    sum of q from that of the labels; the ridge about the identity does not.
    """
    members = np.empty((len(p), 0)) if group is None else np.eye(groups)[group]
    x = np.column_stack([np.ones(len(p)), log_odds(p), members])
    shifts = members.shape[1]
    centre = np.array([0.0, 1.0, *[0.0] * shifts])
    ridge = np.array([0.0, _SLOPE_SPREAD**-2, *[_GROUP_SPREAD**-2] * shifts])
    intercept, slope, *shift = map(float, logistic(x, match, weight, centre, ridge))
    return Platt(intercept, slope, tuple(shift))
