"""Raking: weights scaled until they add up to what is known of every characteristic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Index, Reals

_ROUNDS = 1_000
_CLOSE = 1e-9
_STILL = 1e-6


@dataclass(frozen=True)
class Margin:
    """The known total of every group of a characteristic.

    ``code`` (cells,) is the group of each cell, ``totals`` (groups,) what its weights have to add
    up to.
    """

    code: Index
    totals: Reals


def raked(weight: Reals, margins: Sequence[Margin]) -> tuple[Reals, float]:
    """Scale the weights of cells to the totals of each characteristic in turn, until all hold.

    *Formula*: w becomes w T_g / (sum of w in g) for every group g of one characteristic, then of
    the next, over and over. The result is w exp(x' c), the one of that form with these totals. A
    group without weight cannot reach its total: the others of its characteristic are then asked for
    all of it, in proportion, so that every characteristic has the same sum.

    Parameters
    ----------
    weight
        (cells,) sums of the weights of the records of each cell, 0 or more.
    margins
        Their totals should have one sum.

    Returns
    -------
    tuple[Reals, float]
        What the weights of each cell are to be multiplied by, (cells,), and by which share at most
        a total is missed. It is small unless totals contradict each other where cells are empty.

    Notes
    -----
    Source: Deming and Stephan (1940), Ann. Math. Stat. 11, 427-444; that the limit has the form
    w exp(x' c): Deville, Sarndal and Sautory (1993), J. Am. Stat. Assoc. 88, 1013-1020. Neither
    was read; the form follows from each step being a product of such factors.
    """
    factor, held = np.ones_like(weight), weight > 0
    wanted = [_reachable(weight, margin) for margin in margins]
    missed = np.inf
    for _ in range(_ROUNDS):
        before, missed = missed, 0.0
        for margin, totals in zip(margins, wanted, strict=True):
            reached = np.bincount(margin.code, weight * factor, minlength=len(totals))
            change = np.divide(totals, reached, out=np.ones_like(totals), where=reached > 0)
            missed = max(missed, float(np.abs(change - 1).max(initial=0)))
            factor = np.where(held, factor * change[margin.code], factor)
        # totals that contradict each other are missed by the same share for ever
        if missed < _CLOSE or missed > before * (1 - _STILL):
            break
    return factor, missed


def _reachable(weight: Reals, margin: Margin) -> Reals:
    """Return the totals of the groups that have weight, with the same sum as all; 0 for others."""
    held = np.bincount(margin.code, weight, minlength=len(margin.totals)) > 0
    reachable = margin.totals * held
    scaled: Reals = reachable * (margin.totals.sum() / max(float(reachable.sum()), 1e-300))
    return scaled
