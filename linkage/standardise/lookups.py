"""Each distinct value cleaned once, in a table that is joined back to the records."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from linkage.sql import identifier
from linkage.standardise.cleaners import Cleaner

_CHUNK = 50_000


@dataclass(frozen=True)
class Lookup:
    """A temporary table of cleaned values: ``raw``, the cleaner's columns, and ``fired``.

    ``fired`` is a bit mask over the cleaner's rules; ``key`` is the expression, on the table of
    records called i, that finds a record's row.
    """

    table: str
    key: str
    cleaner: Cleaner

    def selected(self, column: str) -> str:
        """Return the expression of one column; a blank cell was not answered."""
        value = f"{self.table}.{identifier(column)}"
        if column.startswith("missing_"):
            value = f"coalesce({value}, CASE WHEN {self.key} IS NULL THEN 'not_answered' END)"
        return f"{value} AS {identifier(column)}"

    def selected_else(self, column: str, other: "Lookup") -> str:
        """Return the same, with what ``other`` gives where this one gives nothing."""
        here, there = (f"{each.table}.{identifier(column)}" for each in (self, other))
        if not column.startswith("missing_"):
            return f"coalesce({here}, {there}) AS {identifier(column)}"
        value = identifier(column.removeprefix("missing_"))
        own = self.selected(column).removesuffix(f" AS {identifier(column)}")
        filled = f"coalesce({self.table}.{value}, {other.table}.{value})"
        return f"CASE WHEN {filled} IS NULL THEN {own} END AS {identifier(column)}"

    def joined(self) -> str:
        """Return the join that finds a record's row."""
        return f"LEFT JOIN {self.table} ON {self.table}.raw = {self.key}"


def lookup(
    connection: duckdb.DuckDBPyConnection, table: str, records: str, key: str, cleaner: Cleaner
) -> Lookup:
    """Clean the distinct values of ``key`` in ``records`` (a quoted name) into ``table``."""
    raw = connection.sql(
        f"SELECT DISTINCT {key} AS raw FROM {records} AS i WHERE raw IS NOT NULL"  # noqa: S608 - quoted
    ).to_arrow_table()["raw"]
    schema = pa.schema(
        [("raw", pa.string()), *cleaner.columns.items(), ("fired", pa.uint64())],
    )
    cleaned = pa.Table.from_batches(_batches(raw, cleaner, schema), schema)
    connection.register("lookup_values", cleaned)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM lookup_values")  # noqa: S608 - ours
    connection.unregister("lookup_values")
    return Lookup(table, key, cleaner)


def _batches(raw: pa.ChunkedArray, cleaner: Cleaner, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    bit = {rule: 1 << at for at, rule in enumerate(cleaner.rules)}
    for start in range(0, len(raw), _CHUNK):
        values = raw.slice(start, _CHUNK).to_pylist()
        rows = [cleaner.clean(value) for value in values]
        columns = list(zip(*(row.values for row in rows), strict=True))
        fired = [sum(bit[rule] for rule in row.fired) for row in rows]
        arrays = [
            pa.array(column, kind.type)
            for column, kind in zip((values, *columns, fired), schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)
