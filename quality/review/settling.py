"""One decision for every reviewed unit: who settled it, and whether it still waits."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from linkage.tables import REVIEWS
from quality.review.answers import calls_error

Row = Mapping[str, Any]

SCHEMA = pa.schema([*REVIEWS.columns.items(), ("settled_by", pa.string())])
"""The columns of ``reviews``, and how the decision came about."""

ADJUDICATED, AGREED, SINGLE = "adjudicated", "agreed", "one reviewer"
OPEN, WAITING = "first of two", "error called"
"""Ways to settle that wait for an adjudicator: two differ, or what was said calls an error."""

UNSETTLED = (OPEN, WAITING)


def settle(reviews: pa.Table, first: str | None = None, *, several: bool = True) -> pa.Table:
    """Return the decision that stands for each reviewed unit.

    The adjudicator's where there is one; else that of the reviewers, if they agree on verdict and
    partner; else the first reviewer's, which ``settled_by`` then calls ``first of two``. An error
    that nobody has adjudicated is ``error called``, where several people review.

    Parameters
    ----------
    reviews
        A row a unit and reviewer, with the columns of :data:`linkage.tables.REVIEWS`.
    first
        Name of the first reviewer; without it, the first in the order of the rows.
    several
        More than one person reviews; the word of one who is alone stands.

    Returns
    -------
    pa.Table
        A row a unit, with the columns of :data:`SCHEMA`.
    """
    units: dict[int, list[Row]] = {}
    for row in reviews.to_pylist():
        units.setdefault(row["unit"], []).append(row)
    return pa.Table.from_pylist(
        [_settled(rows, first, several) for rows in units.values()], schema=SCHEMA
    )


def _settled(rows: Sequence[Row], first: str | None, several: bool) -> dict[str, Any]:
    adjudicated = [row for row in rows if row["adjudicated"]]
    if adjudicated:
        return {**adjudicated[-1], "settled_by": ADJUDICATED}
    leading = next((row for row in rows if row["reviewer"] == first), rows[0])
    if len({(row["decision"], row["partner"]) for row in rows}) > 1:
        return {**leading, "settled_by": OPEN}
    if several and calls_error(leading["unit_type"], leading["decision"]):
        return {**leading, "settled_by": WAITING}
    return {**leading, "settled_by": AGREED if len(rows) > 1 else SINGLE}
