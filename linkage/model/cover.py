"""Which of many blocking rules to take: few matches missed, for no more pairs than a budget.

The rule that saves most matches a pair is taken first. That alone would leave to chance what is
missed once the budget is nearly spent: a rule taken early may stand in the way of one that saves
more. So where the budget shut out a rule that alone would still save as many matches as may be
missed, everything is chosen again around that rule, and what misses least is kept (after Khuller,
Moss and Naor 1999, The budgeted maximum coverage problem, who choose around every few rules; here
it is around the most promising; the paper was not read for this).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.model.normalise import Reals
from linkage.model.rule_terms import Candidate

TARGET_LOSS = 0.0005
"""Rules are added until fewer than this share of the sample's sure matches is missed."""

FIELD_ERROR = 0.05
"""How often a field that agreed in the sample is taken to fail elsewhere, spoiling every rule that
asks it: so a match wants rules that share no field."""

_LEAST_GAIN = TARGET_LOSS / 20
_MOST_RULES = 40
_TRIED = 4
"""Rules that the budget shut out around which everything is chosen again."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cover:
    """Rules taken, by place in the candidates; the first few were given, the rest chosen.

    ``missed`` (1 + fields, matches): which matches meet none of them, or none without that field.
    """

    given: tuple[int, ...]
    rules: tuple[int, ...]
    n_pairs: int
    missed: Flags
    loss: float
    """The expected loss: of matches missed, and of those that one field's failure would lose."""


class Covering:
    """The choice among ``candidates``, all of which can be looked at again and again.

    Parameters
    ----------
    met
        (matches, candidates) which of the sample's matches meet each rule.
    share
        (matches,) what each match counts; 1 in all.
    cost
        (candidates,) the pairs that each rule is expected to make.
    count
        Counts the pairs of the rule at a place: asked of a rule before it is taken, and once.
    budget, overhead
        The most pairs that all rules may make, and the pairs that a rule costs beside its own.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        met: Flags,
        share: Reals,
        cost: Reals,
        count: Callable[[int], int],
        budget: int,
        overhead: int,
    ) -> None:
        self._met, self._agreed, self._share = met, met.astype(np.float32), share
        self._cost, self._count = cost.copy(), count
        self._counted = np.zeros(len(candidates), dtype=bool)
        self._budget, self._overhead = budget, overhead
        self._spared = _spared(candidates)
        self._price = np.array([1.0] + [FIELD_ERROR] * (len(self._spared) - 1))

    def best(self) -> Cover:
        """Return the cover of the least expected loss that was found.

        A match is missed when no rule meets it, or when the one field fails that all its rules
        share: expected loss = missed + FIELD_ERROR x the sum over fields of missed without that
        field's rules.
        """
        best = self._around(())
        while best.loss > TARGET_LOSS:
            others = [self._around((*best.given, rule)) for rule in self._shut_out(best)]
            better = min(others, key=lambda cover: cover.loss, default=best)
            if better.loss > best.loss - TARGET_LOSS:
                break
            best = better
        return best

    def _around(self, given: tuple[int, ...]) -> Cover:
        """Return what is chosen with the ``given`` rules taken first."""
        nobody = np.ones((len(self._spared), len(self._share)), dtype=bool)
        cover = Cover(given, (), 0, nobody, self._loss(nobody))
        for rule in given:
            cover = self._with(cover, rule)
        while len(cover.rules) < _MOST_RULES and cover.loss > TARGET_LOSS:
            following = self._next(cover)
            if following is None:
                break
            cover = self._with(cover, following)
        return cover

    def _next(self, cover: Cover) -> int | None:
        """Return the rule within the budget that saves most a pair, its pairs counted."""
        gain = self._gain(cover)
        while True:
            within = cover.n_pairs + self._cost <= self._budget
            worth = np.where(within, self._worth(gain), -1.0)
            best = int(worth.argmax())
            if gain[best] < _LEAST_GAIN or worth[best] <= 0:
                return None
            if self._counted[best]:
                return best
            self._count_at(best)

    def _shut_out(self, cover: Cover) -> list[int]:
        """Return rules that would still save many matches, were there room for them."""
        gain, held = self._gain(cover), sum(self._cost[rule] for rule in cover.given)
        room = held + self._cost <= self._budget
        out = room & (cover.n_pairs + self._cost > self._budget) & (gain > TARGET_LOSS)
        best = np.argsort(-self._worth(gain), kind="stable")
        tried: list[int] = best[out[best]][:_TRIED].tolist()
        for rule in tried:
            self._count_at(rule)
        return [rule for rule in tried if held + self._cost[rule] <= self._budget]

    def _with(self, cover: Cover, rule: int) -> Cover:
        missed = cover.missed & ~(self._spared[:, [rule]] & self._met[:, rule])
        n_pairs = cover.n_pairs + int(self._cost[rule])
        return Cover(cover.given, (*cover.rules, rule), n_pairs, missed, self._loss(missed))

    def _count_at(self, rule: int) -> None:
        # terms are taken as independent until a rule is about to be taken; then it is counted
        if not self._counted[rule]:
            self._cost[rule], self._counted[rule] = self._count(rule), True

    def _loss(self, missed: Flags) -> float:
        return float(self._price @ (missed @ self._share))

    def _worth(self, gain: Reals) -> Reals:
        worth: Reals = gain / (self._cost + self._overhead)
        return worth

    def _gain(self, cover: Cover) -> Reals:
        """Return by how much each candidate would lower the expected loss."""
        saved = (cover.missed * self._share).astype(np.float32) @ self._agreed
        return np.asarray((self._price[:, None] * self._spared * saved).sum(axis=0))


def _spared(candidates: Sequence[Candidate]) -> Flags:
    """Return (1 + fields, candidates): does the rule survive no field failing, or that one?"""
    fields = dict.fromkeys(field for c in candidates for field in c.fields)
    rows = [[True] * len(candidates)]
    rows += [[field not in c.fields for c in candidates] for field in fields]
    return np.array(rows)
