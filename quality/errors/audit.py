"""Error rates of one cell from a designed review, with intervals that hold where errors are rare.

A review looks at a random sample of the records of each stratum, linked and unlinked ones, and
searches each record's true partner in the whole other source. What it found is scaled up by
stratum. A prior of half an error in each stratum would invent more errors than good links have, and
intervals from a variance are far too narrow where none was seen: so the two limits are drawn apart,
each from the side that it has to guard. Derived in docs/explanation/error-rates.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from quality import measures
from quality.errors.cell import (
    ASSIGNMENT,
    BLOCKING,
    NOWHERE,
    RIGHT,
    THRESHOLD,
    Flags,
    Reals,
    Reviewed,
)
from quality.errors.outcome_rates import Totals, rates_of
from quality.errors.reviewers import Reviewers, whole_looks
from quality.proportion import Interval

_LOST = slice(BLOCKING, None)
_KINDS = (RIGHT, NOWHERE, BLOCKING, THRESHOLD, ASSIGNMENT)


def point(cell: Reviewed, reviewers: Reviewers | None = None) -> dict[str, float]:
    """Return every rate of ``RATES`` that the review estimates: sum over strata of N k / n.

    A stratum that nobody reviewed is taken to be as the others of its kind.
    """
    seen = cell
    if reviewers is not None:
        (found,) = whole_looks(cell, *reviewers.expected(cell.linked))
        seen = replace(cell, found=found)
    totals = Totals(*(_scaled(seen, cell.linked == kind) for kind in (True, False)))
    return {name: float(rate) for name, rate in rates_of(totals).items() if np.isfinite(rate)}


def _scaled(cell: Reviewed, chosen: Flags) -> Reals:
    """Return how many of the records of the chosen strata are of each kind, (5,)."""
    n, records = cell.reviewed, cell.records
    seen = chosen & (n > 0)
    every = records[chosen].sum()
    if not seen.any():
        return np.full(cell.found.shape[1], np.nan if every else 0.0)
    total = (cell.found[seen] * (records[seen] / n[seen])[:, None]).sum(axis=0)
    scaled: Reals = total * (every / records[seen].sum())
    return scaled


def error_rates(
    cell: Reviewed,
    level: float = 0.95,
    draws: int = 4000,
    seed: int = 1,
    wanted: Sequence[str] = (measures.PRECISION, measures.RECALL),
    reviewers: Reviewers | None = None,
) -> dict[str, Interval]:
    """Estimate rates of a cell, each with its own interval.

    Formula: with e_h errors among the n_h reviewed of N_h, the limit on the side of more errors
    draws the rate of error from Beta(e_h + a_h, n_h - e_h), a_h = (N_h - n_h) / sum(N - n): one
    error's mass, shared over the records that nobody saw; the limit on the side of fewer from
    Beta(e_h, n_h - e_h + 1). Both draw the errors among the N_h - n_h unseen from a binomial, and
    take their own tail of the rate. With one stratum these are the limits of Clopper and Pearson
    (1934); kinds of error are drawn together, from a Dirichlet. Of coverage, the limits are those
    of the false links and of the missed matches: what is rare moves each.

    Parameters
    ----------
    cell
        Strata should have ten reviews each: see :func:`quality.errors.cell.merged`.
    level
        Two-sided level.
    draws
        Draws of each limit.
    wanted
        Names of :data:`~quality.errors.outcome_rates.RATES`.
    reviewers
        How well they see: n_h is then drawn too, see
        :func:`quality.errors.reviewers.whole_looks`. Without it, what was found is the truth.

    Returns
    -------
    dict[str, Interval]
        Rates without a denominator (no link, no match found) are left out. A limit is 0 or 1 where
        the review leaves that possible.

    Notes
    -----
    Source: the interval is ours, checked by simulation (``benchmarks/coverage``); its one-sample
    case is Clopper and Pearson (1934).
    """
    random = np.random.default_rng(seed)
    centre = point(cell, reviewers)
    result = {}
    for name in wanted:
        if name in centre:
            part = _needed(cell, name)
            worst, best = (
                rates_of(_drawn(part, _guard(name, worst=worst), draws, random, reviewers))[name]
                for worst in (True, False)
            )
            low, high = (best, worst) if name in _LOSSES else (worst, best)
            tail, value = (1 - level) / 2, centre[name]
            lower, upper = float(np.quantile(low, tail)), float(np.quantile(high, 1 - tail))
            result[name] = Interval(value, min(lower, value), max(upper, value), level)
    return result


def joint_draws(
    cell: Reviewed, draws: int, seed: int, reviewers: Reviewers | None = None
) -> Mapping[str, Reals]:
    """Draw every rate of a cell together, (draws,) each: for gaps, ratios and corrections.

    One error's mass is shared over the unseen records of the cell, and one right record's.
    Cells drawn with the same seed share their draws of the reviewers; their strata are drawn apart.
    """
    own = np.random.default_rng([seed, *np.rint(cell.records).astype(np.int64).tolist()])
    sight = None
    if reviewers is not None:
        sight = reviewers.drawn(cell.linked, draws, np.random.default_rng(seed))
    return rates_of(_totals(cell, _evenly, draws, own, sight))


_LOSSES = (measures.BLOCKING_LOSS, measures.THRESHOLD_LOSS, measures.ASSIGNMENT_LOSS)

_KIND = {
    measures.PRECISION: NOWHERE,
    measures.RECALL: BLOCKING,
    measures.RECALL_IN_BLOCKS: THRESHOLD,
    measures.BLOCKING_RECALL: BLOCKING,
    measures.BLOCKING_LOSS: BLOCKING,
    measures.THRESHOLD_LOSS: THRESHOLD,
    measures.ASSIGNMENT_LOSS: ASSIGNMENT,
}
"""The kind of error that moves a rate most: what an unseen error is taken to be."""


_TOLD_APART: Mapping[str, tuple[slice, ...]] = {
    measures.PRECISION: (slice(NOWHERE, None),),
    measures.RECALL: (_LOST,),
    measures.RECALL_IN_BLOCKS: (slice(THRESHOLD, None),),
    measures.BLOCKING_RECALL: (slice(THRESHOLD, None),),
    measures.BLOCKING_LOSS: (slice(THRESHOLD, None),),
    measures.COVERAGE: (_LOST,),
}
"""Kinds that a rate does not tell apart: drawing them as one is the same, and quicker."""


def _needed(cell: Reviewed, name: str) -> Reviewed:
    """Return the cell without what the rate does not rest on."""
    found = cell.found.copy()
    for kinds in _TOLD_APART.get(name, ()):
        found[:, kinds.start] = cell.found[:, kinds].sum(axis=1)
        found[:, kinds.start + 1 :] = 0.0
    kept = cell.linked if name == measures.PRECISION else np.ones_like(cell.linked)
    return Reviewed(cell.linked[kept], cell.records[kept], found[kept], cell.doubled[kept])


Guard = Callable[[Flags, Reals], Reals]
"""From which strata are linked (H,) and what is unseen (..., H): what is added to the counts."""


def _guard(name: str, *, worst: bool) -> Guard:
    """Return what is added to the counts (..., H, 5) to guard a limit of a rate."""
    if name == measures.COVERAGE:
        return _without_partner if worst else _with_partner

    def added(_linked: Flags, unseen: Reals) -> Reals:
        extra = np.zeros((*unseen.shape, len(_KINDS)))
        if not worst:
            extra[..., RIGHT] = 1.0
            return extra
        extra[..., _KIND[name]] = _shares(unseen)
        return extra

    return added


def _without_partner(linked: Flags, unseen: Reals) -> Reals:
    """Guard the lower limit of coverage: one false link more, and unlinked ones are right."""
    extra = np.zeros((*unseen.shape, len(_KINDS)))
    extra[..., NOWHERE] = _shares(unseen * linked)
    extra[..., RIGHT] = ~linked
    return extra


def _with_partner(linked: Flags, unseen: Reals) -> Reals:
    """Guard the upper limit of coverage: one missed match more, and links are right."""
    extra = np.zeros((*unseen.shape, len(_KINDS)))
    extra[..., BLOCKING] = _shares(unseen * ~linked)
    extra[..., RIGHT] = linked
    return extra


def _evenly(linked: Flags, unseen: Reals) -> Reals:
    """Return one error and one right record, shared over what is unseen, (..., H, 5).

    Half of the error is of each kind that it can be, so that no stage is taken to lose nothing
    because nobody saw it lose something: a false link has a partner or none, a missed match was
    lost at blocking or at the threshold.
    """
    share = _shares(unseen)
    extra = np.zeros((*unseen.shape, len(_KINDS)))
    extra[..., RIGHT] = share
    for kind, of_links in (
        (NOWHERE, True),
        (ASSIGNMENT, True),
        (BLOCKING, False),
        (THRESHOLD, False),
    ):
        extra[..., kind] = 0.5 * share * (linked == of_links)
    return extra


def _shares(unseen: Reals) -> Reals:
    shares: Reals = unseen / np.maximum(unseen.sum(axis=-1, keepdims=True), 1e-12)
    return shares


def _drawn(
    cell: Reviewed,
    guard: Guard,
    draws: int,
    random: np.random.Generator,
    reviewers: Reviewers | None,
) -> Totals:
    sight = None if reviewers is None else reviewers.drawn(cell.linked, draws, random)
    return _totals(cell, guard, draws, random, sight)


def _totals(
    cell: Reviewed,
    guard: Guard,
    draws: int,
    random: np.random.Generator,
    sight: tuple[Reals, Reals] | None,
) -> Totals:
    """Draw how many records of a cell are of each kind: those seen, the unseen by a Dirichlet.

    ``sight`` is what :meth:`Reviewers.drawn` draws, None for reviewers who miss nothing.
    """
    found = cell.found[None] if sight is None else whole_looks(cell, *sight)
    unseen = np.maximum(cell.records - found.sum(axis=-1), 0.0)
    shape = found + guard(cell.linked, unseen)
    kinds = np.repeat(found, draws // len(found), axis=0)
    rows, used = np.flatnonzero(unseen.any(axis=0)), np.flatnonzero(shape.any(axis=(0, 1)))
    size = (draws, len(rows), len(used))
    gamma = random.standard_gamma(np.broadcast_to(shape[:, rows][..., used], size))
    total = gamma.sum(axis=-1, keepdims=True)
    share = np.divide(gamma, total, out=np.zeros_like(gamma), where=total > 0)
    # effective counts leave parts of records: these are whole ones in as many draws
    left = np.floor(unseen[:, rows] + random.random(size[:2])).astype(np.int64)
    kinds[:, rows[:, None], used] += random.multinomial(left, share)
    return Totals(kinds[:, cell.linked].sum(axis=1), kinds[:, ~cell.linked].sum(axis=1))
