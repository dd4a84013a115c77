"""Values as keyed hashes that are equal where the values are, and tell nothing else."""

from collections.abc import Sequence
from hashlib import sha256
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


def tokens_of_each(texts: pa.StringArray, key: bytes) -> pa.UInt64Array:
    """Return the token of each record, as :func:`tokens` does, where few records share a text."""
    return _spread(hashes(texts.drop_null(), key), texts.is_valid().to_numpy(zero_copy_only=False))


def mixed(hashed: Sequence[Numbers], filled: Filled, key: bytes) -> pa.UInt64Array:
    """Return one number of several hashes for each record that is ``filled``.

    SipHash-2-4: where nearly every record has values of its own together, ten times as fast as HMAC
    of the whole.
    """
    return _spread(siphash(hashed, key[:KEY_BYTES]), filled)


def hashes(values: pa.StringArray, key: bytes) -> Numbers:
    """Return the hash of each text.

    HMAC (RFC 2104) is written out, because both of its first blocks depend on the key alone and are
    hashed once: half the time that a call each takes.
    """
    block = key.ljust(_BLOCK, b"\0")
    inner, outer = (sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    digests = bytearray()
    for value in values.cast(pa.binary()).to_pylist():
        within, around = inner.copy(), outer.copy()
        within.update(value)
        around.update(within.digest())
        digests += around.digest()[:_BYTES]
    return np.frombuffer(digests, "<u8").astype(np.uint64)


def gathered(numbers: Numbers, codes: npt.NDArray[np.integer[Any]]) -> pa.UInt64Array:
    """Return what stands at each of ``codes``, missing at those under 0."""
    if not len(numbers):
        return pa.nulls(len(codes), pa.uint64())
    return pa.array(numbers[np.maximum(codes, 0)], mask=np.less(codes, 0))


def _spread(numbers: Numbers, filled: Filled) -> pa.UInt64Array:
    """Return the numbers of the records that are ``filled``, missing in the others."""
    return gathered(numbers, np.where(filled, np.cumsum(filled) - 1, -1))
