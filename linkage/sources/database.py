"""A table or view in a DuckDB database file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.sources.faults import fault, instead
from linkage.sql import identifier

_ROWS = 245_760
_TABLES = """
SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal
UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal
ORDER BY ALL
"""


def database_schema(name: str, source: Source) -> pa.Schema:
    """Return the columns of the table that the source names."""
    with _opened(name, source) as connection:
        table = _table(name, source, connection)
        query = f"SELECT * FROM {table} LIMIT 0"  # noqa: S608 - quoted
        return connection.sql(query).to_arrow_reader().schema


def database_batches(
    name: str, source: Source, positions: Sequence[int], rows: int = _ROWS
) -> Iterator[pa.RecordBatch]:
    """Yield the columns at ``positions``, so many ``rows`` at a time."""
    columns = database_schema(name, source).names
    wanted = ", ".join(f"{identifier(columns[at])} AS c{n}" for n, at in enumerate(positions, 1))
    with _opened(name, source) as connection:
        table = _table(name, source, connection)
        query = f"SELECT {wanted} FROM {table}"  # noqa: S608 - quoted
        yield from connection.sql(query).to_arrow_reader(rows)


def table_names(name: str, source: Source) -> tuple[str, ...]:
    """Return the tables and views of the database, outside the main schema with their schema."""
    with _opened(name, source) as connection:
        held = connection.execute(_TABLES).fetchall()
    return tuple(table if schema == "main" else f"{schema}.{table}" for schema, table in held)


@contextmanager
def _opened(name: str, source: Source) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with duckdb.connect(source.path, read_only=True) as connection:
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection
    except duckdb.Error as error:
        raise DataError(_unopened(name, source, str(error))) from None


def _unopened(name: str, source: Source, said: str) -> Fault:
    if "lock" in said.lower():
        return fault(
            "D303",
            name,
            source,
            "another process holds the database open for writing",
            "close it there, or copy the file and link the copy",
        )
    return fault(
        "D306",
        name,
        source,
        "the file is damaged, incomplete or not a DuckDB database",
        "copy it again from where it was made; other databases can be exported to Parquet",
    )


def _table(name: str, source: Source, connection: duckdb.DuckDBPyConnection) -> str:
    """Return the quoted name of the source's table, which may be written schema.table."""
    held = connection.execute(_TABLES).fetchall()
    known = {f"{schema}.{table}": (schema, table) for schema, table in held}
    known |= {table: (schema, table) for schema, table in held if schema == "main"}
    if source.table in known:
        return ".".join(identifier(part) for part in known[source.table])
    shown = [table if schema == "main" else f"{schema}.{table}" for schema, table in held]
    if source.table is None:
        message, fix = "the table to read is not named", f"write  table: ...; {instead('', shown)}"
    else:
        message = f"the database holds no table called {source.table}"
        fix = instead(source.table, shown)
    raise DataError(fault("D307", name, source, message, fix))
