"""Hashes of values that no version of a library changes: 64 bits, the same on every machine.

Values are found again by them in files that outlive a run. Nothing is kept secret by it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.engines.columns import NONE, told_apart

Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_TOGETHER = 65_536


def mixed(state: Hashes) -> Hashes:
    """Return the finaliser of SplitMix64 (Steele, Lea and Flood 2014, figure 17)."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def of_texts(texts: pa.Array) -> Hashes:
    """Return the hash (n,) of each text's bytes, taken eight at a time; a null is as empty."""
    filled = texts.cast(pa.large_string()).fill_null("")
    ends = np.frombuffer(filled.buffers()[1], np.int64, len(filled) + 1, 8 * filled.offset)
    content = np.frombuffer(filled.buffers()[2] or b"", np.uint8)
    lengths = np.diff(ends)
    found = np.empty(len(filled), np.uint64)
    for length in np.unique(lengths):
        (same,) = np.nonzero(lengths == length)
        for start in range(0, len(same), _TOGETHER):
            rows = same[start : start + _TOGETHER]
            found[rows] = _of_length(content, ends[rows], int(length))
    return found


def _of_length(content: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], n: int) -> Hashes:
    padded = np.zeros((len(starts), -(-n // 8) * 8), np.uint8)
    padded[:, :n] = content[starts[:, None] + np.arange(n)]
    state = np.full(len(starts), n, np.uint64)
    for word in padded.view("<u8").T:
        state = mixed((state ^ word) + _STEP)
    return state


def of_values(column: pa.ChunkedArray) -> tuple[Hashes, Flags]:
    """Return the hash of each value, and whether there is one; equal values of any type agree."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    data = told_apart(column)
    coded = data if pa.types.is_dictionary(data.type) else data.dictionary_encode()
    coded = coded.unify_dictionaries()
    if not coded.num_chunks:
        return np.zeros(0, np.uint64), np.zeros(0, bool)
    values = coded.chunk(0).dictionary
    if pa.types.is_integer(kind):
        values = values.cast(pa.float64())
    hashes = np.append(of_texts(values.cast(pa.string())), np.uint64(0))
    codes = np.concatenate([c.indices.fill_null(NONE).to_numpy() for c in coded.chunks])
    return hashes.take(codes.astype(np.intp)), codes >= 0


def of_rows(table: pa.Table, columns: Sequence[str]) -> tuple[Hashes, Flags]:
    """Return the hash of each row's values of ``columns``, and whether none of them misses.

    A missing value counts as a value of its own in the hash.
    """
    state, present = np.full(table.num_rows, len(columns), np.uint64), np.ones(table.num_rows, bool)
    for name in columns:
        if name not in table.column_names:
            return state, np.zeros(table.num_rows, bool)
        hashes, there = of_values(table[name])
        state = mixed((state + _STEP) ^ (hashes + there))
        present &= there
    return state, present


def of_ids(ids: pa.ChunkedArray) -> Hashes:
    """Return the hash of each identifier."""
    parts = [of_texts(chunk) for chunk in ids.chunks]
    return np.concatenate([np.zeros(0, np.uint64), *parts])
