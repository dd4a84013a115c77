"""Beta calibration: three parameters, so that over-confidence at 0 and at 1 may differ."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.uncertainty.labels import NEAREST
from quality.uncertainty.logistic import logistic

_SPREAD = 1.0
"""Standard deviation of the priors of a and b about 1."""


@dataclass(frozen=True)
class Beta:
    """Calibrated log odds: ``a`` ln p - ``b`` ln(1 - p) + ``c``, with a and b at least 0."""

    a: float
    b: float
    c: float

    def calibrated(self, p: Reals, group: Index) -> Reals:
        """Return the calibrated probability of each record, (n,)."""
        ln_p, ln_rest = _logs(p)
        q: Reals = expit(self.a * ln_p - self.b * ln_rest + self.c)
        return q


def fit_beta(p: Reals, match: Flags, weight: Reals) -> Beta:
    """Fit logit q = a ln p - b ln(1 - p) + c by weighted likelihood, weakly shrunk to q = p.

    A coefficient that comes out negative is set to 0 and the rest fitted again, so that the map
    never falls.

    Notes
    -----
    Source: Kull, Silva Filho and Flach (2017), Beta calibration, AISTATS, PMLR 54, 623-631; the
    formula and the second fit checked in the authors' code (betacal). The priors are ours.
    """
    ln_p, ln_rest = _logs(p)
    columns = {"a": ln_p, "b": -ln_rest}
    while True:
        x = np.column_stack([*columns.values(), np.ones(len(p))])
        centre = np.array([*[1.0] * len(columns), 0.0])
        ridge = np.array([*[_SPREAD**-2] * len(columns), 0.0])
        *slopes, c = map(float, logistic(x, match, weight, centre, ridge))
        found = dict(zip(columns, slopes, strict=True))
        falling = [name for name, value in found.items() if value < 0]
        if not falling:
            return Beta(found.get("a", 0.0), found.get("b", 0.0), c)
        del columns[falling[0]]


def _logs(p: Reals) -> tuple[Reals, Reals]:
    held = np.clip(p, NEAREST, 1 - NEAREST)
    return np.log(held), np.log1p(-held)
