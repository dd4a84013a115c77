"""Who reviewed, how often two looked at the same record, and how far they agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from quality.review.settling import settle


@dataclass(frozen=True)
class Reviewing:
    """Counts of a review: of people who reviewed, and of the records that they looked at.

    ``doubled`` were reviewed by two, ``agreed`` of these alike in verdict and partner;
    ``adjudicated`` were settled by one more person, ``unsure`` stayed so.
    """

    reviewers: int
    records: int
    doubled: int
    agreed: int
    adjudicated: int
    unsure: int


def reviewing(reviews: pa.Table) -> Reviewing | None:
    """Return the counts of a review from the table ``reviews``; None where nobody reviewed."""
    units: dict[int, list[dict[str, Any]]] = {}
    for row in reviews.to_pylist():
        units.setdefault(row["unit"], []).append(row)
    if not units:
        return None
    own = [[row for row in rows if not row["adjudicated"]] for rows in units.values()]
    doubled = [rows for rows in own if len(rows) > 1]
    people = {row["reviewer"] for rows in own for row in rows}
    final = settle(reviews, several=len(people) > 1)
    return Reviewing(
        reviewers=len(people),
        records=len(units),
        doubled=len(doubled),
        agreed=sum(map(_agree, doubled)),
        adjudicated=sum(any(row["adjudicated"] for row in rows) for rows in units.values()),
        unsure=final["decision"].to_pylist().count("unsure"),
    )


def _agree(rows: Sequence[dict[str, Any]]) -> bool:
    return len({(row["decision"], row["partner"]) for row in rows}) == 1
