"""Entities from pairs that may chain: average linkage on the log-odds, best pair first.

Bare connected components let one false link join two people and all their records. Here two
clusters merge while the mean log-odds over their compared cross pairs is above the threshold, so
that a pair that agrees by chance is outvoted by those that do not.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linkage.model.normalise import Index, Reals

LOG_ODDS_CAP = 30.0


def log_odds(p: Reals) -> Reals:
    """Return natural log-odds of probabilities, within :data:`LOG_ODDS_CAP`."""
    safe = np.clip(p, 1e-14, 1 - 1e-14)
    odds: Reals = np.clip(np.log(safe / (1 - safe)), -LOG_ODDS_CAP, LOG_ODDS_CAP)
    return odds


def components(left: Index, right: Index, n: int) -> Index:
    """Return the connected component (n,) of each record under the given pairs."""
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


@dataclass
class _Clusters:
    """Clusters under way: for each pair of neighbours, the sum and number of their log-odds."""

    near: list[dict[int, tuple[float, int]]]
    parent: list[int]
    once: list[int]
    """Bit mask of the sources, each holding a person once, that a cluster has a record of."""
    queue: list[tuple[float, int, int]] = field(default_factory=list)

    def push(self, one: int, other: int, threshold: float) -> None:
        total, n = self.near[one][other]
        if total / n > threshold and not self.once[one] & self.once[other]:
            # rounded, so that the order of sums cannot change which merge comes first
            value = -round(total / n, 9)
            heapq.heappush(self.queue, (value, min(one, other), max(one, other)))

    def merge(self, kept: int, gone: int, threshold: float) -> None:
        self.parent[gone] = kept
        self.once[kept] |= self.once[gone]
        del self.near[kept][gone]
        for other, (total, n) in self.near[gone].items():
            if other == kept:
                continue
            del self.near[other][gone]
            before = self.near[kept].get(other, (0.0, 0))
            summed = (before[0] + total, before[1] + n)
            self.near[kept][other] = self.near[other][kept] = summed
            self.push(kept, other, threshold)
        self.near[gone] = {}


def average_linkage(
    left: Index,
    right: Index,
    weight: Reals,
    n: int,
    threshold: float = 0.0,
    once: Sequence[int] | None = None,
) -> Index:
    """Return the cluster (n,) of each record, named by one of its records.

    Parameters
    ----------
    left, right
        (P,) records of each compared pair, each pair once.
    weight
        (P,) log-odds of match.
    threshold
        Two clusters merge while their mean log-odds is above this.
    once
        Per record, a bit for its source if that source holds each person once: no cluster takes
        two records with the same bit.
    """
    state = _Clusters([{} for _ in range(n)], list(range(n)), list(once or [0] * n))
    for one, other, value in zip(left.tolist(), right.tolist(), weight.tolist(), strict=True):
        state.near[one][other] = state.near[other][one] = (value, 1)
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        state.push(one, other, threshold)
    while state.queue:
        value, one, other = heapq.heappop(state.queue)
        pair = state.near[one].get(other)
        if pair is None or -round(pair[0] / pair[1], 9) != value:
            continue
        if state.once[one] & state.once[other]:
            continue
        kept, gone = (
            (one, other) if len(state.near[one]) >= len(state.near[other]) else (other, one)
        )
        state.merge(kept, gone, threshold)
    return np.array([_root(state.parent, record) for record in range(n)], dtype=np.int64)


def _root(parent: list[int], record: int) -> int:
    while parent[record] != record:
        parent[record] = parent[parent[record]]
        record = parent[record]
    return record
