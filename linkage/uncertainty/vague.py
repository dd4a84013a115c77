"""Draws of m at levels of which hardly a link is certain, with who is linked summed out.

Where nearly every pair at a level is in doubt, drawing the links given m, and m given the links, in
turn hardly moves: there are as many links as m says, and m is as large as there are links. So m of
such a level is drawn before the links are, from

    P(t) in proportion to t^(a + 1/2 - 1) (1 - t)^(b + (levels - 1)/2 - 1)
                          times the product of 1 + sum_i o_ij(t) over the records j that tell of it

where t is m at the level, and the others share what is left as they did. Those records compete with
no other, and draw their links anew before anything else is made of these: so it stays one sampler
(partially collapsed; van Dyk and Park 2008). a and b count the links of all other records, at the
level and at others.

Source: derived in docs/explanation/link-uncertainty.md; the paper was not read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from linkage.model.normalise import Index, Reals
from linkage.model.parameters import Parameters
from linkage.uncertainty.contest import Contest, Odds
from linkage.uncertainty.one_to_one import Entangled

DOUBT = 0.5
"""A level is vague where so much of what its links would tell of m is missing: the correlation of
one draw with the next, where draws are in turn."""

LEAST = 1e-9
"""No m is drawn smaller."""

_WIDTH = 1.0
"""Of the first interval in which the log-odds of m are looked for."""


@dataclass(frozen=True)
class Vague:
    """A vague level, and the open records that tell of it and draw by themselves.

    ``records`` are their places in the contest, ``contest`` and ``odds`` are of them alone;
    ``free`` (E,) is the chance that a candidate of theirs is free.
    """

    comparison: int
    level: int
    records: Index
    contest: Contest
    odds: Odds
    free: Reals


def vague_levels(odds: Odds, shape: Entangled | None, settled: Reals) -> Iterator[Vague]:
    """Yield the levels that are vague at the fitted parameters.

    Parameters
    ----------
    settled
        (patterns,) links that are certain.
    """
    contest, gammas = odds.contest, odds.evidence.gammas
    missing = np.bincount(contest.pattern, contest.p * (1 - contest.p), len(gammas))
    links = settled + np.bincount(contest.pattern, contest.p, len(gammas))
    alone = np.full(len(contest.record), True) if shape is None else shape.component < 0
    for k, gamma in enumerate(gammas.T):
        for level in np.unique(gamma[gamma >= 0]).tolist():
            at = gamma == level
            telling = at[contest.pattern] & alone[contest.place]
            if telling.any() and missing[at].sum() > DOUBT * links[at].sum():
                records = np.unique(contest.place[telling])
                part, candidates = contest.part(records)
                free = np.ones(len(candidates)) if shape is None else shape.free[candidates]
                yield Vague(k, level, records, part, replace(odds, contest=part), free)


def redrawn(
    vague: Vague,
    parameters: Parameters,
    prior: Reals,
    links: Reals,
    own: Reals,
    random: np.random.Generator,
) -> Parameters:
    """Return the parameters with m of a vague level drawn anew.

    Parameters
    ----------
    prior
        (R,) odds, before anything is compared, of each of the level's records.
    links, own
        (patterns,) links there are of all records, and of those of the level.
    """
    gamma = vague.odds.evidence.gammas[:, vague.comparison]
    m = parameters.m[vague.comparison]
    others = links - own
    at = others[gamma == vague.level].sum() + 0.5
    beside = others[(gamma >= 0) & (gamma != vague.level)].sum() + (len(m) - 1) / 2
    weight = vague.free * prior[vague.contest.place]

    def log_density(log_odds: float) -> float:
        if abs(log_odds) > -np.log(LEAST):
            return -np.inf
        t = 1 / (1 + np.exp(-log_odds))
        sums = vague.contest.sums(weight * vague.odds(_with(parameters, vague, t)))
        return float(at * np.log(t) + beside * np.log1p(-t) + np.log1p(sums).sum())

    now = float(np.clip(m[vague.level], LEAST, 1 - LEAST))
    drawn = _slice(log_density, float(np.log(now) - np.log1p(-now)), random)
    return _with(parameters, vague, 1 / (1 + np.exp(-drawn)))


def _with(parameters: Parameters, vague: Vague, t: float) -> Parameters:
    """Return the parameters with m of the level ``t``, the others of its comparison in scale."""
    k, level = vague.comparison, vague.level
    m = parameters.m[k] * ((1 - t) / max(1 - parameters.m[k][level], LEAST))
    m[level] = t
    changed = np.maximum(m, LEAST)
    return replace(parameters, m=(*parameters.m[:k], changed, *parameters.m[k + 1 :]))


def _slice(
    log_density: Callable[[float], float], start: float, random: np.random.Generator
) -> float:
    """Draw once by slice sampling, stepping out and shrinking (Neal 2003)."""
    height = log_density(start) - random.exponential()
    low = start - _WIDTH * random.random()
    high = low + _WIDTH
    while log_density(low) > height:
        low -= _WIDTH
    while log_density(high) > height:
        high += _WIDTH
    while True:
        drawn = random.uniform(low, high)
        if log_density(drawn) > height:
            return float(drawn)
        low, high = (drawn, high) if drawn < start else (low, drawn)
