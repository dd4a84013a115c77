"""Values as keyed hashes that are equal where the values are, and tell nothing else."""

import hmac
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.standardise.encoded import Encoded

Numbers = npt.NDArray[np.uint64]

_BYTES = 8
"""Bytes that are kept of a digest: of a million values, a pair is equal by chance once in 4e7."""


def tokens(values: Encoded, key: bytes) -> pa.UInt64Array:
    """Return the token of each record: HMAC-SHA-256 of its value, missing where that is.

    The digest's first 64 bits are kept, the first byte lowest. Each value is hashed once.
    """
    return gathered(hashes(values.values, key), values.codes)


def hashes(values: pa.StringArray, key: bytes) -> Numbers:
    """Return the hash of each text."""
    digests = (hmac.digest(key, each.encode(), "sha256")[:_BYTES] for each in values.to_pylist())
    return np.frombuffer(bytearray().join(digests), "<u8").astype(np.uint64)


def gathered(numbers: Numbers, codes: npt.NDArray[np.integer[Any]]) -> pa.UInt64Array:
    """Return what stands at each of ``codes``, missing at those under 0."""
    if not len(numbers):
        return pa.nulls(len(codes), pa.uint64())
    return pa.array(numbers[np.maximum(codes, 0)], mask=np.less(codes, 0))
