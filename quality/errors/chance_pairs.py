"""Random pairs by the group of the focal record: what u of each group is made of."""

from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Reals

PRIOR_RECORDS = 20
"""A group's u is drawn towards that of all by as many focal records: pairs of one record share its
values, so that records and not pairs say how much was seen."""

PRIOR_PAIRS = 20
"""And by as many pairs at the level, so that a rare level needs as many to differ."""


@dataclass(frozen=True)
class ChancePairs:
    """Levels of agreement of random pairs, by row: a group, or a group and what it is paired with.

    ``counts[k]`` has shape (rows, levels of comparison k), missing left out; ``n_pairs`` (rows,)
    counts missing too; ``n_records`` (rows,) is the number of focal records that the pairs are of.
    """

    counts: tuple[Reals, ...]
    n_pairs: Reals
    n_records: Reals

    def observed(self, k: int) -> Reals:
        """Return the share of pairs in which comparison ``k`` is not missing, (rows,)."""
        shares: Reals = self.counts[k].sum(axis=1) / np.maximum(self.n_pairs, 1)
        return shares


def u_by_row(
    chance: ChancePairs, prior: tuple[Reals, ...], not_chance: tuple[Reals, ...]
) -> tuple[Reals, ...]:
    """Return u of each row, (rows, levels) per comparison, drawn towards that of all.

    *Formula*: with n_g(l) the random pairs of row g at level l, a_g(l) those of them that are
    matches or of one household, u(l) the prior's, N_g = sum of n_g(l) and c_g the pairs of a focal
    record,
    u_g(l) is proportional to (max(n_g(l) - a_g(l), 0) + q u(l)) / (N_g + q),
    q = max(:data:`PRIOR_RECORDS` c_g, :data:`PRIOR_PAIRS` / u(l)): a weighted mean of what was
    seen and of the prior.

    Parameters
    ----------
    prior
        u towards which each row is drawn, (rows, levels) per comparison.
    not_chance
        a_g, (rows, levels) per comparison.
    """
    made = []
    for counts, u, other in zip(chance.counts, prior, not_chance, strict=True):
        seen = counts.sum(axis=1, keepdims=True)
        per_record = seen / np.maximum(chance.n_records, 1)[:, None]
        weight = np.maximum(PRIOR_RECORDS * per_record, PRIOR_PAIRS / u)
        mixed = (np.maximum(counts - other, 0) + weight * u) / (seen + weight)
        made.append(mixed / mixed.sum(axis=1, keepdims=True))
    return tuple(made)
