"""Pattern mining: which bits go with which bigram, and which names those bits leave.

As in Christen, Vidanage, Ranbaduge and Schnell 2018, bit positions that are set together in the
filters of names that share a bigram are taken for that bigram's, and names are then ruled in or out
by the positions of their bigrams (read in the authors' program, written anew). Two things are
stronger here: the first names come from likeness and frequency together rather than from the most
frequent bigram alone, and positions have probabilities rather than being in or out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array, diags_array

from linkage.privacy.attack.placing import dice, placed
from linkage.privacy.attack.target import Names, Whole
from linkage.privacy.attack.undoing import Bits
from linkage.privacy.grams import bigrams

Floats = npt.NDArray[np.float32]

FIRST = 150
"""Frequent filters that are placed by likeness before any bit is read."""

MOST = 8000
"""Distinct filters that are named, and names that are tried, the most frequent of each."""

_ONE_TO_ONE = 1200
"""Filters up to which each name is given to one filter alone."""

_SET, _STRAY = 0.97, 0.06
"""Probability that a bit of a bigram is set where the name holds it, and is not, names being
wrong now and then."""


@dataclass(frozen=True)
class Seen:
    """Distinct filters (f, bits) with their records (f,); the names of a list (v,) with theirs.

    ``per_gram`` is how many bits a bigram sets, as far as the schema says.
    """

    bits: Bits
    sizes: npt.NDArray[np.float64]
    names: Names
    counts: npt.NDArray[np.float64]
    per_gram: float


def mined(seen: Seen) -> Whole:
    """Return the name that each distinct filter is said to be of (f,), -1 for those left out."""
    order = np.argsort(-seen.sizes, kind="stable")[:MOST]
    listed = np.argsort(-seen.counts, kind="stable")[:MOST]
    bits, sizes = seen.bits[order].astype(np.float32), seen.sizes[order]
    grams, counts = _grams(seen.names[listed]), seen.counts[listed]
    n = min(FIRST, len(order), len(listed))
    chosen = placed(
        dice(bits[:n]), sizes[:n], dice(grams[:n].toarray().astype(np.float32)), counts[:n]
    )
    sure = np.ones(n, np.float32)
    usual = np.clip(bits.mean(axis=0), 0.02, 0.9)
    for m in (n, 2 * n, 2 * n, 4 * n, 8 * n, len(order), len(order)):
        known = _positions(bits[: len(chosen)], grams[chosen], sure, usual, seen.per_gram)
        tried = min(m + m // 2 + 50, len(listed))
        fit = _fit(bits[:m], grams[:tried], known) + np.log(counts[:tried])
        chosen, sure = _chosen(fit)
    named = np.full(len(seen.sizes), -1, np.int64)
    named[order[: len(chosen)]] = listed[chosen]
    return named


def _grams(names: Names) -> csr_array:
    """Return which bigrams each name holds (v, bigrams)."""
    held = bigrams(pa.array(names.tolist(), pa.string()))
    shape = (len(names), len(held.names))
    table = csr_array((np.ones(len(held.parts), np.float32), held.parts, held.starts), shape=shape)
    table.sum_duplicates()
    table.data[:] = 1
    return table


def _positions(bits: Floats, grams: csr_array, sure: Floats, usual: Floats, k: float) -> Floats:
    """Return the probability that each bigram sets each bit (bigrams, bits).

    Bayes's rule for each bit, from the filters that are said to hold the bigram: how many have it
    set, against how often it is set anyway; ``k`` bits of all are the bigram's to begin with.
    """
    held = np.asarray(grams.T @ sure)[:, None]
    hit = (grams.T @ diags_array(sure)) @ bits
    before = k / bits.shape[1]
    odds = np.log(before / (1 - before)) + hit * np.log(_SET / usual)
    odds = odds + (held - hit) * np.log(_STRAY / (1 - usual))
    probability: Floats = (1 / (1 + np.exp(-np.clip(odds, -30, 30)))).astype(np.float32)
    return probability


def _fit(bits: Floats, grams: csr_array, known: Floats) -> Floats:
    """Return the log likelihood of each filter under each name (f, v)."""
    unset = grams @ np.log1p(-np.minimum(known, _SET)).astype(np.float32)
    set_ = np.clip(1 - np.exp(unset), 0.01, 0.98)
    yes, no = np.log(set_), np.log1p(-set_)
    fit: Floats = bits @ (yes - no).T + no.sum(axis=1)
    return fit


def _chosen(fit: Floats) -> tuple[Whole, Floats]:
    """Return the best name of each filter (f,), and how sure it is against the next best (f,)."""
    rows = np.arange(len(fit))
    if len(fit) <= _ONE_TO_ONE and len(fit) <= fit.shape[1]:
        best: Whole = linear_sum_assignment(fit, maximize=True)[1]
    else:
        best = fit.argmax(axis=1)
    mine = fit[rows, best].copy()
    fit[rows, best] = -np.inf
    ahead = mine - fit.max(axis=1)
    sure: Floats = (1 / (1 + np.exp(-np.clip(ahead / 4, -20, 20)))).astype(np.float32)
    return best, sure


def distinct(bits: Bits) -> tuple[Whole, Whole, Whole]:
    """Return where each distinct filter first stands, which each row is, and their counts."""
    packed = np.ascontiguousarray(np.packbits(bits, axis=1))
    whole = packed.view(f"V{packed.shape[1]}").reshape(-1)
    _, first, which, sizes = np.unique(
        whole, return_index=True, return_inverse=True, return_counts=True
    )
    return first, which.reshape(-1), sizes
