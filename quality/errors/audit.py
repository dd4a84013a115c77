"""Error rates of one cell from a designed review, with intervals that hold where errors are rare.

A review looks at a random sample of the records of each stratum, linked and unlinked ones, and
searches each record's true partner in the whole other source. What it found is scaled up by
stratum. A prior of half an error in each stratum would invent more errors than good links have, and
intervals from a variance are far too narrow where none was seen: so the two limits are drawn apart,
each from the side that it has to guard. Derived in docs/explanation/error-rates.md.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

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
from quality.proportion import Interval

_LOST = slice(BLOCKING, None)


class Totals(NamedTuple):
    """How many records of a cell are of each kind: (..., 5) linked and unlinked ones."""

    linked: Reals
    unlinked: Reals


def point(cell: Reviewed) -> dict[str, float]:
    """Return every rate of :data:`RATES` that the review estimates: sum over strata of N k / n.

    A stratum that nobody reviewed is taken to be as the others of its kind.
    """
    totals = Totals(*(_scaled(cell, cell.linked == kind) for kind in (True, False)))
    return {name: float(rate) for name, rate in _rates(totals).items() if np.isfinite(rate)}


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
) -> dict[str, Interval]:
    """Estimate rates of a cell, each with its own interval.

    Formula: with e_h errors among the n_h reviewed of N_h, the limit on the side of more errors
    draws the rate of error from Beta(e_h + a_h, n_h - e_h), a_h = (N_h - n_h) / sum(N - n): one
    error's mass, shared over the records that nobody saw; the limit on the side of fewer from
    Beta(e_h, n_h - e_h + 1). Both draw the errors among the N_h - n_h unseen from a binomial, and
    take their own tail of the rate. With one stratum these are the limits of Clopper and Pearson
    (1934); kinds of error are drawn together, from a Dirichlet.

    Parameters
    ----------
    cell
        Strata should have ten reviews each: see :func:`quality.errors.cell.merged`.
    level
        Two-sided level.
    draws
        Draws of each limit.
    wanted
        Names of :data:`RATES`.

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
    tail = (1 - level) / 2
    centre = point(cell)
    result = {}
    for name in wanted:
        if name not in centre:
            continue
        at = _STRATA[name](cell)
        limits = []
        for worst in (True, False):
            drawn = _rates(_drawn(cell, _mass(cell, name, at, worst=worst), draws, random))[name]
            low = worst != (name in _LOSSES)
            limits.append((low, float(np.quantile(drawn, tail if low else 1 - tail))))
        lower, upper = (next(v for low, v in limits if low is side) for side in (True, False))
        value = centre[name]
        result[name] = Interval(value, min(lower, value), max(upper, value), level)
    return result


def joint_draws(cell: Reviewed, draws: int, seed: int) -> Mapping[str, Reals]:
    """Draw every rate of a cell together, (draws,) each: for gaps, ratios and corrections.

    Half an error's mass is shared over the unseen records of the cell, and half a right record's.
    Draws of two cells are independent when their strata are.
    """
    random = np.random.default_rng(seed)
    share = 0.5 * _shares(cell, np.ones(len(cell.records), dtype=bool))
    extra = np.zeros_like(cell.found)
    extra[:, RIGHT] = share
    extra[cell.linked, NOWHERE] = 0.5 * share[cell.linked]
    extra[cell.linked, THRESHOLD] = 0.5 * share[cell.linked]
    extra[~cell.linked, THRESHOLD] = share[~cell.linked]
    return _rates(_drawn(cell, extra, draws, random))


def _rates(totals: Totals) -> dict[str, Reals]:
    """Return the rates of (..., 5) totals; not a number where there is no denominator."""
    links = totals.linked.sum(axis=-1)
    right = totals.linked[..., RIGHT]
    lost = (totals.linked + totals.unlinked)[..., _LOST]
    matches = right + lost.sum(axis=-1)
    blocked = matches - lost[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            measures.PRECISION: np.divide(right, links),
            measures.RECALL: np.divide(right, matches),
            measures.RECALL_IN_BLOCKS: np.divide(right, blocked),
            measures.BLOCKING_RECALL: np.divide(blocked, matches),
            measures.BLOCKING_LOSS: np.divide(lost[..., 0], matches),
            measures.THRESHOLD_LOSS: np.divide(lost[..., 1], matches),
            measures.ASSIGNMENT_LOSS: np.divide(lost[..., 2], matches),
        }


def _every(cell: Reviewed) -> Flags:
    return np.ones(len(cell.records), dtype=bool)


def _links(cell: Reviewed) -> Flags:
    return cell.linked


_STRATA = {
    measures.PRECISION: _links,
    **dict.fromkeys(
        (
            measures.RECALL,
            measures.RECALL_IN_BLOCKS,
            measures.BLOCKING_RECALL,
            measures.BLOCKING_LOSS,
            measures.THRESHOLD_LOSS,
            measures.ASSIGNMENT_LOSS,
        ),
        _every,
    ),
}
"""The strata over which the error that a rate counts can hide."""

RATES = tuple(_STRATA)
"""The rates that a review estimates."""

_LOSSES = (measures.BLOCKING_LOSS, measures.THRESHOLD_LOSS, measures.ASSIGNMENT_LOSS)

_KIND = {
    measures.PRECISION: NOWHERE,
    measures.RECALL: THRESHOLD,
    measures.RECALL_IN_BLOCKS: THRESHOLD,
    measures.BLOCKING_RECALL: BLOCKING,
    measures.BLOCKING_LOSS: BLOCKING,
    measures.THRESHOLD_LOSS: THRESHOLD,
    measures.ASSIGNMENT_LOSS: ASSIGNMENT,
}
"""The kind of error that moves a rate most: what an unseen error is taken to be."""


def _shares(cell: Reviewed, chosen: Flags) -> Reals:
    """Return each stratum's share of the unseen records of the chosen strata, (H,)."""
    unseen = np.where(chosen, cell.unseen, 0.0)
    shares: Reals = unseen / max(unseen.sum(), 1e-12)
    return shares


def _mass(cell: Reviewed, name: str, chosen: Flags, *, worst: bool) -> Reals:
    """Return what is added to the counts to guard a limit of a rate, (H, 5)."""
    extra = np.zeros_like(cell.found)
    if worst:
        extra[:, _KIND[name]] = _shares(cell, chosen)
    else:
        extra[:, RIGHT] = 1.0
    return extra


def _drawn(cell: Reviewed, extra: Reals, draws: int, random: np.random.Generator) -> Totals:
    """Draw how many records of a cell are of each kind: those seen, the unseen by a Dirichlet."""
    shape = cell.found + extra
    used = np.flatnonzero(shape.any(axis=0))
    gamma = random.standard_gamma(shape[:, used], size=(draws, len(shape), len(used)))
    total = gamma.sum(axis=-1, keepdims=True)
    share = np.divide(gamma, total, out=np.zeros_like(gamma), where=total > 0)
    kinds = np.repeat(cell.found[None], draws, axis=0)
    # every unseen record where nothing can be drawn is left out: there is none of these
    kinds[:, :, used] += random.multinomial(np.rint(cell.unseen).astype(np.int64), share)
    return Totals(kinds[:, cell.linked].sum(axis=1), kinds[:, ~cell.linked].sum(axis=1))
