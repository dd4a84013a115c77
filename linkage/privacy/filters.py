"""Bloom filters of values: near values have near filters (Schnell, Bachteler and Reiher 2009).

A part of a value, a bigram say, sets ``k`` bits. Which ones depends on the key and, in a salted
filter, on the salt: each salt has a function of its own from positions to positions, drawn at
random under the key, so that what is learnt of the filters under one salt tells nothing of the
filters under another. That costs one hash a salt, and not one for each part under each salt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b, shake_128

import numpy as np
import numpy.typing as npt

from linkage.privacy.grams import Grams, Whole
from linkage.privacy.hardening import Words

MOST = 32
"""The most bits that a part may set: the numbers of 16 bits in one digest of 64 bytes."""

_AT_ONCE = 1 << 14

Positions = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Hashing:
    """How parts set bits: ``k`` of ``bits`` positions each, under ``key``."""

    key: bytes
    k: int
    bits: int


def bloom(grams: Grams, hashing: Hashing) -> Words:
    """Return the filter of each value, without salt."""
    positions = _positions(grams.names, hashing)
    bits = np.zeros((len(grams.names), hashing.bits), np.bool_)
    bits[np.arange(len(positions))[:, None], positions] = True
    words, n = _packed(bits), len(grams.starts) - 1
    made = np.zeros((n, words.shape[1]), np.uint64)
    for first in range(0, n, _AT_ONCE):
        starts = grams.starts[first : first + _AT_ONCE + 1]
        parts = grams.parts[starts[0] : starts[-1]]
        made[first : first + _AT_ONCE] = np.bitwise_or.reduceat(
            words[parts], starts[:-1] - starts[0], axis=0
        )
    return made


def salted_bloom(
    grams: Grams, values: Whole, salts: Sequence[str], salted: Whole, hashing: Hashing, under: bytes
) -> Words:
    """Return filters of values, each under a salt.

    Parameters
    ----------
    values, salted
        For each filter, the value in ``grams`` and the salt in ``salts`` that it is of; the salts
        ascend, and only those that are used stand in ``salts``.
    under
        The key under which salts have their functions.
    """
    positions = _positions(grams.names, hashing)
    counts = np.diff(grams.starts)
    made = np.zeros((len(values), hashing.bits // 64), np.uint64)
    for first in range(0, len(values), _AT_ONCE):
        within = slice(first, first + _AT_ONCE)
        value, salt = values[within], salted[within]
        n = counts[value]
        offsets = np.repeat(grams.starts[value] - (np.cumsum(n) - n), n)
        parts = grams.parts[offsets + np.arange(len(offsets))]
        functions = _functions(salts[salt[0] : salt[-1] + 1], hashing.bits, under)
        owner = np.repeat(np.arange(len(value)), n)
        bits = np.zeros((len(value), hashing.bits), np.bool_)
        moved = functions[(salt - salt[0])[owner][:, None], positions[parts]]
        bits[owner[:, None], moved] = True
        made[within] = _packed(bits)
    return made


def _positions(names: Sequence[bytes], hashing: Hashing) -> Positions:
    """Return the positions that each part sets, by independent hashing.

    The digest is keyed BLAKE2b's (RFC 7693), its numbers of 16 bits modulo the filter's length.
    """
    digests = b"".join(blake2b(name, key=hashing.key).digest() for name in names)
    numbers = np.frombuffer(digests, "<u2").reshape(len(names), MOST)[:, : hashing.k]
    return numbers % np.uint16(hashing.bits)


def _functions(salts: Sequence[str], bits: int, under: bytes) -> Positions:
    """Return the position to which each salt moves each position: SHAKE128 (FIPS 202) of both."""
    drawn = b"".join(shake_128(under + salt.encode()).digest(2 * bits) for salt in salts)
    return np.frombuffer(drawn, "<u2").reshape(len(salts), bits) % np.uint16(bits)


def _packed(bits: npt.NDArray[np.bool_]) -> Words:
    """Return bits as words, the first bit lowest."""
    packed: npt.NDArray[np.uint8] = np.packbits(bits, axis=1, bitorder="little")
    return packed.view("<u8").astype(np.uint64)
