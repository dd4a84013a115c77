"""The pairs worth keeping: a pair is dropped once nothing left could lift its weight to the floor.

What is cheap is evaluated first. The bound is exact: no pair at or above the floor is lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

import numpy as np
import pyarrow as pa

from linkage.engines.conditions import cost
from linkage.engines.levels import Gammas, Levels
from linkage.engines.order import first_of_each
from linkage.engines.pairs import Pairs, Reals
from linkage.model.source_pairs import Side

_ROUNDING = 1e-9
"""Sums of weights are taken in another order than splink's; the bound leaves them this room."""

_WORTH_TAKING = 0.9
"""Where more of the pairs than this would be left, taking them along costs more than it saves."""


@dataclass(frozen=True)
class Weights:
    """What a pair must weigh to be kept.

    Parameters
    ----------
    prior
        log2 of the prior odds.
    levels
        For each comparison log2 m/u by gamma, 0 first.
    log2_u
        For each comparison log2 u by gamma: what a term frequency replaces.
    floor
        Pairs of a lower match weight are not kept,
    always
        unless they meet a rule of this mask.
    """

    prior: float
    levels: tuple[Sequence[float], ...]
    log2_u: tuple[Sequence[float], ...]
    floor: float
    always: int = 0


def reaching(levels: Levels, weights: Weights, pairs: Pairs) -> pa.Table:
    """Return the pairs whose match weight reaches the floor, as :meth:`Levels.described` does."""
    pairs, gammas, _ = _narrowed(levels, weights, pairs, lambda _, lowest: weights.floor)
    return levels.table(pairs, gammas)


def heaviest(levels: Levels, weights: Weights, side: Side, n: int, pairs: Pairs) -> pa.Table:
    """Return the ``n`` heaviest pairs of each record of a side, whose pairs follow each other.

    The floor, and ``always``, play no part. Columns: record_l, record_r and ``match_weight``.
    """
    no_floor = replace(weights, always=0)
    floor = partial(_heaviest_floor, side, n)
    pairs, _, weight = _narrowed(levels, no_floor, pairs, floor)
    left, right = (pairs.records(each).astype(np.int32) for each in "lr")
    table = pa.table({"record_l": left, "record_r": right, "match_weight": weight})
    return first_of_each(table, side, n)


def _heaviest_floor(side: Side, n: int, pairs: Pairs, lowest: Reals) -> Reals:
    """Return, per pair, what a pair of its record must reach to be among the ``n`` heaviest."""
    record = pairs.records(side)
    starts = np.flatnonzero(np.diff(record, prepend=-1))
    floors = [
        np.partition(each, -n)[-n] if len(each) > n else -np.inf
        for each in np.split(lowest, starts[1:])
    ]
    return np.repeat(floors[: len(starts)], np.diff(starts, append=len(record)))


def _narrowed(
    levels: Levels, weights: Weights, pairs: Pairs, floor: Callable[[Pairs, Reals], float | Reals]
) -> tuple[Pairs, list[Gammas], Reals]:
    """Return the pairs that reach a floor, with their gammas and weights.

    Parameters
    ----------
    floor
        Told the pairs still looked at, and the least that each may weigh, says what a pair must
        reach.
    """
    order = sorted(range(len(levels.compared)), key=lambda k: levels.compared[k].cost)
    dear = [k for k in order if not levels.compared[k].is_cheap]
    gammas: dict[int, Gammas] = {}
    weight = np.full(len(pairs), weights.prior)
    for k in order[: len(order) - len(dear)]:
        gammas[k] = levels.gamma(k, pairs)
        weight += _weight(levels, k, gammas[k], pairs, weights)
    most = {k: _most(levels, k, pairs, weights) for k in dear}
    while True:
        bound = sum(most.values(), start=weight)
        reached = floor(pairs, weight + sum(_least(levels, k, weights) for k in most))
        kept = (bound >= reached - _ROUNDING) | (pairs.rules & weights.always != 0)
        if not most or np.count_nonzero(kept) < _WORTH_TAKING * len(pairs):
            rows = np.flatnonzero(kept)
            pairs, weight = pairs.only(rows), weight.take(rows)
            gammas = {k: each.take(rows) for k, each in gammas.items()}
            most = {k: each.take(rows) for k, each in most.items()}
        if not most:
            return pairs, [gammas[k] for k in range(len(order))], weight
        k = next(iter(most))
        del most[k]
        gammas[k] = levels.gamma(k, pairs)
        weight += _weight(levels, k, gammas[k], pairs, weights)


def _weight(levels: Levels, k: int, gamma: Gammas, pairs: Pairs, weights: Weights) -> Reals:
    """Return the weight that comparison ``k`` adds to each pair; 0 where it is missing."""
    weight = np.append(weights.levels[k], 0.0).take(gamma.astype(np.intp))
    for level, frequent in levels.compared[k].frequent.items():
        rows = np.flatnonzero(gamma == level)
        weight[rows] += weights.log2_u[k][level] + levels.worth(frequent, pairs, rows)
    return weight


def _most(levels: Levels, k: int, pairs: Pairs, weights: Weights) -> Reals:
    """Return the most that comparison ``k`` can add to each pair, asked of codes alone.

    What the cases before the first dear one take is told exactly; other pairs may stand at any
    level that is left.
    """
    cases = levels.compared[k].cases
    cheap = list(takewhile(lambda case: cost(case[1]) == 0, cases))
    left = [0, *(gamma for gamma, _ in cases[len(cheap) :])]
    best = max(0.0 if gamma < 0 else _best(levels, k, gamma, weights) for gamma in left)
    gammas = np.zeros(len(pairs), np.int8)
    open_ = np.ones(len(pairs), bool)
    for gamma, asked in cheap:
        met = levels.holds(asked, pairs, open_) & open_
        gammas[met] = gamma
        open_ &= ~met
    return np.where(open_, best, _weight(levels, k, gammas, pairs, weights))


def _least(levels: Levels, k: int, weights: Weights) -> float:
    """Return the least that comparison ``k`` can add: to a pair of the commonest values."""
    log2_u = weights.log2_u[k]
    adjusted = {gamma: float(log2_u[gamma]) for gamma in levels.compared[k].frequent}
    each = (float(w) + adjusted.get(gamma, 0.0) for gamma, w in enumerate(weights.levels[k]))
    return min(0.0, *each)


def _best(levels: Levels, k: int, gamma: int, weights: Weights) -> float:
    """Return the most that one level can add, to a pair of the rarest values."""
    frequent, weight = levels.compared[k].frequent.get(gamma), float(weights.levels[k][gamma])
    if frequent is None:
        return weight
    return weight + float(weights.log2_u[k][gamma]) + levels.rarest(frequent)
