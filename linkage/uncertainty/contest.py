"""Which records' outcomes are open, and what all others amount to.

Of most records it is as good as certain who their partner is, or that they have none. They are
counted once; draws and refits go through the open ones alone.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from linkage.model.evidence import Block, Evidence
from linkage.model.normalise import Index, Normalised, Reals
from linkage.model.parameters import Parameters, exact_frequency, pattern_weights
from linkage.model.training import Fitted, probabilities

CERTAIN = 1e-6
"""An outcome is certain where all others together have less probability; a candidate that has less
is no candidate."""

_MOST_BITS = 400.0

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Contest:
    """The open records of a block and the candidates that they are left with.

    Candidates stand together by record, both rising. (R,) arrays are of open records, (E,) of their
    candidates.
    """

    record: Index
    """(R,) number of each open record among the block's focal ones."""
    first: Index
    """(R,) place of its first candidate."""
    place: Index
    """(E,) place in ``record`` of each candidate's record."""
    row: Index
    """(E,) the candidate's place in the block."""
    opposite: Index
    pattern: Index
    frequency: Reals
    """(E,) 2 to the sum of -log2 term frequency, and that of the household's comparisons."""
    household_frequency: Reals
    p: Reals
    """(E,) probability at the fitted parameters, and (R,) that of having no partner."""
    unmatched: Reals
    settled: Index
    """Rows of the block that are links for certain."""

    def sums(self, values: Reals) -> Reals:
        """Return the sum (R,) over each record's candidates."""
        return np.add.reduceat(values, self.first) if len(self.first) else np.zeros(0)

    def part(self, records: Index) -> tuple["Contest", Index]:
        """Return the contest of some records alone, given by their places, and where it stands.

        The second (e,) are the places of its candidates in this one.
        """
        n = np.diff(np.r_[self.first, len(self.place)])[records]
        first = np.cumsum(n) - n
        place = np.repeat(np.arange(len(records)), n)
        candidates = self.first[records][place] + np.arange(n.sum()) - first[place]
        part = replace(
            self,
            record=self.record[records],
            first=first,
            place=place,
            row=self.row[candidates],
            opposite=self.opposite[candidates],
            pattern=self.pattern[candidates],
            frequency=self.frequency[candidates],
            household_frequency=self.household_frequency[candidates],
            p=self.p[candidates],
            unmatched=self.unmatched[records],
        )
        return part, candidates


def contest_of(
    evidence: Evidence, fitted: Fitted, block: Block, fixed: Index | None = None
) -> Contest:
    """Return what is open in ``block`` at the fitted parameters.

    Parameters
    ----------
    fixed
        Rows of the block that are links whatever their probability: those that match-keys make.
        Their records are in no other pair.
    """
    made = probabilities(evidence, fitted, block)
    fixed = np.zeros(0, dtype=np.int64) if fixed is None else fixed
    p = _without_rivals_of(fixed, block, made.p)
    settled = np.union1d(fixed, np.flatnonzero(p >= 1 - CERTAIN))
    p = _without_rivals_of(settled, block, p)
    p[settled] = 0.0
    alive = np.flatnonzero(p > CERTAIN)
    alive = alive[made.unmatched[block.focal[alive]] < 1 - CERTAIN]
    alive = alive[np.lexsort((alive, block.opposite[alive], block.focal[alive]))]
    return _gathered(block, alive, settled, made)


def _without_rivals_of(links: Index, block: Block, p: Reals) -> Reals:
    """Return ``p`` with 0 for every pair whose place one of ``links`` has taken."""
    left = p.copy()
    sides = [(block.focal, block.n_focal)]
    if block.both_sides:
        sides.append((block.opposite, block.n_opposite))
    for side, n in sides:
        taken = np.zeros(n, dtype=bool)
        taken[side[links]] = True
        left[taken[side]] = 0.0
    left[links] = p[links]
    return left


def _gathered(block: Block, row: Index, settled: Index, made: Normalised) -> Contest:
    focal = block.focal[row]
    record, first, n = np.unique(focal, return_index=True, return_counts=True)
    return Contest(
        record=record,
        first=first.astype(np.int64),
        place=np.repeat(np.arange(len(record)), n),
        row=row,
        opposite=block.opposite[row],
        pattern=block.pattern[row],
        frequency=np.exp2(np.clip(block.log2_tf[row], -_MOST_BITS, _MOST_BITS)),
        household_frequency=np.exp2(np.clip(block.log2_tf_household[row], -_MOST_BITS, _MOST_BITS)),
        p=made.p[row],
        unmatched=made.unmatched[record],
        settled=settled,
    )


@dataclass(frozen=True)
class Odds:
    """What turns parameters into the odds of candidates.

    ``frequent`` and ``frequent_household`` (patterns,) are log2 u where term frequency takes its
    place, of all comparisons and of the household's.
    """

    evidence: Evidence
    contest: Contest
    household: float
    frequent: Reals
    frequent_household: Reals

    def __call__(self, parameters: Parameters) -> Reals:
        """Return LR_M / (lambda_H LR_H + 1 - lambda_H) of every candidate (E,), without prior."""
        gammas, contest = self.evidence.gammas, self.contest
        match = pattern_weights(parameters, gammas) + self.frequent
        odds = _power(match)[contest.pattern] * contest.frequency
        if self.household:
            chosen = self.evidence.household
            shared = pattern_weights(parameters, gammas, chosen) + self.frequent_household
            against = _power(shared)[contest.pattern] * contest.household_frequency
            odds /= self.household * against + (1 - self.household)
        return np.clip(odds, 1e-60, 1e60)


def odds_of(evidence: Evidence, fitted: Fitted, block: Block, contest: Contest) -> Odds:
    """Return what gives the odds of the contest's candidates at any m, with u as fitted."""
    said = fitted.parameters, evidence.comparisons, evidence.gammas
    return Odds(
        evidence,
        contest,
        fitted.shares[block.name].household,
        exact_frequency(*said),
        exact_frequency(*said, evidence.household),
    )


def _power(bits: Reals) -> Reals:
    return np.exp2(np.clip(bits, -_MOST_BITS, _MOST_BITS))
