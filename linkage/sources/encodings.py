"""The encodings of an owner's folder: each filter put together from the words it is stored in.

A filter is 64 bytes, its words in order and each little endian; a token is a whole number; a group
is text. A value that is missing is missing in every word of its filter.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from linkage.config.schema import Source
from linkage.privacy.schema import BITS, WORDS
from linkage.sources.columnar import parquet_batches, parquet_schema

FILTER = pa.binary()
TOKEN = pa.uint64()

_ROWS = 245_760
_BYTES = BITS // 8


def is_encoding(kind: pa.DataType) -> bool:
    """Say whether a column of this type holds encodings: no other column of ours has it."""
    return kind in {FILTER, TOKEN}


def words_of(filter_: str) -> tuple[str, ...]:
    """Return the columns that hold the words of a filter, first to last."""
    return tuple(f"{filter_}_{word}" for word in range(WORDS))


def encoded_schema(name: str, source: Source) -> pa.Schema:
    """Return the columns of an encoded source, in the order of its file, filters whole."""
    filters = {words_of(column)[0]: column for column in _filters(source)}
    others = {word for column in filters.values() for word in words_of(column)[1:]}
    return pa.schema(
        (filters[field.name], FILTER) if field.name in filters else (field.name, field.type)
        for field in parquet_schema(name, source)
        if field.name not in others
    )


def encoded_batches(
    name: str, source: Source, positions: Sequence[int], rows: int = _ROWS
) -> Iterator[pa.RecordBatch]:
    """Yield the columns at ``positions`` of :func:`encoded_schema`, so many ``rows`` at a time."""
    names = [encoded_schema(name, source).names[position] for position in positions]
    filters = _filters(source)
    stored = [each for column in names for each in _stored(column, filters)]
    held = parquet_schema(name, source).names
    places = [held.index(each) for each in stored]
    for batch in parquet_batches(name, source, places, rows):
        columns = dict(zip(stored, batch.columns, strict=True))
        yield pa.RecordBatch.from_arrays(
            [
                whole([columns[word] for word in words_of(each)])
                if each in filters
                else columns[each]
                for each in names
            ],
            names,
        )


def whole(words: Sequence[pa.Array]) -> pa.Array:
    """Return filters (n,) of the words (n,) that each is stored in."""
    table = np.stack([word.fill_null(0).to_numpy() for word in words], axis=1).astype("<u8")
    valid = words[0].is_valid().buffers()[1] if words[0].null_count else None
    data = pa.py_buffer(np.ascontiguousarray(table))
    return pa.Array.from_buffers(pa.binary(_BYTES), len(table), [valid, data]).cast(FILTER)


def _filters(source: Source) -> list[str]:
    return [name for name, column in source.columns.items() if column.kind == "filter"]


def _stored(column: str, filters: Sequence[str]) -> tuple[str, ...]:
    return words_of(column) if column in filters else (column,)
