"""A simulated review of a linked world, from the product's design to the product's intervals."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.coverage.linking import Linked
from benchmarks.coverage.scenarios import Reviewer
from benchmarks.coverage.worlds import Flags, Index, Reals
from quality import measures
from quality.errors import audit
from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD, Reviewed, merged
from quality.errors.reviewers import Reviewers, sight
from quality.review.allocation import Design, draw
from quality.review.looks import reach_of
from quality.review.strata import Frame, frame_of
from quality.review.units import doubled

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
    kind = np.full(linked.n, RIGHT)
    kind[linked.linked & ~linked.correct] = NOWHERE
    lost = linked.findable & ~linked.correct
    kind[lost & ~linked.blocked] = BLOCKING
    kind[lost & linked.blocked & linked.linked] = ASSIGNMENT
    kind[lost & linked.blocked & ~linked.linked] = THRESHOLD
    return kind


@dataclass(frozen=True)
class Review:
    """A review that was done: the rows of the frame looked at, and what of each was settled.

    ``kind`` and ``twice``, whether two looked, are of ``rows``; ``reviewers`` is what units drawn
    for two and the ranks of partners say.
    """

    design: Design
    rows: Index
    kind: Index
    twice: Flags
    reviewers: Reviewers


def review(linked: Linked, design: Design, reviewer: Reviewer, seed: int) -> Review:
    """Draw a review and do it.

    A fifth of the units is seen by a second reviewer too, and what either calls an error is
    settled, by one who is right: a false alarm is found out, an error that nobody calls is not.
    """
    rows = draw(design, seed)
    kind = outcomes(linked)[rows]
    twice = doubled(design.stratum[rows], rows, seed)
    wrong, is_link = kind != RIGHT, linked.linked[rows]
    search = reach_of(linked.rank[rows[wrong & ~is_link]].tolist())
    if not reviewer.errs:
        return Review(design, rows, kind, np.ones(len(rows), bool), Reviewers(search=search))
    rng = np.random.default_rng(seed)
    hit, alarm = reviewer.sensitivity, 1 - reviewer.specificity  # of partners that can be found
    chance = np.where(wrong, np.where(is_link, 1 - alarm, hit), np.where(is_link, 1 - hit, alarm))
    calls = rng.random((2, len(rows))) < chance
    called = calls[0] | (twice & calls[1])
    error = wrong & called
    links, unlinked = (
        sight(int(calls[:, error & twice & of].sum()), 2 * int((error & twice & of).sum()))
        for of in (is_link, ~is_link)
    )
    found = np.where(error, kind, RIGHT)
    return Review(design, rows, found, twice | called, Reviewers(links, unlinked, search))


def reviewed(done: Review, member: Flags) -> Reviewed:
    """Return what a review says of a cell: its records in each stratum, and what was found.

    Strata without a record of the cell are left out; those with too few reviews are merged.
    """
    design, n_strata = done.design, len(done.design.strata)
    own = member[done.rows]
    stratum = design.stratum[done.rows[own]]
    records = np.bincount(design.stratum[member], minlength=n_strata).astype(np.float64)
    found, twice = np.zeros((n_strata, 5)), np.zeros(n_strata)
    np.add.at(found, (stratum, done.kind[own]), 1.0)
    np.add.at(twice, stratum, done.twice[own])
    # as the product lays them out: links first, like bands side by side
    order = sorted(
        np.flatnonzero(records).tolist(),
        key=lambda h: (not design.strata[h].linked, design.strata[h].bands, design.strata[h].group),
    )
    linked = np.array([each.linked for each in design.strata])
    return merged(Reviewed(linked[order], records[order], found[order], twice[order]))


def gap_draws(
    one: Reviewed, other: Reviewed, draws: int, seed: int, reviewers: Reviewers | None
) -> dict[str, Reals]:
    """Return draws of the gaps in precision and recall between two cells."""
    first, second = (audit.joint_draws(cell, draws, seed, reviewers) for cell in (one, other))
    return {name: first[name] - second[name] for name in (measures.PRECISION, measures.RECALL)}
