"""Joint draws of what a review measured: kept, so that whatever joins figures can carry them on."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from linkage.tables import ESTIMATE_DRAWS
from quality import measures
from quality.errors.audit import joint_draws
from quality.review.cells import Cell, reviewed_cells
from quality.review.reviewed import Review

DRAWS = 2_000
_SEED = 1


def drawn_rates(review: Review, cell: Cell) -> Mapping[str, Reals]:
    """Return draws of every rate of a cell, (draws,) each: the same at every call."""
    return joint_draws(cell.found, DRAWS, _SEED, review.reviewers)


def review_draws(workspace: Workspace, config: Config) -> Iterator[pa.Table]:
    """Yield the draws of every rate of every cell, as rows of ``estimate_draws``.

    Gaps are formed of the same draws. Cells of one characteristic are drawn apart, and share their
    draws of the reviewers; those of two characteristics are not joint.
    """
    if config.quality.review is None:
        return
    review, cells = reviewed_cells(workspace, config, config.quality.review)
    for each in cells.values():
        for cell in each:
            for measure, values in drawn_rates(review, cell).items():
                if np.isfinite(values).all():
                    yield _rows(review, cell, measure, values)


def _rows(review: Review, cell: Cell, measure: str, values: Reals) -> pa.Table:
    key: dict[str, str | None] = {
        "measure": measure,
        "method": measures.REVIEW,
        "source": review.focal.source,
        "other": review.focal.other,
        "characteristic": cell.characteristic,
        "group": cell.group,
        "variable": None,
        "stage": measures.DECIDE,
    }
    columns = {
        "draw": np.arange(len(values), dtype=np.int32),
        **{name: pa.array([value] * len(values), pa.string()) for name, value in key.items()},
        "value": values,
    }
    schema = pa.schema(ESTIMATE_DRAWS.columns.items())
    return pa.table({name: columns[name] for name in schema.names}, schema)
