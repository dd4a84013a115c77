"""The tables of a run as those see them who only ask: a run under way or a finished one."""

from typing import Protocol

import duckdb


class Tables(Protocol):
    """A run, finished or under way, whose tables can be queried."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Where queries are asked."""

    def view(self, name: str) -> str:
        """Return the quoted name of a view of the table called ``name``."""
