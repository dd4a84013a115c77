"""Who false partners are: of which groups, as pairs that could have been false links show.

Whom a false link joins a record to, nobody sees. But many pairs look like links of people who are
known to be linked to someone else: they lost to the right pair. A record whose right partner is not
there has nothing but such pairs, and one of them becomes its false link.
"""

from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Index, Reals
from quality.correction.run_links import RunCandidates, RunLinks
from quality.errors.record_groups import RecordGroups

LIKE_A_LINK = 0.5
"""Pairs whose own match probability is at least this would be links, were there no better pair."""

LEAST = 30
"""A group with fewer such pairs is taken to have its false partners inside itself."""


@dataclass(frozen=True)
class Partners:
    """Of the false partners of each group, the share that belongs to each group, (G, G).

    ``same`` is the share, over all groups, whose group is that of the record itself.
    """

    shares: Reals
    same: float


def false_partners(
    links: RunLinks, candidates: RunCandidates, groups: RecordGroups, first: int
) -> Partners:
    """Return the groups of false partners, from candidates that lost to a link.

    A pair of a focal record with a record of the other source that is linked to another focal
    record counts where its match probability is :data:`LIKE_A_LINK`: the group of that other focal
    record is the false partner's.

    Parameters
    ----------
    groups
        Of the focal records, whose numbers begin at ``first``.
    """
    linked_to = _linked_to(links.pairs, candidates.pairs[:, 1])
    focal = candidates.pairs[:, 0]
    lost = (linked_to >= 0) & (linked_to != focal) & (candidates.alone >= LIKE_A_LINK)
    own, partner = (groups.group[each[lost] - first] for each in (focal, linked_to))
    size = len(groups.names)
    n = np.bincount(own * size + partner, minlength=size * size).reshape(size, size)
    seen = n.sum(axis=1, keepdims=True)
    shares = np.where(seen >= LEAST, n / np.maximum(seen, 1), np.eye(size))
    return Partners(shares, float(np.trace(n) / max(n.sum(), 1)))


def _linked_to(links: Index, other: Index) -> Index:
    """Return the focal record that each record of the other source is linked to, -1 for none."""
    order = np.argsort(links[:, 1], kind="stable")
    ends = links[order, 1]
    at = np.searchsorted(ends, other)
    found = np.full(len(other), -1, dtype=np.int64)
    inside = at < len(ends)
    held = inside.copy()
    held[inside] = ends[at[inside]] == other[inside]
    found[held] = links[order[at[held]], 0]
    return found
