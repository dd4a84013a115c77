"""Average marginal effects: what a model says of a group once all else is held equal."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import expit

from linkage.model.normalise import Reals
from quality.bias.cells import Factor
from quality.bias.logistic import Fitted


@dataclass(frozen=True)
class Effect:
    """The average marginal effect of a group against its reference, with its gradient (p,)."""

    characteristic: str
    group: str
    reference: str
    value: float
    gradient: Reals

    def standard_error(self, covariance: Reals) -> float:
        """Return its standard error from the coefficients' covariance, by the delta method."""
        return sqrt(max(float(self.gradient @ covariance @ self.gradient), 0.0))


def marginal_effects(fitted: Fitted, n: Reals, wanted: str | None = None) -> Iterator[Effect]:
    """Yield the average marginal effect of every group that is not a reference.

    *Formula*: the mean over all records of p(x = group) - p(x = reference), everything else of
    the record left as it is; its gradient is the mean of p(1 - p) x at the group less the same at
    the reference.

    Parameters
    ----------
    n
        (cells,) records of each cell.
    wanted
        A characteristic, to have the effects of its groups alone.

    Notes
    -----
    The make-up of the records is taken as given: the interval is of chance in what happened to
    them. A record moves from its own group to another, so all columns of the characteristic change
    together; statsmodels' ``get_margeff`` moves one column at a time, which is the same where there
    are two groups alone.
    """
    predictor = fitted.design.predictor(fitted.coefficients)
    _, *effects = fitted.design.effects(fitted.coefficients)
    share = n / n.sum()
    for factor, effect in zip(fitted.design.factors, effects, strict=True):
        if wanted not in {None, factor.name}:
            continue
        without = predictor - effect[factor.code]
        base = expit(without + effect[factor.reference])
        for at, group in enumerate(factor.groups):
            if at != factor.reference:
                moved = expit(without + effect[at])
                slope = share * (moved * (1 - moved) - base * (1 - base))
                yield Effect(
                    factor.name,
                    group,
                    factor.groups[factor.reference],
                    float(share @ (moved - base)),
                    _gradient(fitted, factor, at, slope, float(share @ (moved * (1 - moved)))),
                )


def _gradient(fitted: Fitted, factor: Factor, at: int, slope: Reals, own: float) -> Reals:
    """Return the gradient of one effect: the columns of its own factor are moved, not summed."""
    design = fitted.design
    summed = np.zeros(len(design.kept))
    summed[design.kept] = design.sums(slope)
    first = 1 + sum(len(each.groups) for each in _before(design.factors, factor))
    summed[first : first + len(factor.groups)] = 0.0
    summed[first + at] = own
    gradient: Reals = summed[design.kept]
    return gradient


def _before(factors: tuple[Factor, ...], factor: Factor) -> tuple[Factor, ...]:
    return factors[: [each.name for each in factors].index(factor.name)]
