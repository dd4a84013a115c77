"""How often a look at an error noticed it: what doubly reviewed units tell of the reviewers."""

import pyarrow as pa

from quality.errors.reviewers import Looks, Reviewers
from quality.review.settling import OPEN


def reviewers_of(reviews: pa.Table, final: pa.Table) -> Reviewers:
    """Return how many looks at true errors noticed them, of units that two people looked at.

    A unit is judged by what both agree on or a third settled. A look notices an error when it does
    not call the unit right: to be unsure brings it before others too.
    """
    settled = {row["unit"]: row for row in final.to_pylist() if row["settled_by"] != OPEN}
    looks: dict[int, list[str]] = {}
    for row in reviews.to_pylist():
        if not row["adjudicated"]:
            looks.setdefault(row["unit"], []).append(row["decision"])
    found = {}
    for kind, error, right in (("link", "non_match", "match"), ("unlinked", "match", "non_match")):
        seen = [
            decision
            for unit, each in looks.items()
            if len(each) > 1 and unit in settled
            if (settled[unit]["unit_type"], settled[unit]["decision"]) == (kind, error)
            for decision in each
        ]
        found[kind] = Looks(noticed=len(seen) - seen.count(right), looks=len(seen))
    return Reviewers(found["link"], found["unlinked"])
