"""How close two texts are: told from their letters where they are too far apart.

Of each distinct text is kept which bytes occur in it, its first eight bytes and its length. Most
pairs of different names are too far apart by these alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.engines.pairs import Flags, Index

Words = npt.NDArray[np.uint64]
Places = tuple[Index, Index]

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Letters:
    """What is kept of each distinct text, and of a missing one at the end.

    ``occur`` (V + 1,) has a bit for each byte that occurs, taken modulo 64; ``start`` the first
    eight bytes, the first lowest; ``length`` the number of bytes.
    """

    occur: Words
    start: Words
    length: npt.NDArray[np.int32]

    @classmethod
    def of(cls, texts: pa.StringArray) -> Self:
        """Look at the bytes of ``texts``, none of which is missing."""
        texts = pa.concat_arrays([texts, pa.array([""])])  # a copy whose offsets start at 0
        _, offsets_buffer, data = texts.buffers()
        offsets = np.frombuffer(offsets_buffer, np.int32)[: len(texts) + 1].astype(np.intp)
        bytes_ = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
        length = np.diff(offsets)
        bits = np.append(np.uint64(1) << (bytes_ & 63).astype(np.uint64), np.uint64(0))
        occur = np.bitwise_or.reduceat(bits, offsets[:-1])
        start = np.zeros(len(texts), np.uint64)
        padded = np.append(bytes_, np.zeros(8, np.uint8)).astype(np.uint64)
        for at in range(8):
            letter = np.where(length > at, padded[offsets[:-1] + at], np.uint64(0))
            start |= letter << np.uint64(8 * at)
        return cls(np.where(length > 0, occur, np.uint64(0)), start, length.astype(np.int32))


def maybe_similar(letters: Sequence[Letters], texts: Places, least: float) -> Flags:
    r"""Return which pairs of texts may reach the Jaro-Winkler similarity ``least``; no other does.

    A byte of one text that does not occur in the other is matched by none, so that at most
    m = min(|a| - |A \ B|, |b| - |B \ A|) are matched, and Jaro's similarity is at most
    (m / |a| + m / |b| + 1) / 3; Winkler adds a tenth of what is left to 1 for each of the first
    four letters that agree (Winkler 1990).
    """
    (one, other), (left, right) = texts, letters
    a, b = left.occur.take(one), right.occur.take(other)
    n_a, n_b = left.length.take(one), right.length.take(other)
    matched = np.minimum(n_a - np.bitwise_count(a & ~b), n_b - np.bitwise_count(b & ~a))
    apart = left.start.take(one) ^ right.start.take(other)
    jaro = (matched * (1 / np.maximum(n_a, 1) + 1 / np.maximum(n_b, 1)) + 1) / 3
    agreeing = np.zeros(len(one), np.float64)
    for places in (0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF):
        agreeing += (apart & np.uint64(places)) == 0
    most = jaro + 0.1 * agreeing * (1 - jaro)
    return np.asarray((most >= least - _ROUNDING) | (n_a == 0) | (n_b == 0))


def maybe_within(letters: Sequence[Letters], texts: Places, edits: int) -> Flags:
    """Return which pairs of texts may be within so many ``edits``; no other pair is.

    An edit adds or takes away one byte of a text at most, so that lengths, and the bytes that occur
    in one text alone, differ by no more; one edit of texts of one length leaves all but two of the
    first eight places as they are.
    """
    (one, other), (left, right) = texts, letters
    a, b = left.occur.take(one), right.occur.take(other)
    difference = np.abs(left.length.take(one) - right.length.take(other))
    near: Flags = difference <= edits
    near &= np.bitwise_count(a & ~b) <= edits
    near &= np.bitwise_count(b & ~a) <= edits
    if edits == 1:
        rows = np.flatnonzero(near & (difference == 0))
        apart = left.start.take(one[rows]) ^ right.start.take(other[rows])
        near[rows] = _places(apart) <= 2
    return near


def _places(apart: Words) -> npt.NDArray[np.uint8]:
    """Return how many of eight bytes are not 0."""
    folded = apart | (apart >> np.uint64(4))
    folded |= folded >> np.uint64(2)
    folded |= folded >> np.uint64(1)
    n: npt.NDArray[np.uint8] = np.bitwise_count(folded & np.uint64(0x0101010101010101))
    return n
