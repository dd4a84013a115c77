"""The database asked about columns that are at hand, from several threads."""

from queue import SimpleQueue

import duckdb
import pyarrow as pa


class Asking:
    """Evaluates SQL over columns given as a table, in up to ``threads`` threads at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, threads: int) -> None:
        # made here and handed round: a connection may not be shared, nor made in two threads
        self._cursors: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for _ in range(threads):
            self._cursors.put(connection.cursor())

    def __call__(self, chosen: str, columns: pa.Table) -> pa.Table:
        """Return what ``SELECT chosen`` gives for every row of ``columns``, in their order."""
        cursor = self._cursors.get()
        try:
            cursor.register("asked", columns)
            return cursor.sql(f"SELECT {chosen} FROM asked").to_arrow_table()
        finally:
            cursor.unregister("asked")
            self._cursors.put(cursor)
