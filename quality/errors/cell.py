"""What a review found of one cell, a row a stratum: the counts that error rates are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]

RIGHT, NOWHERE, BLOCKING, THRESHOLD, ASSIGNMENT = range(5)
"""What a review finds of a record: it is as it should be; its link is false and it has no partner
that anyone could find; or its true partner is another record, and was lost at that stage."""

LEAST = 10
"""Strata with fewer reviews are merged with a neighbour."""


@dataclass(frozen=True)
class Reviewed:
    """What a review found in the strata of one cell, one row a stratum.

    Parameters
    ----------
    linked
        (H,) whether the stratum holds linked records; else unlinked ones.
    records
        (H,) how many records the stratum holds.
    found
        (H, 5) how many reviewed records are :data:`RIGHT`, :data:`NOWHERE`, or lost their partner
        at a stage. An unlinked record without a partner is right. Counts need not be whole: merged
        strata have effective ones.
    looked_twice
        (H,) how many of them two reviewers looked at; all, where nothing is said.
    """

    linked: Flags
    records: Reals
    found: Reals
    looked_twice: Reals | None = None

    @property
    def doubled(self) -> Reals:
        """How many reviewed records of each stratum two reviewers looked at, (H,)."""
        return self.reviewed if self.looked_twice is None else self.looked_twice

    @property
    def reviewed(self) -> Reals:
        """How many records of each stratum were reviewed, (H,)."""
        total: Reals = self.found.sum(axis=1)
        return total

    @property
    def unseen(self) -> Reals:
        """How many records of each stratum were not reviewed, (H,)."""
        left: Reals = np.maximum(self.records - self.reviewed, 0.0)
        return left


def merged(cell: Reviewed, least: float = LEAST) -> Reviewed:
    """Merge each stratum with fewer reviews than ``least`` with a neighbour of the same kind.

    Neighbours follow each other in the order given: put like strata side by side. A stratum that
    was reviewed whole stays. Of strata sampled at different rates, the merged one has the weighted
    share of each kind, and as many effective reviews as give that share's variance:
    n = (sum N)^2 / sum(N^2 / n), exact where the shares are equal. A stratum without any review is
    never merged: nothing is known of it, and the interval says so.
    """
    parts = []
    for kind in (True, False):
        of_kind = (cell.linked == kind) & (cell.records > 0)
        rows = _rows(cell, of_kind & (cell.reviewed > 0))
        while (short := _shortest(rows, least)) is not None:
            near = _neighbour(rows, short)
            first, second = sorted((short, near))
            rows[first : second + 1] = [_pooled(rows[first], rows[second])]
        parts += [*rows, *_rows(cell, of_kind & (cell.reviewed == 0))]
    return Reviewed(
        np.concatenate([part.linked for part in parts]),
        np.concatenate([part.records for part in parts]),
        np.concatenate([part.found for part in parts]),
        np.concatenate([part.doubled for part in parts]),
    )


def _rows(cell: Reviewed, chosen: Flags) -> list[Reviewed]:
    places = [slice(at, at + 1) for at in np.flatnonzero(chosen)]
    return [
        Reviewed(cell.linked[at], cell.records[at], cell.found[at], cell.doubled[at])
        for at in places
    ]


def _shortest(rows: Sequence[Reviewed], least: float) -> int | None:
    """Return the place of the stratum with the fewest reviews, of those that must be merged."""
    if len(rows) < 2:
        return None
    short = [
        (float(row.reviewed[0]), at)
        for at, row in enumerate(rows)
        if row.reviewed[0] < least and row.unseen[0] > 0
    ]
    return min(short)[1] if short else None


def _neighbour(rows: Sequence[Reviewed], at: int) -> int:
    """Return the neighbour that still has unseen records and fewer reviews; else any."""
    sides = [side for side in (at - 1, at + 1) if 0 <= side < len(rows)]
    return min(sides, key=lambda side: (rows[side].unseen[0] == 0, rows[side].reviewed[0]))


def _pooled(first: Reviewed, second: Reviewed) -> Reviewed:
    records = np.concatenate([first.records, second.records])
    found = np.concatenate([first.found, second.found])
    doubled = np.concatenate([first.doubled, second.doubled])
    n = found.sum(axis=1)
    scale = records / n / records.sum()
    effective = records.sum() ** 2 / (records**2 / n).sum()
    return replace(
        first,
        records=records.sum(keepdims=True),
        found=effective * (found * scale[:, None]).sum(axis=0, keepdims=True),
        looked_twice=effective * (doubled * scale).sum(keepdims=True),
    )
