"""Average marginal effects: what a model says of a group once all else is held equal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from scipy.special import expit

from linkage.model.normalise import Reals
from quality.bias.cells import Factor, crossed, totals
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
    intercept, *effects = fitted.design.effects(fitted.coefficients)
    share, factors = n / n.sum(), fitted.design.factors
    for at, factor in enumerate(factors):
        if wanted in {None, factor.name}:
            others = (*factors[:at], *factors[at + 1 :])
            moved = (*effects[:at], *effects[at + 1 :])
            alike = _alike(others, moved, share, float(intercept[0]))
            here = expit(alike.odds + effects[at][factor.reference])
            slope = here * (1 - here)
            for group in range(len(factor.groups)):
                if group != factor.reference:
                    there = expit(alike.odds + effects[at][group])
                    yield _effect(fitted, factor, group, there, (here, slope), alike)


@dataclass(frozen=True)
class _Alike:
    """Records put together that agree in all but one characteristic, (kinds,) each.

    ``others`` are the other characteristics, ``odds`` what they add up to.
    """

    others: tuple[Factor, ...]
    share: Reals
    odds: Reals


def _alike(
    others: tuple[Factor, ...], effects: Sequence[Reals], share: Reals, intercept: float
) -> _Alike:
    first, kind = crossed(others, len(share))
    kept = tuple(replace(factor, code=factor.code[first]) for factor in others)
    odds = np.full(len(first), intercept)
    for factor, effect in zip(kept, effects, strict=True):
        odds += effect[factor.code]
    return _Alike(kept, totals(kind, share, len(first)), odds)


def _effect(
    fitted: Fitted,
    factor: Factor,
    group: int,
    there: Reals,
    reference: tuple[Reals, Reals],
    alike: _Alike,
) -> Effect:
    """Return one effect; the columns of its own factor are moved, those of others summed.

    ``there`` (kinds,) are the probabilities at the group; of the reference they are given with
    p (1 - p).
    """
    here, slope = reference
    steep = 1 - there
    steep *= there  # in place: there are many kinds, and new memory for them costs more than sums
    change = steep - slope
    change *= alike.share
    sums = {each.name: each.sums(change) for each in alike.others}
    own = np.zeros(len(factor.groups))
    own[group] = alike.share @ steep
    columns = [np.array([change.sum()])]
    columns += [sums.get(each.name, own) for each in fitted.design.factors]
    return Effect(
        factor.name,
        factor.groups[group],
        factor.groups[factor.reference],
        float(alike.share @ (there - here)),
        np.concatenate(columns)[fitted.design.kept],
    )
