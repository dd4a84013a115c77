"""The rates that follow from how many records of a cell are of each kind, whoever counted them."""

from typing import NamedTuple

import numpy as np

from quality import measures
from quality.errors.cell import BLOCKING, RIGHT, Reals

_LOST = slice(BLOCKING, None)


RATES: tuple[str, ...] = (
    measures.PRECISION,
    measures.RECALL,
    measures.RECALL_IN_BLOCKS,
    measures.BLOCKING_RECALL,
    measures.BLOCKING_LOSS,
    measures.THRESHOLD_LOSS,
    measures.ASSIGNMENT_LOSS,
    measures.COVERAGE,
)
"""The rates that a review, or known truth, gives."""


class Totals(NamedTuple):
    """How many records of a cell are of each kind: (..., 5) linked and unlinked ones."""

    linked: Reals
    unlinked: Reals


def rates_of(totals: Totals) -> dict[str, Reals]:
    """Return every rate of (..., 5) totals; not a number where there is no denominator."""
    links = totals.linked.sum(axis=-1)
    right = totals.linked[..., RIGHT]
    lost = (totals.linked + totals.unlinked)[..., _LOST]
    matches = right + lost.sum(axis=-1)
    blocked = matches - lost[..., 0]
    records = links + totals.unlinked.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            measures.PRECISION: np.divide(right, links),
            measures.RECALL: np.divide(right, matches),
            measures.RECALL_IN_BLOCKS: np.divide(right, blocked),
            measures.BLOCKING_RECALL: np.divide(blocked, matches),
            measures.BLOCKING_LOSS: np.divide(lost[..., 0], matches),
            measures.THRESHOLD_LOSS: np.divide(lost[..., 1], matches),
            measures.ASSIGNMENT_LOSS: np.divide(lost[..., 2], matches),
            measures.COVERAGE: np.divide(matches, records),
        }
