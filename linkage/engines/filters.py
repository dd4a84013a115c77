"""How alike two Bloom filters are: told from how many bits each has, else from the bits they share.

A filter is 512 bits in eight words. That two may reach a Dice coefficient at all is decided by how
many bits each has, before a word of either is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.engines.pairs import Flags, Index

WORDS = 8
"""Words of 64 bits in a filter."""

_AT_A_TIME = 16_384
"""Pairs whose words are read at a time: as many as stay in a core's own memory."""


@dataclass(frozen=True)
class Filters:
    """The words (V, 8) of each distinct filter, and how many bits it has (V,)."""

    words: npt.NDArray[np.uint64]
    n: npt.NDArray[np.int64]

    @classmethod
    def of(cls, filters: pa.BinaryArray) -> Self:
        """Read the words of ``filters``, none of which is missing, each of 64 bytes.

        Raises
        ------
        ValueError
            When one has another length.
        """
        whole = filters.cast(pa.binary(8 * WORDS))
        data = whole.buffers()[1]
        words = np.frombuffer(data, "<u8") if data else np.zeros(0, np.uint64)
        words = words[whole.offset * WORDS :][: len(whole) * WORDS].reshape(-1, WORDS)
        return cls(words, np.bitwise_count(words).sum(axis=1, dtype=np.int64))


def alike(
    filters: Sequence[Filters], pairs: tuple[Index, Index], least: Sequence[Fraction]
) -> npt.NDArray[np.uint64]:
    """Return a number for each pair of filters, with a bit for each of ``least`` that it reaches.

    Dice's coefficient 2 |a and b| / (|a| + |b|) (Dice 1945) is compared in whole numbers. A pair
    of which one is missing, code -1, reaches none.
    """
    (one, other), (left, right) = pairs, filters
    answers = np.zeros(len(one), np.uint64)
    rows = np.flatnonzero(maybe_alike(filters, pairs, min(least)))
    for start in range(0, len(rows), _AT_A_TIME):
        some = rows[start : start + _AT_A_TIME]
        a, b = one[some], other[some]
        shared = left.words.take(a, axis=0)
        shared &= right.words.take(b, axis=0)
        both = np.bitwise_count(shared).sum(axis=1, dtype=np.int64)
        sizes = left.n.take(a) + right.n.take(b)
        for bit, bound in enumerate(least):
            answers[some] |= _reaches(both, sizes, bound).astype(np.uint64) << np.uint64(bit)
    return answers


def maybe_alike(filters: Sequence[Filters], pairs: tuple[Index, Index], least: Fraction) -> Flags:
    """Return which pairs may reach ``least``; no other does: they share no more than the fewer."""
    (one, other), (left, right) = pairs, filters
    present: Flags = (one >= 0) & (other >= 0)
    if not len(left.n) or not len(right.n):
        return present
    n_one, n_other = left.n.take(one), right.n.take(other)
    return present & _reaches(np.minimum(n_one, n_other), n_one + n_other, least)


def _reaches(shared: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], least: Fraction) -> Flags:
    return np.asarray(2 * least.denominator * shared >= least.numerator * sizes)
