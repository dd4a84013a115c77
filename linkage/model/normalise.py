"""Match probabilities that know how often a person can stand in a source.

A pair's likelihood ratio speaks of that pair alone. Where the opposite source holds each person
once, a record has at most one partner, and its candidates compete (record normalisation). Where
both sources do, they compete on both sides.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

ODDS_CAP = 1e12
"""Odds above this are certainty; the cap keeps differences of sums exact to four digits."""

_WEAK = 2.0**-20
"""Pairs of lower odds are left out of the sweeps: what they could take from others is less."""


@dataclass(frozen=True)
class Normalised:
    """Match probabilities of pairs, with what is left for no partner.

    ``p`` has a value per pair; ``unmatched`` the probability, per focal record, that none of its
    candidates is its match (1 for a record without candidates).
    """

    p: Reals
    unmatched: Reals


def one_sided(odds: Reals, record: Index, n_records: int) -> Normalised:
    """Normalise over the candidates of each record.

    Formula: p*_ij = o_ij / (1 + sum_i' o_i'j); p*_0j = 1 / (1 + sum_i' o_i'j).

    Parameters
    ----------
    odds
        (P,) odds of match against no partner, per pair.
    record
        (P,) index, below ``n_records``, of the record whose candidates compete.

    Source: the full conditional of fabl for fixed parameters (Kundinger, Reiter and Steorts,
    briankundinger/fabl.BA); derived in docs/explanation/record-normalisation.md.
    """
    odds = np.minimum(odds, ODDS_CAP)
    total = np.bincount(record, weights=odds, minlength=n_records)
    return Normalised(odds / (1 + total.take(record)), 1 / (1 + total))


def two_sided(
    odds: Reals, focal: Index, opposite: Index, n_focal: int, n_opposite: int, sweeps: int = 10
) -> Normalised:
    """Normalise over the candidates of both records of a pair, by belief propagation.

    Damped messages of the sum-product form of one-to-one matching: with a = o nu, S the sum of a
    over the focal record's candidates, mu = o / (1 + S - a), M the sum of mu over the opposite
    record's candidates, nu <- .7 / (1 + M - mu) + .3 nu; then p* = a / (1 + S).
    Only the strong pairs of focal records whose candidates some other record competes for are
    swept; the other strong pairs have nu = 1, and a weak one 1 / (1 + M), M of the strong.
    Derived in docs/explanation/record-normalisation.md, with what leaving out the weak can change.

    Parameters
    ----------
    odds
        (P,) odds of match against no partner, per pair.
    focal, opposite
        (P,) indices of the two records of each pair, below ``n_focal`` and ``n_opposite``.
    """
    odds = np.minimum(odds, ODDS_CAP)
    strong = np.flatnonzero(odds > _WEAK)
    if len(strong) == len(odds):
        return one_sided(odds * _strong(odds, focal, opposite, sweeps), focal, n_focal)
    strong_odds = odds.take(strong)
    rows, columns = focal.take(strong), opposite.take(strong)
    free = _strong(strong_odds, rows, columns, sweeps)
    taken = np.bincount(columns, _asked(strong_odds, free, rows), n_opposite)
    nu = (1 / (1 + taken)).take(opposite)
    nu[strong] = free
    return one_sided(odds * nu, focal, n_focal)


def _strong(odds: Reals, focal: Index, opposite: Index, sweeps: int) -> Reals:
    """Return nu of the strong pairs."""
    shared = np.bincount(opposite).take(opposite) > 1
    contested = np.zeros(int(focal.max(initial=-1)) + 1, dtype=bool)
    contested[focal[shared]] = True
    met = np.flatnonzero(contested.take(focal))
    nu = np.ones_like(odds)
    nu[met] = _swept(odds.take(met), focal.take(met), opposite.take(met), sweeps)
    return nu


def _swept(odds: Reals, focal: Index, opposite: Index, sweeps: int) -> Reals:
    """Return nu after so many sweeps."""
    nu = np.ones_like(odds)
    for _ in range(sweeps):
        mu = _asked(odds, nu, focal)
        taken = np.bincount(opposite, mu).take(opposite) - mu
        nu = 0.7 / (1 + np.maximum(taken, 0)) + 0.3 * nu
    return nu


def _asked(odds: Reals, nu: Reals, focal: Index) -> Reals:
    """Return mu: the odds that a focal record would give each candidate if that were free."""
    a = odds * nu
    rivals = np.bincount(focal, a).take(focal) - a
    mu: Reals = odds / (1 + np.maximum(rivals, 0))
    return mu
