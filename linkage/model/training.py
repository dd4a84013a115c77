"""Record-EM: m, u and the shares, from match probabilities that compete for records.

Plain EM takes each pair by itself and mistakes people of one household for matches, because they
agree on surname and address. Two things mend it, both in the E-step: a household class anchored on
the m of those comparisons, and normalisation over a record's candidates. Both are derived in
docs/explanation/record-normalisation.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.model.evidence import Block, Evidence
from linkage.model.household import household_share
from linkage.model.normalise import Normalised, Reals, one_sided, two_sided
from linkage.model.parameters import (
    Parameters,
    exact_frequency,
    pattern_weights,
    start,
)


@dataclass(frozen=True)
class Shares:
    """What a block's records share: partners, households, matches among all pairs."""

    partnered: float
    """pi: share of the normalised side's records that have a partner."""
    matched: float
    """lambda: share of all pairs that are matches."""
    household: float
    """lambda_H: share of all pairs that are two people of one household."""


@dataclass(frozen=True)
class Fitted:
    """A trained model: parameters, shares by block, and how training went."""

    parameters: Parameters
    shares: dict[str, Shares]
    rounds: int
    change: float


def train(
    evidence: Evidence,
    rounds: int = 100,
    tolerance: float = 1e-6,
    begin: Fitted | None = None,
    weights: Mapping[str, Reals] | None = None,
) -> Fitted:
    """Fit m, u and the shares by record-EM.

    Each round: probabilities of every candidate given the parameters (E); then m from their sums
    at each level, u from the random pairs less the matches and households among them, and the
    shares (M). The household share is renewed in the first rounds (the first, where training goes
    on from a model) and every fifth after.

    Parameters
    ----------
    begin
        Where to start; at modest guesses when not said.
    weights
        By block, how often each focal record counts (n_focal,), 1 on average; once each when not
        said. Candidates compete as they are: only what is summed over records is weighted.

    Returns
    -------
    The parameters at convergence (largest change of an m or a share below ``tolerance``), or
    after ``rounds``.
    """
    parameters, shares = _beginning(evidence) if begin is None else (begin.parameters, begin.shares)
    weights = weights or {}
    early = 5 if begin is None else 1
    change = np.inf
    for done in range(1, rounds + 1):
        if done <= early or done % 5 == 0:
            shares = _with_household(evidence, parameters, shares)
        expected, renewed = np.zeros(len(evidence.gammas)), {}
        for block in evidence.blocks:
            p = _expect(evidence, parameters, block, shares[block.name]).p
            if block.name in weights:
                p = p * weights[block.name][block.focal]
            renewed[block.name] = _renew(block, p, shares[block.name])
            expected += _by_pattern(evidence, block, p)
        new = _maximise(evidence, expected, max(s.household for s in shares.values()))
        change = _largest_change(parameters, new, shares, renewed)
        parameters, shares = new, renewed
        if change < tolerance and done > 5:
            break
    return Fitted(parameters, shares, done, change)


def probabilities(evidence: Evidence, fitted: Fitted, block: Block) -> Normalised:
    """Return the match probabilities of a block's candidates under a fitted model."""
    return _expect(evidence, fitted.parameters, block, fitted.shares[block.name])


def expected_patterns(evidence: Evidence, fitted: Fitted) -> Reals:
    """Return the expected number of matches at each agreement pattern."""
    total = np.zeros(len(evidence.gammas))
    for block in evidence.blocks:
        total += _by_pattern(evidence, block, probabilities(evidence, fitted, block).p)
    return total


def _by_pattern(evidence: Evidence, block: Block, p: Reals) -> Reals:
    sums = np.bincount(block.pattern, weights=p, minlength=len(evidence.gammas))
    return sums.astype(np.float64)


def likelihood_ratios(
    evidence: Evidence, parameters: Parameters, block: Block
) -> tuple[Reals, Reals]:
    """Return log2 likelihood ratios, (P,) each: match, and same household, against chance."""
    comparisons, gammas = evidence.comparisons, evidence.gammas
    match = pattern_weights(parameters, gammas) + exact_frequency(parameters, comparisons, gammas)
    chosen = evidence.household
    household = pattern_weights(parameters, gammas, chosen) + exact_frequency(
        parameters, comparisons, gammas, chosen
    )
    return (
        match.take(block.pattern) + block.log2_tf,
        household.take(block.pattern) + block.log2_tf_household,
    )


def _expect(evidence: Evidence, parameters: Parameters, block: Block, shares: Shares) -> Normalised:
    """Return the candidates' probabilities."""
    base = base_odds(evidence, parameters, block, shares.household)
    return compete(block, base * prior_odds(block, shares))


def base_odds(evidence: Evidence, parameters: Parameters, block: Block, household: float) -> Reals:
    """Return the likelihood ratios (P,) of a match against chance and households together."""
    match, shared = likelihood_ratios(evidence, parameters, block)
    against = household * np.exp2(np.minimum(shared, 60)) + 1 - household
    odds: Reals = np.exp2(np.clip(match, -200, 200)) / against
    return odds


def prior_odds(block: Block, shares: Shares) -> float:
    """Return the odds of a match against no partner that every pair of a block starts from."""
    pi = shares.partnered
    if not block.competing:
        return shares.matched / (1 - shares.matched)
    if not block.both_sides:
        return pi / (1 - pi) / block.n_opposite
    free = max(block.n_opposite - pi * block.n_focal, 1.0)
    return pi / (1 - pi) / free


def compete(block: Block, odds: Reals) -> Normalised:
    """Let candidates of these odds (P,) compete where the sources allow it."""
    if not block.competing:
        return Normalised(odds / (1 + odds), np.ones(block.n_focal))
    if not block.both_sides:
        return one_sided(odds, block.focal, block.n_focal)
    return two_sided(odds, block.focal, block.opposite, block.n_focal, block.n_opposite)


def _renew(block: Block, p: Reals, shares: Shares) -> Shares:
    """Return the shares that follow from the candidates' probabilities."""
    total = float(p.sum())
    return replace(
        shares,
        partnered=min(max(total / block.n_focal, 1e-6), 0.9999),
        matched=min(max(total / block.n_pairs, 1e-12), 0.5),
    )


def _beginning(evidence: Evidence) -> tuple[Parameters, dict[str, Shares]]:
    u = [_smoothed(_random_levels(evidence, k)) for k in range(len(evidence.comparisons))]
    shares = {block.name: _first_shares(block) for block in evidence.blocks}
    return start(evidence.comparisons, u), shares


def _first_shares(block: Block) -> Shares:
    """Return modest first guesses: half of the smaller side has a partner, no households."""
    smaller = min(block.n_focal, block.n_opposite)
    return Shares(0.5 * smaller / block.n_focal, 0.5 * smaller / block.n_pairs, 0.0)


def _maximise(evidence: Evidence, expected: Reals, household: float) -> Parameters:
    """Return m from expected matches per pattern, and u from random pairs less what is not chance.

    That is the matches among them and, for what a household shares, its ``household`` share.
    """
    n_pairs = sum(block.n_pairs for block in evidence.blocks)
    share = min(expected.sum() / n_pairs, 0.5)
    n_random = float(evidence.random.n.sum())
    m, u = [], []
    for k, comparison in enumerate(evidence.comparisons):
        n = len(comparison.scored)
        seen = evidence.gammas[:, k] >= 0
        counts = np.bincount(evidence.gammas[seen, k], weights=expected[seen], minlength=n)
        m.append(_smoothed(counts))
        chance = _random_levels(evidence, k)
        if k in evidence.random.given:  # pairs of different people: no match is among them
            u.append(_smoothed(chance))
            continue
        related = household * chance.sum() * m[k] if k in evidence.household else 0.0
        matches = share * n_random * counts / max(expected.sum(), 1e-9)
        u.append(_smoothed(np.maximum(chance - matches - related, 0)))
    return Parameters(tuple(m), tuple(u))


def _random_levels(evidence: Evidence, k: int) -> Reals:
    return evidence.random.levels(k, len(evidence.comparisons[k].scored))


def _smoothed(counts: npt.NDArray[np.number[Any]]) -> Reals:
    """Return counts as probabilities, half a pair added to every level so that none is 0."""
    filled: Reals = counts.astype(np.float64) + 0.5
    shares: Reals = filled / filled.sum()
    return shares


def _with_household(
    evidence: Evidence, parameters: Parameters, shares: dict[str, Shares]
) -> dict[str, Shares]:
    if evidence.sharing is None:
        return shares
    value = household_share(evidence.comparisons, parameters, evidence.sharing)
    return {name: replace(share, household=value) for name, share in shares.items()}


def _largest_change(
    old: Parameters, new: Parameters, old_shares: dict[str, Shares], shares: dict[str, Shares]
) -> float:
    parts: Sequence[float] = [
        *(float(np.abs(a - b).max()) for a, b in zip(old.m, new.m, strict=True)),
        *(abs(old_shares[name].partnered - share.partnered) for name, share in shares.items()),
    ]
    return max(parts)
