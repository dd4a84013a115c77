"""Entities from pairs that may chain: average linkage on the log-odds, best pair first.

Bare connected components let one false link join two people and all their records. Here two
clusters merge while the mean log-odds over their compared cross pairs is above the threshold, so
that a pair that agrees by chance is outvoted by those that do not.
"""

import heapq
from dataclasses import dataclass, field

import numpy as np

from linkage.model.normalise import Index, Reals

LOG_ODDS_CAP = 30.0


def log_odds(p: Reals) -> Reals:
    """Return natural log-odds of probabilities, within :data:`LOG_ODDS_CAP`."""
    safe = np.clip(p, 1e-14, 1 - 1e-14)
    odds: Reals = np.clip(np.log(safe / (1 - safe)), -LOG_ODDS_CAP, LOG_ODDS_CAP)
    return odds


def components(left: Index, right: Index, n: int) -> Index:
    """Return the connected component (n,) of each record, named by its first record.

    All pairs at once, again and again: of each pair the later record is hung on the earlier, and
    every record then on the end of its chain, until no pair joins two ends.
    """
    end = np.arange(n)
    while len(left):
        np.minimum.at(end, np.maximum(left, right), np.minimum(left, right))
        while ((further := end[end]) != end).any():
            end = further
        left, right = end[left], end[right]
        apart = left != right
        left, right = left[apart], right[apart]
    return end


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
    once: Index | None = None,
) -> Index:
    """Return the cluster (n,) of each record, named by one of its records.

    Where every compared pair of a component is above the threshold, and it has no two records of a
    source that holds each person once, the component is the cluster. The others are clustered pair
    by pair.

    Parameters
    ----------
    left, right
        (P,) records of each compared pair, each pair once.
    weight
        (P,) log-odds of match.
    threshold
        Two clusters merge while their mean log-odds is above this.
    once
        (n,) a bit for each record's source if that source holds each person once: no cluster takes
        two records with the same bit.
    """
    group = np.arange(n)
    once = np.zeros(n, dtype=np.int64) if once is None else once
    records, one, other = _renumbered(left, right)
    whole = components(one, other, len(records))
    disputed = np.zeros(len(records), dtype=bool)
    disputed[whole[one[weight <= threshold]]] = True
    disputed[_twice(whole, once[records])] = True
    agreed = ~disputed[whole]
    group[records[agreed]] = records[whole[agreed]]
    rest = disputed[whole[one]]
    records, one, other = _renumbered(left[rest], right[rest])
    group[records] = records[_merged(one, other, weight[rest], once[records], threshold)]
    return group


def _renumbered(left: Index, right: Index) -> tuple[Index, Index, Index]:
    """Return the records that pairs have, and both sides of the pairs as places among these."""
    records, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    return records, places[: len(left)], places[len(left) :]


def _twice(group: Index, bits: Index) -> Index:
    """Return the groups in which two records have the same bit."""
    held = np.flatnonzero(bits)
    order = held[np.lexsort((bits[held], group[held]))]
    same = (group[order][1:] == group[order][:-1]) & (bits[order][1:] == bits[order][:-1])
    found: Index = group[order[1:][same]]
    return found


def _merged(left: Index, right: Index, weight: Reals, once: Index, threshold: float) -> Index:
    """Return the cluster of each record, named by one of them: two merge at a time, best first."""
    n = len(once)
    state = _Clusters([{} for _ in range(n)], list(range(n)), once.tolist())
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
