"""How many of the links of each group are right, as a review or truth measured it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.model.household import address_key
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality import measures
from quality.drawn import Drawn
from quality.errors.cell import RIGHT
from quality.errors.record_groups import RecordGroups
from quality.review.reviewed import read_review_of

HOUSEHOLD_SHARE = 0.2
"""A larger share of false links inside households is said beside every correction."""

LEAST_FALSE = 10
"""Of fewer false links nothing is said: it would be of single people."""

_SAME_ADDRESS = """
    SELECT avg(({same})::INTEGER) FROM false_links
    JOIN {focal} AS a ON a.record = false_links.record
    JOIN {other} AS b ON b.record = false_links.partner
"""


@dataclass(frozen=True)
class Precision:
    """Precision by group, (G,), and joint draws of it, (draws, G)."""

    point: Reals
    drawn: Reals


def measured_precision(
    drawn: Drawn, other: str, groups: RecordGroups, n: Reals
) -> Precision | None:
    """Return the precision of the links of every group; None where one was not measured.

    Parameters
    ----------
    n
        (G,) linked records by group: a group without one needs no precision.
    """
    places = [(measures.PRECISION, other, groups.characteristic, name) for name in groups.names]
    known = [drawn.values.get(place) for place in places]
    draws = next((len(each) for each in known if each is not None), 0)
    if not draws or any(each is None and k for each, k in zip(known, n, strict=True)):
        return None
    values = [np.ones(draws) if each is None else each for each in known]
    point = np.array([drawn.points.get(place, 1.0) for place in places])
    return Precision(point, np.column_stack(values))


def in_household(workspace: Workspace, config: Config, other: str) -> float | None:
    """Return the share of the false links that a review found whose records have one address.

    None without a review, with fewer than :data:`LEAST_FALSE` false links in it, or where no
    address stands in both sources.
    """
    columns = [set(config.sources[name].columns) for name in (config.focal, other)]
    key = address_key(sorted(columns[0] & columns[1]))
    if config.quality.review is None or key is None:
        return None
    review = read_review_of(workspace, config, config.quality.review)
    decided, linked = review.decided, review.linked[review.stratum]
    false = (decided.outcome != RIGHT) & ~decided.unsure & linked[decided.row]
    rows = decided.row[false]
    if len(rows) < LEAST_FALSE:
        return None
    pairs = {"record": review.focal.record[rows], "partner": review.focal.partner[rows]}
    workspace.connection.register("false_links", pa.table(pairs))
    same = " AND ".join(f"a.{identifier(c)} IS NOT DISTINCT FROM b.{identifier(c)}" for c in key)
    ((share,),) = workspace.connection.execute(
        _SAME_ADDRESS.format(
            same=f"coalesce({same} AND a.{identifier(key[-1])} IS NOT NULL, false)",
            focal=workspace.view(f"records_{config.focal}"),
            other=workspace.view(f"records_{other}"),
        )
    ).fetchall()
    workspace.connection.unregister("false_links")
    return float(share)
