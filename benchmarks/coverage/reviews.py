"""A simulated review of a linked world, from the product's design to the product's intervals."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.coverage.linking import Linked
from benchmarks.coverage.worlds import Flags, Index, Reals
from quality import measures
from quality.errors import audit
from quality.errors.audit import Reviewed
from quality.review.allocation import Design
from quality.review.strata import Frame, frame_of

OVERALL = -1
"""The cell of all groups together."""


@dataclass(frozen=True)
class Cell:
    """A published cell: all focal records, or a group's (N,), and what is true of it."""

    group: int
    member: Flags
    truth: dict[str, float]


def frame(linked: Linked) -> Frame:
    """Return the frame that the design draws from."""
    has = linked.linked
    risk = np.where(has, 1 - linked.p_best, 1 - linked.unmatched)
    return frame_of(has, linked.p_best, linked.has_candidate, linked.group, risk)


def cells(linked: Linked) -> Iterator[Cell]:
    """Yield the cells of a world: overall, then a group each, with their true rates.

    A match whose partner no reviewer could find counts as missed.
    """
    for group in (OVERALL, *np.unique(linked.group).tolist()):
        member = np.ones(linked.n, bool) if group == OVERALL else linked.group == group
        right = int((member & linked.correct).sum())
        n_links, n_matches = (
            int((member & which).sum()) for which in (linked.linked, linked.matched)
        )
        truth = {}
        if n_links:
            truth[measures.PRECISION] = right / n_links
        if n_matches:
            truth[measures.RECALL] = right / n_matches
        yield Cell(group, member, truth)


def outcomes(linked: Linked) -> Index:
    """Return what a reviewer without error finds of each focal record (N,): an audit's kinds.

    Where a link is wrong, or there is none, and a partner can be found, it was lost in blocking
    when it is no candidate, to the wrong partner when there is one, and to the threshold otherwise.
    """
    kind = np.full(linked.n, audit.RIGHT)
    kind[linked.linked & ~linked.correct] = audit.NOWHERE
    lost = linked.findable & ~linked.correct
    kind[lost & ~linked.blocked] = audit.BLOCKING
    kind[lost & linked.blocked & linked.linked] = audit.ASSIGNMENT
    kind[lost & linked.blocked & ~linked.linked] = audit.THRESHOLD
    return kind


def reviewed(design: Design, rows: Index, kind: Index, member: Flags) -> Reviewed:
    """Return what the reviewed ``rows`` say of a cell: its records in each stratum, and theirs.

    Strata without a record of the cell are left out; those with too few reviews are merged.
    """
    n_strata = len(design.strata)
    own = rows[member[rows]]
    records = np.bincount(design.stratum[member], minlength=n_strata).astype(np.float64)
    found = np.zeros((n_strata, 5))
    np.add.at(found, (design.stratum[own], kind[own]), 1.0)
    held = records > 0
    linked = np.array([stratum.linked for stratum in design.strata])
    return audit.merged(Reviewed(linked[held], records[held], found[held]))


def gap_draws(one: Reviewed, other: Reviewed, draws: int, seed: int) -> dict[str, Reals]:
    """Return draws of the gaps in precision and recall between two cells."""
    first, second = (
        audit.joint_draws(cell, draws, seed + k) for k, cell in enumerate((one, other))
    )
    return {name: first[name] - second[name] for name in (measures.PRECISION, measures.RECALL)}
