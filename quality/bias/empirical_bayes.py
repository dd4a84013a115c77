"""Rates of intersections shrunken towards one common rate: where there are too few cells."""

import numpy as np
import scipy  # its parts are loaded when they are first used
from scipy.special import betaincinv, betaln, expit

from linkage.model.normalise import Reals
from quality.proportion import Interval

_CENTRE, _SPREAD = 4.0, 2.0
"""Where the log size of the prior is drawn to, and how far it may lie from there."""


def empirical_bayes(k: Reals, n: Reals, level: float) -> list[Interval]:
    """Return the rate of every cell under a beta prior that all cells share.

    *Formula*: the mean m and size s of a beta prior maximise the beta-binomial likelihood less
    ((log s - 4) / 2)^2 / 2, which keeps s finite where cells hardly vary; a cell's rate is
    (k + s m) / (n + s), its limits the quantiles of Beta(k + s m, n - k + s (1 - m)).

    Parameters
    ----------
    k, n
        (C,) counts; these need not be whole.

    Notes
    -----
    What m and s themselves are uncertain by is left out: limits are a little too narrow. Source:
    Casella (1985), Am. Stat. 39, 83-87, for the idea, not checked in the paper; the likelihood is
    the beta-binomial's.
    """
    start = (k.sum() + 0.5) / (n.sum() + 1)

    def loss(at: Reals) -> float:
        mean, size = expit(at[0]), np.exp(np.clip(at[1], -5, 20))
        a, b = size * mean, size * (1 - mean)
        likelihood = (betaln(k + a, n - k + b) - betaln(a, b)).sum()
        return float(-likelihood + ((at[1] - _CENTRE) / _SPREAD) ** 2 / 2)

    found = scipy.optimize.minimize(
        loss, np.array([np.log(start / (1 - start)), _CENTRE]), method="Nelder-Mead"
    )
    mean, size = float(expit(found.x[0])), float(np.exp(np.clip(found.x[1], -5, 20)))
    a, b = k + size * mean, n - k + size * (1 - mean)
    tail = (1 - level) / 2
    rows = zip(
        (a / (a + b)).tolist(),
        betaincinv(a, b, tail).tolist(),
        betaincinv(a, b, 1 - tail).tolist(),
        strict=True,
    )
    return [Interval(*row, level) for row in rows]
