"""Record identifiers that say nothing: neither of whom they are, nor of the order."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from synthetic_data.arrays import Whole
from synthetic_data.people.state import BLOCK
from synthetic_data.seeds import stream

PER_BLOCK = 2 * BLOCK
"""Room for the records of one block: one for each person, and a second."""
_HALF = np.uint64(18)
_MASK = np.uint64((1 << 18) - 1)
_DIGITS = 11  # of 2**36
_ROUNDS = 6
_MIX = np.uint64(0x9E3779B97F4A7C15)


def record_ids(source: str, seed: int, block: int, n: int) -> pa.Array:
    """Return the identifiers of the ``n`` records of a block: no two of a source are alike.

    A letter of the source and the number that the record's place becomes when the numbers below
    2**36 are mixed, by a Feistel network keyed by seed and source.
    """
    places = np.arange(n, dtype=np.uint64) + np.uint64(block * PER_BLOCK)
    keys = stream(seed, f"source {source}: record_id").integers(0, 1 << 63, _ROUNDS, np.uint64)
    digits = pc.utf8_lpad(pa.array(mixed(places, keys)).cast(pa.string()), _DIGITS, "0")
    return pc.binary_join_element_wise(source[0].upper(), digits, "")


def mixed(places: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a number below 2**36 for each place below 2**36: another for each."""
    left, right = places >> _HALF, places & _MASK
    for key in keys:
        scrambled = (right + key) * _MIX
        scrambled ^= scrambled >> np.uint64(29)
        left, right = right, left ^ ((scrambled * _MIX) >> np.uint64(40)) & _MASK
    return left << _HALF | right


def shuffled(source: str, seed: int, block: int, n: int) -> Whole:
    """Return an order of the ``n`` records of a block that says nothing."""
    return stream(seed, f"source {source}: order", block).permutation(n)
