"""The fold of a record: a hash of its identifier that no version of a library changes.

MD5 (RFC 1321) spreads identifiers evenly; nothing here is kept secret by it. Texts of one length
are hashed together, step by step over whole columns: one at a time, the call costs more than the
hash.
"""

from collections.abc import Sequence
from hashlib import md5
from math import sin

import numpy as np
import numpy.typing as npt
import pyarrow as pa

FOLDS = 100

_Words = npt.NDArray[np.uint32]

_LONGEST = 55
"""Bytes that fit into one block of MD5, beside the mark of their end and their length."""
_TOGETHER = 16_384
"""Texts hashed at a time: the state of all of them stays in the processor's cache."""
_ADDED = [np.uint32(int(abs(sin(step + 1)) * 2**32)) for step in range(64)]
_TURNED = [
    [np.uint32(turn) for turn in turns]
    for turns in ((7, 12, 17, 22), (5, 9, 14, 20), (4, 11, 16, 23), (6, 10, 15, 21))
]
_WORD = [(step, 5 * step + 1, 3 * step + 5, 7 * step) for step in range(64)]
_START = tuple(map(np.uint32, (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)))


def folds(texts: pa.StringArray) -> npt.NDArray[np.uint8]:
    """Return the last eight bytes of each text's MD5, read as a little-endian number, mod 100."""
    ends = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, 4 * texts.offset)
    content = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    lengths = np.diff(ends)
    found = np.empty(len(texts), np.uint8)
    for length in np.unique(lengths):
        (same,) = np.nonzero(lengths == length)
        for start in range(0, len(same), _TOGETHER):
            rows = same[start : start + _TOGETHER]
            given = _side_by_side(content, ends[rows], length)
            found[rows] = _long(given) if length > _LONGEST else _short(given)
    return found


def _side_by_side(
    content: npt.NDArray[np.uint8], starts: npt.NDArray[np.int32], length: int
) -> npt.NDArray[np.uint8]:
    """Return texts of one length, a row each; not moved where none of another stands between."""
    together = content[starts[0] : starts[-1] + length]
    if len(together) == length * len(starts):
        return together.reshape(len(starts), length)
    given: npt.NDArray[np.uint8] = content[starts[:, None] + np.arange(length)]
    return given


def _long(given: npt.NDArray[np.uint8]) -> list[int]:
    hashes = (md5(row.tobytes(), usedforsecurity=False).digest() for row in given)
    return [int.from_bytes(each[8:], "little") % FOLDS for each in hashes]


def _short(given: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    n, length = given.shape
    block = np.zeros((n, length // 4 * 4 + 4), np.uint8)
    block[:, :length] = given
    block[:, length] = 0x80
    words = [*np.ascontiguousarray(block.view("<u4").T), *[np.uint32(0)] * 15]
    words[14] = np.uint32(8 * length)
    c, d = _rounds(words, n)
    return (c.astype(np.uint64) | d.astype(np.uint64) << np.uint64(32)) % np.uint64(FOLDS)


def _rounds(words: Sequence[_Words | np.uint32], n: int) -> tuple[_Words, _Words]:
    """Return the last two words of the state after one block of 16 ``words``."""
    a, b, c, d = (np.full(n, each) for each in _START)
    for step in range(64):
        kind, turn = step // 16, _TURNED[step // 16][step % 4]
        mixed = _mixed(kind, b, c, d)
        mixed += a
        mixed += words[_WORD[step][kind] % 16] + _ADDED[step]
        turned = mixed << turn
        mixed >>= np.uint32(32) - turn
        turned |= mixed
        turned += b
        a, b, c, d = d, turned, b, c
    return c + _START[2], d + _START[3]


def _mixed(kind: int, b: _Words, c: _Words, d: _Words) -> _Words:
    if kind == 0:
        return d ^ (b & (c ^ d))
    if kind == 1:
        return c ^ (d & (b ^ c))
    return b ^ c ^ d if kind == 2 else c ^ (b | ~d)
