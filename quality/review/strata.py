"""Strata of a review: bands of how safe a record's decision looks, within groups of people.

A review is of focal records, linked or not, and never of pairs: a reviewer says of a linked record
whether its link is right, and of an unlinked one whether it has a partner after all. Records of the
same kind, band and group form a stratum; bands too small for a review merge with their neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals

LINK_BANDS = (0.9, 0.99)
"""Probabilities of a link at which a safer band begins (methods.md, section 4.3)."""

LOW_CANDIDATE = 0.1
"""An unlinked record with a candidate at least this likely is in the riskiest band."""

POOL = -1
"""The group of strata that records of several small groups share."""


@dataclass(frozen=True)
class Frame:
    """The focal records that a review draws from: (N,) each.

    Parameters
    ----------
    linked
        Whether the record has a link.
    band
        0 for the band with the most errors to expect, rising with safety.
    group
        Number of the record's group.
    risk
        The model's probability that the decision on the record is an error: that its link is
        wrong, or that it has a partner though it is not linked. It steers the allocation alone;
        no estimate rests on it.
    """

    linked: Flags
    band: Index
    group: Index
    risk: Reals

    def __len__(self) -> int:
        return len(self.linked)


@dataclass(frozen=True)
class Stratum:
    """Records of one kind, of neighbouring bands and one group (:data:`POOL` for several).

    ``risk`` is the mean of its records' modelled risks.
    """

    linked: bool
    bands: tuple[int, ...]
    group: int
    n_records: int
    risk: float


def frame_of(
    linked: Flags, p_best: Reals, has_candidate: Flags, group: Index, risk: Reals
) -> Frame:
    """Return the frame, with the bands of linked and unlinked records.

    Linked records lie by the probability of their link: below .9, below .99, and from .99 on.
    Unlinked ones by their best candidate: at least .1, below .1, none.

    Parameters
    ----------
    linked, has_candidate
        (N,) whether the record has a link, and whether it has a candidate.
    p_best
        (N,) probability of the link where there is one, else of the best candidate; it is not read
        for records without either.
    group
        (N,) number of each record's group, from 0.
    risk
        (N,) see :class:`Frame`.
    """
    of_links = np.searchsorted(LINK_BANDS, p_best, side="right")
    of_unlinked = np.where(has_candidate, (p_best < LOW_CANDIDATE).astype(np.int64), 2)
    band = np.where(linked, of_links, of_unlinked).astype(np.int64)
    return Frame(linked, band, np.asarray(group, np.int64), np.asarray(risk, np.float64))


def merged(sizes: Sequence[int], least: int, most_reviews: int) -> tuple[tuple[int, ...], ...]:
    """Merge neighbouring bands until each can have ``least`` reviews, or be reviewed whole.

    The smallest band joins the smaller of its neighbours, again and again, while the bands need
    more reviews than there are, or are more than one to ``least`` reviews.

    Parameters
    ----------
    sizes
        Records of each band; bands without any belong to no stratum.
    least
        Reviews that a band has to have, unless it has fewer records.
    most_reviews
        Reviews that there are for all these bands.

    Returns
    -------
    tuple of tuples
        The numbers of the bands of each stratum, in order.
    """
    strata: list[tuple[tuple[int, ...], int]] = [((b,), n) for b, n in enumerate(sizes) if n]
    while len(strata) > 1 and (
        sum(min(least, n) for _, n in strata) > most_reviews or len(strata) > most_reviews // least
    ):
        at = min(range(len(strata)), key=lambda k: strata[k][1])
        beside = [k for k in (at - 1, at + 1) if 0 <= k < len(strata)]
        first, second = sorted((at, min(beside, key=lambda k: strata[k][1])))
        (bands, n), (more, m) = strata[first], strata[second]
        strata[first : second + 1] = [(bands + more, n + m)]
    return tuple(bands for bands, _ in strata)
