"""What a review tells of its reviewers and its search: the errors noticed, the partners listed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from quality.errors.reviewers import Looks, Reviewers, modelled_reach, reach, sight
from quality.review.settling import UNSETTLED
from quality.review.units import BEST


def reviewers_of(
    reviews: pa.Table,
    final: pa.Table,
    drawn_twice: Collection[int],
    *,
    several: bool,
    listed_share: float | None = None,
) -> Reviewers:
    """Return how many looks at true errors noticed them, and how far down partners were found.

    Parameters
    ----------
    reviews, final
        A row a unit and reviewer, and what was settled: see :mod:`quality.review.settling`.
    drawn_twice
        The units drawn for two reviewers, which alone tell of errors overlooked.
    several
        More than one person reviewed; of one who is alone nothing is known.
    listed_share
        What the model says of the share of partners that are listed, where ranks cannot tell.
    """
    settled = {row["unit"]: row for row in final.to_pylist() if row["settled_by"] not in UNSETTLED}
    ranks = (row["partner_rank"] for row in settled.values() if row["unit_type"] == "unlinked")
    found = reach_of(rank for rank in ranks if rank is not None)
    search = found if listed_share is None else modelled_reach(listed_share)
    if not several:
        return Reviewers(search=search)
    looks: dict[int, list[str]] = {}
    for row in reviews.to_pylist():
        if not row["adjudicated"] and row["unit"] in drawn_twice:
            looks.setdefault(row["unit"], []).append(row["decision"])
    twice = {unit: each for unit, each in looks.items() if len(each) > 1 and unit in settled}
    return Reviewers(
        _sight(twice, settled, "link", "non_match"),
        _sight(twice, settled, "unlinked", "match"),
        search,
    )


def reach_of(ranks: Iterable[int]) -> Looks:
    """Return how far down the list the partners of unlinked records were found, by their ranks."""
    found = list(ranks)
    near = sum(rank <= BEST // 2 for rank in found)
    return reach(near, len(found) - near)


def _sight(
    looks: Mapping[int, Sequence[str]],
    settled: Mapping[int, Mapping[str, Any]],
    kind: str,
    error: str,
) -> Looks:
    """Return how well errors of a kind are noticed: a look that is unsure notices too."""
    right = "match" if error == "non_match" else "non_match"
    seen = [
        decision
        for unit, each in looks.items()
        if (settled[unit]["unit_type"], settled[unit]["decision"]) == (kind, error)
        for decision in each
    ]
    return sight(len(seen) - seen.count(right), len(seen))
