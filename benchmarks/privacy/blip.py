"""BLIP: each bit of a filter, with probability f, a fair coin; and how the coins are taken out.

Filters of one name are near each other and far from those of other names. So they are gathered
around the one with most neighbours, and what most of them have set is the filter before BLIP.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from linkage.privacy.attack.undoing import Bits

Whole = npt.NDArray[np.int64]

_SAMPLE, _ROUNDS, _LEAST = 6_000, 4, 4
_AT_ONCE = 4_000


def blipped(bits: Bits, f: float, rng: np.random.Generator) -> Bits:
    """Return filters of which each bit was replaced by a coin with probability ``f``."""
    coins = rng.random(bits.shape) < f
    return np.where(coins, rng.integers(0, 2, bits.shape, np.uint8), bits)


def gathered(bits: Bits, f: float, rng: np.random.Generator) -> tuple[Whole, Bits]:
    """Return the cluster of each filter (n,), -1 for none, and what each held before (c, bits).

    ``f`` is known, as every parameter is: a filter lies f / 2 of its bits from the one it was.
    """
    length = bits.shape[1]
    off = f / 2
    near = length * off + 5 * np.sqrt(length * off * (1 - off))
    between = length * 2 * off * (1 - off) + 4 * np.sqrt(length * 2 * off * (1 - off))
    cluster = np.full(len(bits), -1, np.int64)
    centres = np.empty((0, length), np.uint8)
    for _ in range(_ROUNDS):
        left = np.flatnonzero(cluster < 0)
        sample = bits[rng.choice(left, min(_SAMPLE, len(left)), replace=False)]
        found = list(_centres(sample, between))
        if not found:
            break
        centres = np.concatenate([centres, np.array(found, np.uint8)])
        centres = np.unique(centres, axis=0)
        cluster = _nearest(bits, centres, near)
    return cluster, centres


def _centres(sample: Bits, between: float) -> Iterator[Bits]:
    """Yield what most neighbours have set, the largest neighbourhood first."""
    close = _distances(sample, sample) <= between
    counts = close.sum(axis=1)
    free = np.ones(len(sample), bool)
    while counts.max() >= _LEAST:
        members = free & close[int(counts.argmax())]
        yield (sample[members].mean(axis=0) > 0.5).astype(np.uint8)
        free &= ~members
        counts = (counts - close[:, members].sum(axis=1)) * free


def _nearest(bits: Bits, centres: Bits, near: float) -> Whole:
    cluster = np.empty(len(bits), np.int64)
    for first in range(0, len(bits), _AT_ONCE):
        distances = _distances(bits[first : first + _AT_ONCE], centres)
        best = distances.argmin(axis=1)
        there = distances[np.arange(len(best)), best] <= near
        cluster[first : first + _AT_ONCE] = np.where(there, best, -1)
    return cluster


def _distances(a: Bits, b: Bits) -> npt.NDArray[np.float32]:
    """Return in how many bits each of ``a`` differs from each of ``b``."""
    x, y = a.astype(np.float32), b.astype(np.float32)
    return x.sum(axis=1)[:, None] + y.sum(axis=1)[None, :] - 2 * (x @ y.T)
