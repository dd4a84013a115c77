"""Parquet and Arrow files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.config.schema import Source
from linkage.errors import DataError
from linkage.sources.faults import fault

_ROWS = 245_760


def parquet_schema(name: str, source: Source) -> pa.Schema:
    """Return the columns of a Parquet file."""
    with _intact(name, source, "Parquet"), pq.ParquetFile(source.path) as file:
        return file.schema_arrow


def parquet_batches(
    name: str, source: Source, positions: Sequence[int], rows: int = _ROWS
) -> Iterator[pa.RecordBatch]:
    """Yield the columns at ``positions``, so many ``rows`` at a time, every checksum verified.

    So is that text is text: bytes of another encoding would only be found out stages later.

    Text comes as codes into a dictionary, but for the first column, the identifier, in which hardly
    a value occurs twice.
    """
    schema = parquet_schema(name, source)
    names = [schema.names[position] for position in positions]
    text = [each for each in names[1:] if pa.types.is_string(schema.field(each).type)]
    with (
        _intact(name, source, "Parquet"),
        pq.ParquetFile(source.path, read_dictionary=text, page_checksum_verification=True) as file,
    ):
        for batch in file.iter_batches(batch_size=rows, columns=names):
            batch.validate(full=True)
            yield batch.select([batch.schema.names.index(each) for each in names])


def arrow_schema(name: str, source: Source) -> pa.Schema:
    """Return the columns of an Arrow file or stream."""
    with _intact(name, source, "Arrow"), pa.memory_map(str(source.path)) as file:
        return _opened(file).schema


def arrow_batches(
    name: str, source: Source, positions: Sequence[int], rows: int = _ROWS
) -> Iterator[pa.RecordBatch]:
    """Yield the columns at ``positions`` of an Arrow file or stream, in its own batches."""
    with _intact(name, source, "Arrow"), pa.memory_map(str(source.path)) as file:
        for batch in _batches(_opened(file)):
            batch.validate(full=True)
            yield batch.select(list(positions))


def _opened(file: pa.NativeFile) -> pa.RecordBatchFileReader | pa.RecordBatchStreamReader:
    try:
        return pa.ipc.open_file(file)
    except pa.ArrowInvalid:
        file.seek(0)
        return pa.ipc.open_stream(file)


def _batches(
    reader: pa.RecordBatchFileReader | pa.RecordBatchStreamReader,
) -> Iterator[pa.RecordBatch]:
    if isinstance(reader, pa.RecordBatchFileReader):
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)
    else:
        yield from reader


@contextmanager
def _intact(name: str, source: Source, kind: str) -> Iterator[None]:
    """Say that a file is damaged without repeating what the library says, which may quote it."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError):
        raise DataError(
            fault(
                "D306",
                name,
                source,
                f"the file is damaged, incomplete or not a {kind} file",
                "copy it again from where it was made, and compare sizes or checksums",
            )
        ) from None
