"""Hardening undone: what can be turned back protects nothing from someone who knows how it works.

Rule 90 on a circle of even length is linear with a kernel of four filters (Martin, Odlyzko and
Wolfram 1984 for the algebra): of the four that give a hardened filter, the sparsest was hardened.
Balancing is undone by finding, for each bit, the one that is always its opposite.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.privacy.schema import Filter, stored

Bits = npt.NDArray[np.uint8]
"""(filters, bits): 0 or 1."""


def bits_of(encoded: pa.Table, column: Filter) -> tuple[Bits, npt.NDArray[np.bool_]]:
    """Return the bits of a filter column (n, bits), zeros where missing, and which are there."""
    words = [encoded.column(name).combine_chunks() for name in stored(column)]
    rows = np.stack([word.fill_null(0).to_numpy().astype("<u8") for word in words], axis=1)
    bits = np.unpackbits(np.ascontiguousarray(rows).view(np.uint8), axis=1, bitorder="little")
    return bits, words[0].is_valid().to_numpy(zero_copy_only=False)


def undone(bits: Bits, harden: Sequence[str]) -> Bits:
    """Return filters as they were before each way of hardening, the last undone first.

    A fold is left: the XOR of two sparse halves is nearly their union, a filter like any other.
    """
    for name in reversed(harden):
        bits = _UNDO.get(name, _as_it_is)(bits)
    return bits


def _as_it_is(bits: Bits) -> Bits:
    return bits


def _rule90(bits: Bits) -> Bits:
    """Return the sparsest filter of which each bit here is the XOR of two neighbours."""
    n, length = bits.shape
    before = np.zeros_like(bits)
    for parity in (0, 1):
        places = np.arange(length // 2) * 2 + parity
        chain = np.bitwise_xor.accumulate(bits[:, (places + 1) % length], axis=1)
        half = np.concatenate([np.zeros((n, 1), np.uint8), chain[:, :-1]], axis=1)
        half ^= (half.sum(axis=1, dtype=np.int64) > length // 4).astype(np.uint8)[:, None]
        before[:, places] = half
    return before


def _balanced(bits: Bits) -> Bits:
    """Return of each bit and its opposite the one that is seldom set."""
    columns = np.packbits(bits, axis=0).T
    opposite = np.packbits(1 - bits, axis=0).T
    seen = {column.tobytes(): place for place, column in enumerate(columns)}
    often = bits.mean(axis=0)
    kept = [
        place
        for place, column in enumerate(opposite)
        if (other := seen.get(column.tobytes())) is None
        or (often[place], place) < (often[other], other)
    ]
    return bits[:, kept]


_UNDO = {"rule90": _rule90, "balanced": _balanced}
