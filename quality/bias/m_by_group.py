"""m by group: how often a group's matches agree, drawn towards everyone's as far as groups differ.

The model is hierarchical: m_g ~ Dirichlet(kappa m), where m is that of everyone and kappa says how
alike the groups are. A group with few matches keeps close to m; one with many has its own. Derived
in docs/explanation/where-bias-comes-from.md.
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

_KAPPAS: Reals = np.geomspace(1.0, 1e6, 40)
"""From groups as unlike as one match's worth to groups that are the same."""

_DRAWS = 1_000
_SEED = 1

_ASSUMED = (
    "candidates stand for matches by the model's probability, as if it were known which are: the "
    "intervals are narrower than they should be",
    "the model took all groups to agree alike when it gave these probabilities, so that groups "
    "differ more than shown",
)


@dataclass(frozen=True)
class Shrunken:
    """m by group from ``counts`` (groups, levels) of matches.

    ``likely`` (K,) is the posterior of the values of kappa that were tried, ``everyone`` (K,
    levels) the Dirichlet of everyone's m under each.
    """

    counts: Reals
    likely: Reals
    everyone: Reals

    @property
    def kappa(self) -> float:
        """The likeliest value of kappa: about how many matches everyone's m counts for."""
        return float(_KAPPAS[self.likely.argmax()])

    @property
    def m(self) -> Reals:
        """The posterior mean of m, (groups, levels): each group's row adds up to 1."""
        prior = self.everyone / self.everyone.sum(axis=1, keepdims=True) * _KAPPAS[:, None]
        shape = prior[:, None, :] + self.counts
        means: Reals = np.tensordot(self.likely, shape / shape.sum(axis=2, keepdims=True), 1)
        return means

    def drawn(self) -> Reals:
        """Draw m, (draws, groups, levels), kappa and everyone's m with it."""
        random = np.random.default_rng(_SEED)
        at = random.choice(len(_KAPPAS), _DRAWS, p=self.likely)
        everyone = random.standard_gamma(self.everyone[at])
        prior = everyone / everyone.sum(axis=1, keepdims=True) * _KAPPAS[at][:, None]
        gamma = random.standard_gamma(prior[:, None, :] + self.counts)
        draws: Reals = gamma / gamma.sum(axis=2, keepdims=True)
        return draws


def shrunken_m(counts: Reals) -> Shrunken:
    """Return m by group from counts (groups, levels) of matches, which need not be whole.

    *Formula*: m_g ~ Dirichlet(kappa m); a group's counts c_g, n_g together, given kappa and m, have
    the likelihood G(kappa) / G(kappa + n_g) prod_l G(kappa m_l + c_gl) / G(kappa m_l), G the gamma
    function (Dirichlet-multinomial, without the factor that kappa leaves). Of each kappa tried, m
    is Dirichlet with sum_g c_g kappa / (n_g + kappa) + 1/2: a large group counts for no more than
    what its own m tells of everyone's. kappa has the prior k / (k + kappa)^2, k the median n_g: a
    group of that size may as well keep its own m as take everyone's. Then m_g ~ Dirichlet(kappa m
    + c_g).

    Notes
    -----
    Counts that are sums of probabilities are put in as if they had been observed: an approximation.
    Derived in docs/explanation/where-bias-comes-from.md, and checked by recovery.
    """
    n = counts.sum(axis=1)
    weight = _KAPPAS[:, None] / (n + _KAPPAS[:, None])
    everyone = weight @ counts + 0.5
    means = everyone / everyone.sum(axis=1, keepdims=True)
    usual = max(float(np.median(n)), 1.0)
    log_posterior = np.array(
        [log_likelihood(counts, m, k) for m, k in zip(means, _KAPPAS.tolist(), strict=True)]
    )
    # on a grid of equal steps of log kappa, each stands for a stretch as long as itself
    log_posterior += np.log(_KAPPAS * usual / (usual + _KAPPAS) ** 2)
    likely = np.exp(log_posterior - log_posterior.max())
    return Shrunken(counts, likely / likely.sum(), everyone)


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
        tail = (1 - quality.level) / 2
        means = made.m
        lower, upper = np.quantile(made.drawn(), [tail, 1 - tail], axis=0)
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
                value, low, high = (float(e[group, gamma]) for e in (means, lower, upper))
                interval = Interval(value, low, high, quality.level)
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
