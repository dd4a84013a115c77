"""Bloom filters of values: near values have near filters (Schnell, Bachteler and Reiher 2009).

A part of a value, a bigram say, sets bits. Which ones depends on the key and, in a salted filter,
on the salt: each salt has a function of its own from positions to positions, drawn at random under
the key, so that what is learnt of the filters under one salt tells nothing of the filters under
another. That costs one hash a salt, and not one for each part under each salt.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, shake_128

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.privacy.grams import Grams, Whole
from linkage.privacy.hardening import Words

_IN_A_DIGEST = 32
"""Numbers of 16 bits in a digest of 64 bytes."""

_NINE_BITS = 512
"""The length of filter whose positions take a byte and a bit: less to draw than two bytes."""

_HIGH = 1 if sys.byteorder == "little" else 0
"""Which byte of a number of 16 bits is the high one."""

_AT_ONCE = 1 << 11
"""Filters, or functions of salts, that stay in a core's own memory while they are made."""

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


@dataclass(frozen=True)
class Salted:
    """Filters of a column's values under salts: for each the value and the salt, salts rising."""

    positions: Positions
    values: Whole
    salts: Whole


def bits_of(positions: Positions, length: int) -> Bits:
    """Return the filters that have these positions set."""
    rows = np.arange(len(positions), dtype=np.int64)[:, None] * length
    bits = np.zeros(len(positions) * length, np.bool_)
    bits[rows + positions] = True
    return bits.reshape(len(positions), length)


def bloom(positions: Positions, length: int) -> Words:
    """Return the filters that values set."""
    made = np.empty((len(positions), length // 64), np.uint64)
    for within in _parts(0, len(positions)):
        made[within] = _packed(positions[within], length)
    return made


def salted(
    columns: Sequence[Salted], names: pa.StringArray, under: bytes, length: int
) -> list[Words]:
    """Return the filters of columns that have salts in common: those of ``names``.

    The function of a salt is drawn under the key ``under``, serves all columns and is let go: there
    may be as many salts as records, and a function is larger than all that is made of it.
    """
    made = [np.empty((len(each.values), length // 64), np.uint64) for each in columns]
    for part in _parts(0, len(names)):
        functions = _functions(names[part], under, length).reshape(-1)
        for each, words in zip(columns, made, strict=True):
            for within in _parts(*np.searchsorted(each.salts, [part.start, part.stop])):
                starts = (each.salts[within] - part.start) * length
                moved = functions.take(each.positions[each.values[within]] + starts[:, None])
                words[within] = _packed(moved, length)
    return made


def _parts(first: int, end: int) -> Iterator[slice]:
    """Yield the ranges of ``_AT_ONCE`` from ``first`` to ``end``."""
    return (slice(at, min(at + _AT_ONCE, end)) for at in range(first, end, _AT_ONCE))


def _functions(salts: pa.StringArray, under: bytes, length: int) -> Positions:
    """Return each salt's function of positions: SHAKE128 (FIPS 202) of key and salt."""
    n = 2 * length if length != _NINE_BITS else _NINE_BITS + _NINE_BITS // 8
    drawn = b"".join(
        [shake_128(under + each).digest(n) for each in salts.cast(pa.binary()).to_pylist()]
    )
    octets = np.frombuffer(drawn, np.uint8).reshape(len(salts), n)
    if length != _NINE_BITS:
        return octets.view("<u2") % np.uint16(length)
    functions = octets[:, :_NINE_BITS].astype(np.uint16)
    above = np.unpackbits(octets[:, _NINE_BITS:], axis=1)
    functions.view(np.uint8).reshape(-1, _NINE_BITS, 2)[:, :, _HIGH] = above
    return functions


def _packed(positions: Positions, length: int) -> Words:
    packed = np.packbits(bits_of(positions, length), axis=1, bitorder="little")
    words: Words = packed.view("<u8")
    return words


def positions_of(grams: Grams, hashing: Hashing) -> Positions:
    """Return the positions that each value sets."""
    shares = _shares(grams, hashing)
    of_parts = _of_parts(grams.names, int(shares.max(initial=0)), hashing)
    first = grams.parts * of_parts.shape[1] - (np.cumsum(shares) - shares)
    every = of_parts.reshape(-1).take(np.repeat(first, shares) + np.arange(shares.sum()))
    totals = np.add.reduceat(shares, grams.starts[:-1]) if len(shares) else np.zeros(0, np.int64)
    width = int(totals.max(initial=0))
    if (totals == width).all():
        return every.reshape(len(totals), width)
    columns = np.minimum(np.arange(width), totals[:, None] - 1)
    positions: Positions = every[(np.cumsum(totals) - totals)[:, None] + columns]
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
