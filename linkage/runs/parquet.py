"""How the tables of a run are laid out in Parquet files, and read again a row group at a time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

PARQUET: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}
_VALUES_AT_A_TIME = 65_536
_GATHERED = 1 << 22
_SPLIT = "BYTE_STREAM_SPLIT"


def encoded_type(kind: pa.DataType) -> pa.DataType:
    """Return the type of a column of ``kind`` whose text comes as codes into a dictionary."""
    return pa.dictionary(pa.int32(), kind) if pa.types.is_string(kind) else kind


def decoded(schema: pa.Schema) -> pa.Schema:
    """Return ``schema`` with the values of dictionaries in place of their codes."""
    return pa.schema(
        pa.field(field.name, field.type.value_type if _encoded(field.type) else field.type)
        for field in schema
    )


def encodings(
    schema: pa.Schema, distinct: Collection[str], random: Collection[str]
) -> dict[str, str]:
    """Return how columns without a dictionary are laid out, where it is not value after value.

    Whole numbers of which none occurs twice mostly rise: their steps are small. The first bytes of
    all doubles, which are much alike, stand together, then the second ones; the lengths of random
    text stand apart from its characters. Both are compressed better, and sooner.
    """
    kinds = {name: schema.field(name).type for name in distinct}
    return {
        **{n: "DELTA_BINARY_PACKED" for n, kind in kinds.items() if pa.types.is_integer(kind)},
        **{n: _SPLIT for n, kind in kinds.items() if pa.types.is_float64(kind)},
        **dict.fromkeys(random, "DELTA_LENGTH_BYTE_ARRAY"),
    }


@contextmanager
def row_group_writer(
    file: BinaryIO, schema: pa.Schema, distinct: Collection[str], random: Collection[str]
) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """Give a function that writes a batch into ``file`` as a row group.

    It is for a thread of its own: what it writes is gathered first, because each call of ``file``
    waits for Python, which the other threads may hold.

    Text has no statistics: its least and greatest value would be worked out at length, and no
    query asks for them. Arrow's own schema is left out, because it would give codes back as codes.
    Codes are packed into bits before they are compressed, and doubles split into their bytes: a
    light codec leaves little behind.
    """
    layout = encodings(schema, distinct, random)
    gathered = pa.BufferedOutputStream(pa.PythonFile(file, "w"), _GATHERED)
    try:
        with pq.ParquetWriter(
            gathered,
            schema,
            use_dictionary=[name for name in schema.names if name not in {*distinct, *random}],
            column_encoding=layout,
            write_statistics=[field.name for field in schema if not _text(field.type)],
            write_batch_size=_VALUES_AT_A_TIME,
            store_schema=False,
            compression={
                f.name: "lz4" if _encoded(f.type) or layout.get(f.name) == _SPLIT else "zstd"
                for f in schema
            },
            write_page_checksum=True,
        ) as writer:
            yield lambda batch: writer.write_batch(batch, row_group_size=max(batch.num_rows, 1))
    finally:
        gathered.detach()


def of_equal_size(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the same rows in batches of ``rows``, whatever the threads that made them."""
    waiting: list[pa.RecordBatch] = []
    n = 0
    for batch in batches:
        if not waiting and batch.num_rows == rows:
            yield batch
            continue
        waiting.append(batch)
        n += batch.num_rows
        if n >= rows:
            table = pa.Table.from_batches(waiting)
            whole = n - n % rows
            for start in range(0, whole, rows):
                yield from table.slice(start, rows).combine_chunks().to_batches()
            waiting = table.slice(whole).to_batches()
            n -= whole
    if n:
        yield from pa.Table.from_batches(waiting).combine_chunks().to_batches()


def row_groups(
    path: Path, columns: Sequence[str] | None, encoded: Collection[str]
) -> Iterator[pa.RecordBatch]:
    """Yield the row groups of a file of ours, every page checked; see :class:`Workspace`.

    Of a table without rows comes one batch without rows: it has its columns all the same.
    """
    schema = pq.read_schema(path)
    wanted = schema.names if columns is None else list(columns)
    text = [name for name in wanted if name in encoded and _text(schema.field(name).type)]
    with pq.ParquetFile(path, read_dictionary=text, page_checksum_verification=True) as file:
        for at in range(file.num_row_groups):
            group = file.read_row_group(at, wanted, use_threads=False)
            yield from group.unify_dictionaries().combine_chunks().to_batches()
        if not file.metadata.num_rows:
            yield pa.RecordBatch.from_pylist([], file.read(wanted).schema)


def _text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or _encoded(kind))


def _encoded(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind))
