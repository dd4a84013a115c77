"""Means and shares that are of few people, with missing values filled in or without."""

from collections.abc import Iterable
from typing import NamedTuple

from quality import measures
from quality.estimate import Estimate


class Mean(NamedTuple):
    """Which mean it is: of which variable, of which group; both None for all records."""

    source: str | None
    variable: str | None
    characteristic: str | None
    group: str | None


def told_by_complete_cases(rows: Iterable[Estimate], threshold: int) -> frozenset[Mean]:
    """Return the means whose complete cases tell of few people, and the means of all beside them.

    What is filled in is drawn from the complete cases, so that it tells the same. With a group goes
    the mean of all, or the other groups would give the group's back.
    """
    found = set[Mean]()
    for row in rows:
        if row.measure == measures.IMPUTED_MEAN and row.method == measures.COMPLETE_CASE:
            few = (row.n_effective or 0) < threshold if row.n_effective is not None else False
            if few or (not is_amount(row) and tells_of_share(row, threshold)):
                found.add(_mean(row))
                found.add(Mean(row.source, row.variable, None, None))
    return frozenset(found)


def is_filled(row: Estimate, told: frozenset[Mean]) -> bool:
    """Say whether a row tells one of these means: its own, or that of the group it is against."""
    if row.measure not in measures.OF_MEANS:
        return False
    mean = _mean(row)
    return mean in told or (
        row.reference is not None and mean._replace(group=row.reference) in told
    )


def is_amount(row: Estimate) -> bool:
    """Say whether a mean is of amounts: one between 0 and 1 is taken for a share."""
    if row.measure not in measures.OF_MEANS:
        return False
    limits = (row.lower, row.estimate, row.upper)
    return any(value is not None and not -1 <= value <= 1 for value in limits)


def tells_of_share(row: Estimate, threshold: int) -> bool:
    """Say whether a share, or what is left of it, is of fewer people than the threshold."""
    n, share = row.n_records or 0, row.estimate
    return share is not None and min(share, 1 - share) * n < threshold


def tells_of_level(row: Estimate, threshold: int) -> bool:
    """Say whether a share of the matches, or what is left of it, is of fewer than the threshold."""
    n, share = row.n_effective or 0.0, row.estimate
    return share is not None and min(share, 1 - share) * n < threshold


def _mean(row: Estimate) -> Mean:
    return Mean(row.source, row.variable, row.characteristic, row.group)
