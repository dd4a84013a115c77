"""The records as the engine holds them: one typed table a source, texts beside their codes.

Every distinct text has one integer code wherever it stands, so that joins and comparisons for
equality work on integers; what a value is worth (its term frequency) is found once a distinct
value. Only the columns that are asked for are read, one after the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.engines.levels import CODE, FREQUENCY
from linkage.runs.storage import undamaged
from linkage.runs.workspace import HELD
from linkage.sql import identifier


@dataclass(frozen=True)
class Wanted:
    """What is asked of the records.

    ``coded`` columns are held as codes, ``plain`` ones as they are, ``frequencies`` as the -log2
    term frequency of their value. Columns of one of the ``families`` are compared with each other,
    so that a text has the same code in all of them.
    """

    coded: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    frequencies: tuple[str, ...] = ()
    families: tuple[frozenset[str], ...] = ()

    def covers(self, other: "Wanted") -> bool:
        """Say whether tables made for this serve what ``other`` asks."""
        mine = _families((*self.coded, *self.frequencies), self.families)
        theirs = _families((*other.coded, *other.frequencies), other.families)
        return (
            set(other.coded) <= set(self.coded)
            and set(other.plain) <= set(self.plain)
            and set(other.frequencies) <= set(self.frequencies)
            and all(any(set(family) <= set(each) for each in mine) for family in theirs)
        )


class Records:
    """The records of one source in a Parquet file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with undamaged(path):
            self.schema: pa.Schema = pq.read_schema(path)
            texts = [field.name for field in self.schema if pa.types.is_string(field.type)]
            self._file = pq.ParquetFile(
                path, read_dictionary=texts, page_checksum_verification=True
            )

    def read(self, columns: Iterable[str]) -> pa.Table:
        """Return those of ``columns`` that are held; texts as dictionaries, one a chunk."""
        held = [column for column in dict.fromkeys(columns) if column in self.schema.names]
        with undamaged(self._path):
            return self._file.read(columns=held)

    def parts(self, column: str) -> Iterator[pa.Array]:
        """Yield a column a row group at a time, texts as themselves."""
        for group in range(self._file.num_row_groups):
            with undamaged(self._path):
                part = self._file.read_row_group(group, columns=[column])[column]
            for chunk in _told_apart(part).unify_dictionaries().chunks:
                yield chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk

    @property
    def n(self) -> int:
        """The number of records."""
        return int(self._file.metadata.num_rows)


def _encoded(column: pa.ChunkedArray) -> tuple[pa.Array, pa.ChunkedArray]:
    """Return the distinct values of a column, and each record's place among them."""
    data = _told_apart(column)
    if not pa.types.is_dictionary(data.type):
        data = data.dictionary_encode()
    data = data.unify_dictionaries()
    values = data.chunk(0).dictionary if data.num_chunks else pa.array([], data.type.value_type)
    return values, pa.chunked_array([c.indices for c in data.chunks], pa.int32())


def _told_apart(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return ``values`` such that Arrow tells them apart just where the database does."""
    if pa.types.is_list(values.type):  # which Arrow cannot compare
        texts = [None if value is None else repr(value) for value in values.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return pc.add(values, 0.0) if pa.types.is_floating(values.type) else values  # -0 is 0


def load(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Records], wanted: Wanted
) -> dict[str, str]:
    """Make a table for every source and return their quoted names, by source.

    A column that a source lacks is NULL there. Term frequencies are shares of all values of all
    sources together, as splink counts them.
    """
    asked = ("record", *wanted.coded, *wanted.frequencies, *wanted.plain)
    held = {name: records.read(asked) for name, records in sources.items()}
    codes: dict[tuple[str, str], pa.ChunkedArray] = {}
    worth: dict[str, pa.Array] = {}
    families = _families((*wanted.coded, *wanted.frequencies), wanted.families)
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        for family, (made, n_values) in zip(
            families, pool.map(partial(_coded, held), families), strict=True
        ):
            codes |= made
            for column in set(family) & set(wanted.frequencies):
                each = [c for (_, name), c in made.items() if name == column]
                worth[column] = _worth(each, n_values)
    types = {f.name: f.type for each in sources.values() for f in each.schema}
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {HELD}").fetchall()
    tables = {}
    for number, name in enumerate(sources):
        columns = _columns(name, held.pop(name), wanted, codes, worth, types)
        tables[name] = _create(connection, f"side_{number}", columns)
        del columns
        pa.default_memory_pool().release_unused()
    return tables


def _columns(
    name: str,
    held: pa.Table,
    wanted: Wanted,
    codes: dict[tuple[str, str], pa.ChunkedArray],
    worth: Mapping[str, pa.Array],
    types: Mapping[str, pa.DataType],
) -> pa.Table:
    n = held.num_rows
    columns = {"record": held["record"]}
    for column in wanted.frequencies:
        code = codes.get((name, column))
        columns[FREQUENCY + column] = (
            pa.nulls(n, pa.float64()) if code is None else _taken(worth[column], code)
        )
    for column in wanted.coded:
        code = codes.get((name, column))
        columns[CODE + column] = pa.nulls(n, pa.int32()) if code is None else code
    for column in wanted.plain:
        lacking = column not in held.column_names
        columns[column] = pa.nulls(n, types[column]) if lacking else held[column]
    return pa.table(columns)


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: pa.Table) -> str:
    name = f"{HELD}.{identifier(table)}"
    connection.register("side_made", columns)
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM side_made")
    connection.unregister("side_made")
    return name


def _families(
    columns: Iterable[str], together: Iterable[frozenset[str]]
) -> tuple[tuple[str, ...], ...]:
    """Return the columns in groups that share a dictionary: those compared with each other."""
    group = {column: {column} for column in columns}
    for family in together:
        merged = set().union(*(group[column] for column in family if column in group))
        group |= dict.fromkeys(merged, merged)
    distinct = {id(each): tuple(sorted(each)) for each in group.values()}
    return tuple(distinct.values())


def _coded(
    held: Mapping[str, pa.Table], family: Sequence[str]
) -> tuple[dict[tuple[str, str], pa.ChunkedArray], int]:
    """Return the codes of a family's columns, by source and column, and how many codes there are.

    A code is the value's place among all values of the family's columns in all sources.
    """
    encoded = {
        (name, column): _encoded(table[column])
        for name, table in held.items()
        for column in family
        if column in table.column_names
    }
    every = pc.unique(pa.chunked_array([values for values, _ in encoded.values()]))
    codes = {
        key: _taken(pc.index_in(values, every), places) for key, (values, places) in encoded.items()
    }
    return codes, len(every)


def _taken(values: pa.Array, places: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([values.take(chunk) for chunk in places.chunks], values.type)


def _worth(codes: Sequence[pa.ChunkedArray], n_values: int) -> pa.Array:
    """Return -log2 of the share of values that each code has."""
    counts = np.zeros(n_values, dtype=np.int64)
    for each in codes:
        for chunk in each.chunks:
            counts += np.bincount(chunk.drop_null().to_numpy(), minlength=n_values)
    total = max(int(counts.sum()), 1)
    return pa.array(-np.log2(np.maximum(counts, 1) / total))
