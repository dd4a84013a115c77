"""What the decisions on units say of their records: right, or lost, and at which stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index
from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD
from quality.review.settling import UNSETTLED

Outcomes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Decided:
    """The decided units of a review: (U,) each.

    ``row`` is the unit's place among the focal records, ``outcome`` what was found of it, a number
    of :mod:`quality.errors.cell`; ``unsure`` units have none that counts: the reviewers were, or
    differ, or have called an error that nobody has settled. ``doubled``: more than one person
    looked.
    """

    row: Index
    outcome: Outcomes
    unsure: Flags
    doubled: Flags


def decided_of(focal: Index, reviews: pa.Table, final: pa.Table, folder: Path) -> Decided:
    """Return what was decided of the units of the review in ``folder``.

    Parameters
    ----------
    focal
        (N,) numbers of the focal records, rising.
    reviews, final
        A row a unit and reviewer, and what was settled: see :mod:`quality.review.settling`.
    """
    in_blocks = _in_blocks(folder)
    rows = final.to_pylist()
    looks = reviews["unit"].to_pylist()  # an adjudicator looks too
    record = np.array([row["record"] for row in rows], dtype=np.int64)
    return Decided(
        np.searchsorted(focal, record),
        np.array([_outcome(row, in_blocks) for row in rows], dtype=np.int64),
        np.array(
            [row["decision"] == "unsure" or row["settled_by"] in UNSETTLED for row in rows], bool
        ),
        np.array([looks.count(row["unit"]) > 1 for row in rows], dtype=bool),
    )


def _outcome(row: Mapping[str, Any], in_blocks: Mapping[tuple[int, int], bool]) -> int:
    """Return what the decision on a unit says of its record; where it lost its partner, if it did.

    A partner that no rule brings together was lost in blocking. One that some rule does was lost
    to assignment by a record that is linked to another, and to the threshold by one that is not.
    """
    is_link = row["unit_type"] == "link"
    if row["decision"] == "unsure" or (row["decision"] == "match") == is_link:
        return RIGHT
    if row["partner"] is None:
        return NOWHERE if is_link else THRESHOLD
    if not in_blocks[row["unit"], row["partner"]]:
        return BLOCKING
    return ASSIGNMENT if is_link else THRESHOLD


def _in_blocks(folder: Path) -> dict[tuple[int, int], bool]:
    """Return by unit and candidate whether some rule brought the two together."""
    rows = pq.read_table(folder / "candidates.parquet").to_pylist()
    return {(row["unit"], row["record"]): row["meets_rule"] for row in rows}
