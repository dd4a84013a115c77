"""Bloom filters of values: near values have near filters (Schnell, Bachteler and Reiher 2009).

A part of a value, a bigram say, sets bits. Which ones depends on the key and, in a salted filter,
on the salt: each salt has a function of its own from positions to positions, drawn at random under
the key, so that what is learnt of the filters under one salt tells nothing of the filters under
another. That costs one hash a salt, and not one for each part under each salt.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, shake_128

import numpy as np
import numpy.typing as npt

from linkage.privacy.grams import Grams, Whole
from linkage.privacy.hardening import Words

_IN_A_DIGEST = 32
"""Numbers of 16 bits in a digest of 64 bytes."""

_NINE_BITS = 512
"""The length of filter whose positions take a byte and a bit: less to draw than two bytes."""

_HIGH = 1 if sys.byteorder == "little" else 0
"""Which byte of a number of 16 bits is the high one."""

_AT_ONCE = 1 << 13

Positions = npt.NDArray[np.uint16]
"""(values, positions): the positions that each value sets, the last one repeated to fill a row."""

Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Hashing:
    """How parts set bits of a filter of ``length``, by independent hashing under ``key``.

    Each part sets ``per_token`` positions; or, where ``per_value`` is given, the parts of a value
    share that many out, so that the number of bits does not tell how long the value is.
    """

    key: bytes = field(repr=False)
    length: int
    per_token: int
    per_value: int | None = None


class Functions:
    """The function of each salt from positions to positions, kept while they may be asked again.

    Columns are often salted alike, and there are few dates of birth among many records.
    """

    MOST = 1 << 16
    """Salts that are kept, of 1 KB each for a filter of 512 bits."""

    def __init__(self, under: bytes, length: int) -> None:
        self._under, self._length = under, length
        self._rows: dict[str, int] = {}
        self._table = np.empty((self.MOST, length), np.uint16)

    def starts(self, salts: Sequence[str]) -> Whole:
        """Return where in :attr:`table` the function of each salt starts; at most ``MOST``."""
        new = [salt for salt in salts if salt not in self._rows]
        if len(self._rows) + len(new) > self.MOST:
            self._rows, new = {}, list(salts)
        first = len(self._rows)
        self._draw(new, self._table[first : first + len(new)])
        self._rows |= dict(zip(new, range(first, first + len(new)), strict=True))
        rows = map(self._rows.__getitem__, salts)
        return np.fromiter(rows, np.int64, len(salts)) * self._length

    def _draw(self, salts: Sequence[str], functions: Positions) -> None:
        """Fill the functions of salts: SHAKE128 (FIPS 202) of key and salt."""
        n = 2 * self._length if self._length != _NINE_BITS else _NINE_BITS + _NINE_BITS // 8
        drawn = b"".join([shake_128(self._under + salt.encode()).digest(n) for salt in salts])
        octets = np.frombuffer(drawn, np.uint8).reshape(len(salts), n)
        if self._length != _NINE_BITS:
            functions[:] = octets.view("<u2") % np.uint16(self._length)
            return
        functions[:] = octets[:, :_NINE_BITS]
        above = np.unpackbits(octets[:, _NINE_BITS:], axis=1)
        functions.view(np.uint8).reshape(-1, _NINE_BITS, 2)[:, :, _HIGH] = above

    @property
    def table(self) -> Positions:
        """The functions, one after the other."""
        return self._table.reshape(-1)


@dataclass(frozen=True)
class Salted:
    """For each filter the value and the salt that it is of."""

    values: Whole
    salts: Whole
    names: Sequence[str]
    functions: Functions


def bits_of(positions: Positions, length: int) -> Bits:
    """Return the filters that have these positions set."""
    rows = np.arange(len(positions), dtype=np.int64)[:, None] * length
    bits = np.zeros(len(positions) * length, np.bool_)
    bits[rows + positions] = True
    return bits.reshape(len(positions), length)


def bloom(positions: Positions, length: int, salted: Salted | None = None) -> Words:
    """Return the filters that values set, or that values set under their salts."""
    n = len(positions) if salted is None else len(salted.values)
    starts = None if salted is None else salted.functions.starts(salted.names)
    made = np.zeros((n, length // 64), np.uint64)
    for first in range(0, n, _AT_ONCE):
        within = slice(first, first + _AT_ONCE)
        if salted is None or starts is None:
            moved = positions[within]
        else:
            start = starts[salted.salts[within], None]
            moved = salted.functions.table.take(start + positions[salted.values[within]])
        bits = np.packbits(bits_of(moved, length), axis=1, bitorder="little")
        made[within] = bits.view("<u8")
    return made


def positions_of(grams: Grams, hashing: Hashing) -> Positions:
    """Return the positions that each value sets."""
    shares = _shares(grams, hashing)
    of_parts = _of_parts(grams.names, int(shares.max(initial=0)), hashing)
    totals = np.add.reduceat(shares, grams.starts[:-1]) if len(shares) else np.zeros(0, np.int64)
    ends, width = np.cumsum(totals), int(totals.max(initial=0))
    rank = np.arange(len(shares)).repeat(shares)
    within = np.arange(len(rank)) - np.repeat(np.cumsum(shares) - shares, shares)
    every = of_parts[grams.parts[rank], within]
    columns = np.minimum(np.arange(width), totals[:, None] - 1)
    positions: Positions = every[(ends - totals)[:, None] + columns]
    return positions


def _shares(grams: Grams, hashing: Hashing) -> Whole:
    """Return how many positions each part sets: the first parts take what does not divide."""
    if hashing.per_value is None:
        return np.full(len(grams.parts), hashing.per_token)
    counts = np.diff(grams.starts)
    rank = np.arange(len(grams.parts)) - np.repeat(grams.starts[:-1], counts)
    each, rest = np.divmod(hashing.per_value, counts)
    return np.repeat(each, counts) + (rank < np.repeat(rest, counts))


def _of_parts(names: Sequence[bytes], most: int, hashing: Hashing) -> Positions:
    """Return positions of each part, as many as the greediest value wants.

    The digests are keyed BLAKE2b's (RFC 7693) with the number of the digest as its salt, read as
    little-endian numbers of 16 bits, modulo the filter's length: the recipe of clkhash.
    """
    blocks = -(-most // _IN_A_DIGEST)
    digests = b"".join(
        blake2b(name, key=hashing.key, salt=b"%d" % block).digest()
        for name in names
        for block in range(blocks)
    )
    numbers = np.frombuffer(bytearray(digests), "<u2").reshape(len(names), blocks * _IN_A_DIGEST)
    return (numbers % np.uint32(hashing.length)).astype(np.uint16)
