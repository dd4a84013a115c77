"""Values as keyed hashes that are equal where the values are, and tell nothing else."""

from collections.abc import Sequence
from hashlib import blake2b, sha256
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.privacy.siphash import KEY_BYTES, Numbers, siphash
from linkage.standardise.encoded import Encoded

Filled = npt.NDArray[np.bool_]

_BLOCK = 64
"""Bytes that SHA-256 takes at once: a key may not be longer."""

_BYTES = 8
"""Bytes that are kept of a digest: of a million values, a pair is equal by chance once in 4e7."""


def tokens(values: Encoded, key: bytes) -> pa.UInt64Array:
    """Return the token of each record: HMAC-SHA-256 of its value, missing where that is.

    The digest's first 64 bits are kept, the first byte lowest. Each value is hashed once.
    """
    return gathered(hashes(values.values, key), values.codes)


def mixed_tokens(parts: Sequence[Encoded], key: bytes) -> pa.UInt64Array:
    """Return the token of several values of each record, missing where one of them is.

    SipHash-2-4 of their hashes: where nearly every record has values of its own together, ten times
    as fast as a hash of the whole for each.
    """
    filled = np.logical_and.reduce([part.filled for part in parts])
    return mixed(blocks(parts, filled, key), filled, key)


def blocks(parts: Sequence[Encoded], filled: Filled, key: bytes) -> list[Numbers]:
    """Return the hashes of parts in the records that have them all."""
    return [hashes(part.values, key)[part.codes[filled]] for part in parts]


def mixed(numbers: Sequence[Numbers], filled: Filled, key: bytes) -> pa.UInt64Array:
    """Return one number of several for each record that is filled."""
    hashed = siphash(numbers, blake2b(b"mix", key=key, digest_size=KEY_BYTES).digest())
    return gathered(hashed, np.where(filled, np.cumsum(filled) - 1, -1))


def hashes(values: pa.StringArray, key: bytes) -> Numbers:
    """Return the hash of each text.

    HMAC (RFC 2104) is written out, because both of its first blocks depend on the key alone and are
    hashed once: half the time that a call each takes.
    """
    block = key.ljust(_BLOCK, b"\0")
    inner, outer = (sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    digests = bytearray()
    for value in values.to_pylist():
        within, around = inner.copy(), outer.copy()
        within.update(value.encode())
        around.update(within.digest())
        digests += around.digest()[:_BYTES]
    return np.frombuffer(digests, "<u8").astype(np.uint64)


def gathered(numbers: Numbers, codes: npt.NDArray[np.integer[Any]]) -> pa.UInt64Array:
    """Return what stands at each of ``codes``, missing at those under 0."""
    if not len(numbers):
        return pa.nulls(len(codes), pa.uint64())
    return pa.array(numbers[np.maximum(codes, 0)], mask=np.less(codes, 0))
