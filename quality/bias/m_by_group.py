"""m by group: how often a group's matches agree, drawn towards everyone's as far as groups differ.

The model is hierarchical: m_g ~ Dirichlet(kappa m), where m is that of all groups together and
kappa, how alike the groups are, is the one that makes the counts most likely. A group with few
matches keeps close to m; one with many has its own. Derived in
docs/explanation/where-bias-comes-from.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy  # its parts are loaded when they are first used

from linkage.config.schema import Quality
from linkage.model.normalise import Reals
from quality import measures
from quality.bias.matched_patterns import Matched
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.proportion import Interval
from quality.share import status_of

_KAPPA = (1.0, 1e6)
"""Least and most: groups as unlike as one match's worth, and groups that are the same."""

_ASSUMED = (
    "candidates stand for matches by the model's probability, as if it were known which are: the "
    "intervals are narrower than they should be",
    "the model took all groups to agree alike when it gave these probabilities, so that groups "
    "differ more than shown",
)


@dataclass(frozen=True)
class Shrunken:
    """m by group: ``shape`` (groups, levels) of each group's Dirichlet, and ``kappa``."""

    shape: Reals
    kappa: float

    @property
    def m(self) -> Reals:
        """Return the mean of m, (groups, levels): each group's rows add up to 1."""
        return self.shape / self.shape.sum(axis=1, keepdims=True)

    def interval(self, group: int, gamma: int, level: float) -> Interval:
        """Return m of one level, between quantiles of its Beta distribution."""
        a, total = float(self.shape[group, gamma]), float(self.shape[group].sum())
        tail, quantile = (1 - level) / 2, scipy.special.betaincinv
        lower, upper = (float(quantile(a, total - a, q)) for q in (tail, 1 - tail))
        return Interval(a / total, lower, upper, level)


def shrunken_m(counts: Reals) -> Shrunken:
    """Return m by group from counts (groups, levels) of matches, which need not be whole.

    *Formula*: m = (sum over groups of counts + 1/2) / their total; kappa maximises the
    Dirichlet-multinomial likelihood sum_g [ln G(kappa) - ln G(kappa + n_g) + sum_l ln G(kappa m_l +
    c_gl) - ln G(kappa m_l)], G the gamma function; then m_g ~ Dirichlet(kappa m + c_g).

    Notes
    -----
    Counts that are sums of probabilities are put in as if they had been observed: an approximation.
    Derived in docs/explanation/where-bias-comes-from.md.
    """
    pooled = counts.sum(axis=0) + 0.5
    m = pooled / pooled.sum()

    def unlikely(log_kappa: float) -> float:
        return -log_likelihood(counts, m, float(np.exp(log_kappa)))

    found = scipy.optimize.minimize_scalar(unlikely, bounds=np.log(_KAPPA), method="bounded")
    kappa = float(np.exp(found.x))
    return Shrunken(kappa * m + counts, kappa)


def log_likelihood(counts: Reals, m: Reals, kappa: float) -> float:
    """Return the log marginal likelihood of counts (groups, levels), less what kappa leaves."""
    ln_gamma = scipy.special.gammaln
    groups = ln_gamma(kappa) - ln_gamma(kappa + counts.sum(axis=1))
    levels = ln_gamma(kappa * m + counts) - ln_gamma(kappa * m)
    return float(groups.sum() + levels.sum())


def m_rows(matched: Matched, quality: Quality) -> Iterator[Estimate]:
    """Yield m of every level of every comparison by group."""
    groups = matched.groups
    for k, comparison in enumerate(matched.comparisons):
        counts = matched.levels(matched.expected, k)[:, :-1]
        made = shrunken_m(counts)
        labels = [level.label for level in comparison.scored][::-1]
        for group, n in enumerate(counts.sum(axis=1).tolist()):
            row = replace(
                _empty(matched),
                group=groups.names[group],
                variable=comparison.name,
                n_records=int(groups.n_records[group]),
                n_effective=n,
            )
            for gamma, label in enumerate(labels):
                interval = made.interval(group, gamma, quality.level)
                yield replace(
                    row,
                    stage=label,
                    estimate=interval.value,
                    lower=interval.lower,
                    upper=interval.upper,
                    level=interval.level,
                    status=status_of(interval, quality.material_gap),
                )


def _empty(matched: Matched) -> Estimate:
    return Estimate(
        measure=measures.M_BY_GROUP,
        method=measures.SHRUNKEN_M,
        source=matched.source,
        other=matched.other,
        characteristic=matched.groups.characteristic,
        interval_covers=measures.MODEL_PARAMETERS_ONLY,
        grade=grade_of(measures.SHRUNKEN_M),
        status="ok",
        assumptions=_ASSUMED,
    )
