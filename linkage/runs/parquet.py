"""How the tables of a run are laid out in Parquet files, and read again a row group at a time."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

PARQUET: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}
_VALUES_AT_A_TIME = 65_536


def decoded(schema: pa.Schema) -> pa.Schema:
    """Return ``schema`` with the values of dictionaries in place of their codes."""
    return pa.schema(
        pa.field(field.name, field.type.value_type if _encoded(field.type) else field.type)
        for field in schema
    )


def table_writer(file: BinaryIO, schema: pa.Schema, distinct: Collection[str]) -> pq.ParquetWriter:
    """Return a writer into ``file``.

    Text has no statistics: its least and greatest value would be worked out at length, and no
    query asks for them. Arrow's own schema is left out, because it would give codes back as codes.
    """
    numbers = [field.name for field in schema if not _text(field.type)]
    return pq.ParquetWriter(
        file,
        schema,
        use_dictionary=[name for name in schema.names if name not in distinct],
        write_statistics=numbers,
        write_batch_size=_VALUES_AT_A_TIME,
        store_schema=False,
        **PARQUET,
    )


def of_equal_size(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield the same rows in batches of ``rows``, whatever the threads that made them."""
    waiting: list[pa.RecordBatch] = []
    n = 0
    for batch in batches:
        waiting.append(batch)
        n += batch.num_rows
        if n >= rows:
            table = pa.Table.from_batches(waiting, schema)
            whole = n - n % rows
            for start in range(0, whole, rows):
                yield from table.slice(start, rows).combine_chunks().to_batches()
            waiting = table.slice(whole).to_batches()
            n -= whole
    if n:
        yield from pa.Table.from_batches(waiting, schema).combine_chunks().to_batches()


def row_groups(
    path: Path, columns: Sequence[str] | None, encoded: Collection[str]
) -> Iterator[pa.RecordBatch]:
    """Yield the row groups of a file of ours, every page checked; see :class:`Workspace`."""
    schema = pq.read_schema(path)
    wanted = schema.names if columns is None else list(columns)
    text = [name for name in wanted if name in encoded and _text(schema.field(name).type)]
    with pq.ParquetFile(path, read_dictionary=text, page_checksum_verification=True) as file:
        for at in range(file.num_row_groups):
            group = file.read_row_group(at, wanted, use_threads=False)
            yield from group.unify_dictionaries().combine_chunks().to_batches()


def _text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or _encoded(kind))


def _encoded(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind))
