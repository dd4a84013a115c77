"""Bloom filters of values: near values have near filters (Schnell, Bachteler and Reiher 2009)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from linkage.privacy.grams import Grams, Whole
from linkage.privacy.hardening import Words

MOST = 32
"""The most bits that a part may set: the numbers of 16 bits in one digest of 64 bytes."""

_SEPARATOR = b"\x1f"
_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Hashing:
    """How parts set bits: ``k`` of ``bits`` positions each, under ``key``."""

    key: bytes
    k: int
    bits: int


def bloom(
    grams: Grams, values: Whole, salts: Sequence[str], salted: Whole, hashing: Hashing
) -> Words:
    """Return filters of values, each under a salt.

    Parameters
    ----------
    values, salted
        For each filter, the value in ``grams`` and the salt in ``salts`` that it is of. Where salts
        differ the same part sets other bits. Without salts ``salts`` is one empty text.
    """
    names, starts = len(grams.names), grams.starts
    used = np.zeros((len(salts), names), np.bool_)
    counts = np.diff(starts)
    made = np.zeros((len(values), hashing.bits // 64), np.uint64)
    for first in range(0, len(values), _AT_ONCE):
        within = slice(first, first + _AT_ONCE)
        used[np.repeat(salted[within], counts[values[within]]), _parts(grams, values[within])] = (
            True
        )
    wanted = np.argwhere(used)
    place = np.cumsum(used.reshape(-1)).reshape(used.shape) - 1
    words = _words([(salts[s], grams.names[p]) for s, p in wanted.tolist()], hashing)
    for first in range(0, len(values), _AT_ONCE):
        within = slice(first, first + _AT_ONCE)
        n = counts[values[within]]
        each = words[place[np.repeat(salted[within], n), _parts(grams, values[within])]]
        made[within] = np.bitwise_or.reduceat(each, np.cumsum(n) - n, axis=0)
    return made


def _parts(grams: Grams, values: Whole) -> Whole:
    """Return the parts of ``values``, one value after the other."""
    counts = np.diff(grams.starts)[values]
    ends = np.cumsum(counts)
    offsets = np.repeat(grams.starts[values] - (ends - counts), counts)
    return grams.parts[offsets + np.arange(len(offsets))]


def _words(parts: Sequence[tuple[str, bytes]], hashing: Hashing) -> Words:
    """Return the bits that each part sets under its salt, by independent hashing.

    The digest is keyed BLAKE2b's (RFC 7693); its numbers of 16 bits, modulo the filter's length,
    are the positions.
    """
    digests = b"".join(
        blake2b((salt.encode() + _SEPARATOR if salt else b"") + name, key=hashing.key).digest()
        for salt, name in parts
    )
    positions = np.frombuffer(digests, "<u2").reshape(len(parts), MOST)[:, : hashing.k]
    positions = positions.astype(np.intp) % hashing.bits
    bits = np.zeros((len(parts), hashing.bits), np.bool_)
    bits[np.arange(len(parts))[:, None], positions] = True
    packed: npt.NDArray[np.uint8] = np.packbits(bits, axis=1, bitorder="little")
    return packed.view("<u8").astype(np.uint64)
