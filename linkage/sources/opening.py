"""From a path to columns: which reader a file needs, and what can stop it being opened."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.sources import columnar, database, delimited, encodings
from linkage.sources.faults import fault

Schema = Callable[[str, Source], pa.Schema]


class Batches(Protocol):
    """Reads the columns at some positions of a source, so many rows at a time, or about."""

    def __call__(
        self, name: str, source: Source, positions: Sequence[int], rows: int = ...
    ) -> Iterator[pa.RecordBatch]:
        """Yield the batches."""


@dataclass(frozen=True)
class Format:
    """How one kind of file is read: its columns, and the batches of some of them."""

    schema: Schema
    batches: Batches


_PARQUET = Format(columnar.parquet_schema, columnar.parquet_batches)
_ARROW = Format(columnar.arrow_schema, columnar.arrow_batches)
_CSV = Format(delimited.csv_schema, delimited.csv_batches)
_DATABASE = Format(database.database_schema, database.database_batches)
_ENCODINGS = Format(encodings.encoded_schema, encodings.encoded_batches)

FORMATS: dict[str, Format] = {
    ".parquet": _PARQUET,
    ".pq": _PARQUET,
    ".arrow": _ARROW,
    ".feather": _ARROW,
    ".ipc": _ARROW,
    ".csv": _CSV,
    ".tsv": _CSV,
    ".txt": _CSV,
    ".duckdb": _DATABASE,
    ".ddb": _DATABASE,
    ".db": _DATABASE,
}
"""The readable kinds of file, by the end of their name."""


def opened(name: str, source: Source) -> Format:
    """Return how the source's file is read, once it is known to be a file that can be.

    Raises
    ------
    DataError
        When there is no such file, or it is empty, unreadable or of an unknown kind.
    """
    if found := _file_fault(name, source):
        raise DataError(found)
    return FORMATS[source.path.suffix.lower()] if source.encoded is None else _ENCODINGS


def column_names(source: Source, name: str = "") -> tuple[str, ...]:
    """Return the columns that the source's file or table holds, in its order."""
    label = name or source.label or source.path.name
    return tuple(opened(label, source).schema(label, source).names)


def _file_fault(name: str, source: Source) -> Fault | None:
    path = source.path
    if not path.exists():
        return fault("D301", name, source, "the file does not exist", "check path:")
    if not path.is_file():
        return fault("D302", name, source, "the path is not a file", "write the path of one file")
    if path.suffix.lower() not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        return fault("D305", name, source, "the kind of file is not known", f"readable: {known}")
    if not os.access(path, os.R_OK):
        return fault("D303", name, source, "the file may not be read by this user", "ask its owner")
    if path.stat().st_size == 0:
        return fault("D304", name, source, "the file is empty", "write the file again")
    return None
