"""Labelled records: what a review found of each record's best candidate, and whom it stands for."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals

FOLDS = 5

NEAREST = 1e-6
"""A probability nearer to 0 or 1 is read as this near: no review is large enough to tell more."""


@dataclass(frozen=True)
class Labels:
    """Records that were reviewed, from a sample drawn within strata.

    Parameters
    ----------
    record
        (n,) number of the record.
    p
        (n,) probability that the record's best candidate is its match.
    match
        (n,) whether it is, as reviewers found.
    stratum
        (n,) index into ``records``.
    records
        (H,) how many records each stratum holds.
    group
        (n,) index into ``groups``; all 0 where records are not grouped.
    groups
        Names of the groups.
    """

    record: Index
    p: Reals
    match: Flags
    stratum: Index
    records: Reals
    group: Index
    groups: tuple[str, ...] = ("all",)

    def __len__(self) -> int:
        return len(self.p)

    @property
    def weight(self) -> Reals:
        """(n,) how many records each one stands for: N / n of its stratum."""
        labelled = np.bincount(self.stratum, minlength=len(self.records))
        weight: Reals = self.records[self.stratum] / labelled[self.stratum]
        return weight

    def fold(self, seed: int) -> Index:
        """(n,) fold of each record, 0 to 4, by a keyed hash: no order and no label moves it."""
        key = seed.to_bytes(8, "little", signed=True)
        digests = (
            blake2b(int(each).to_bytes(8, "little"), key=key, digest_size=8).digest()
            for each in self.record
        )
        return np.array([int.from_bytes(each, "little") % FOLDS for each in digests], np.int64)


def log_odds(p: Reals) -> Reals:
    """Return ln(p / (1 - p)), p held at :data:`NEAREST` from 0 and 1."""
    held = np.clip(p, NEAREST, 1 - NEAREST)
    odds: Reals = np.log(held) - np.log1p(-held)
    return odds
