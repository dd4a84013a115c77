"""Frequency alignment: the most frequent class is the most frequent name, the next the next."""

import numpy as np
import numpy.typing as npt

from linkage.privacy.attack.target import Entries, Whole

LEAST = 2
"""Records in a class that is named: one record by itself has no frequency."""


def aligned(classes: Whole, strata: Whole, known: Entries, rng: np.random.Generator) -> Whole:
    """Return the value that each record is said to have (n,), -1 where nothing is said.

    Within a stratum, classes and listed values are both sorted by how frequent they are, ties at
    random, and those of the same rank are put together.

    Parameters
    ----------
    classes, strata
        The class and the stratum of each record (n,), -1 where there is none.
    known
        The list by stratum.

    Source: rank alignment as in Christen, Schnell, Vatsalan and Ranbaduge 2017, section 3, read in
    the authors' program; there it ends at the first tie, here it goes on to the last class that two
    records share.
    """
    held = np.flatnonzero((classes >= 0) & (strata >= 0))
    guessed = np.full(len(classes), -1, np.int64)
    if not len(held) or not len(known.values):
        return guessed
    span = int(classes.max()) + 1
    cells, place, sizes = np.unique(
        strata[held] * span + classes[held], return_inverse=True, return_counts=True
    )
    ranked = _by_rank(cells // span, sizes, rng)
    listed = _by_rank(known.strata, known.counts, rng)
    wide = max(len(cells), len(known.values)) + 1
    order = np.argsort(known.strata * wide + listed)
    keys = (known.strata * wide + listed)[order]
    wanted = cells // span * wide + ranked
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = (keys[at] == wanted) & (sizes >= LEAST)
    guessed[held] = np.where(found, known.values[order[at]], -1)[place.reshape(-1)]
    return guessed


def _by_rank(strata: Whole, sizes: npt.NDArray[np.generic], rng: np.random.Generator) -> Whole:
    """Return the rank of each within its stratum, the largest first, ties at random."""
    order = np.lexsort((rng.random(len(sizes)), -sizes.astype(float), strata))
    starts = np.searchsorted(strata[order], strata[order])
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - starts
    return ranks
