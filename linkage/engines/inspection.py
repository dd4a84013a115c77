"""What the records hold, asked before anything is compared."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from linkage.engines.columns import Records
from linkage.model.comparisons import Comparison
from linkage.model.source_pairs import SourcePair
from linkage.sql import identifier, literal

_NOT_COMPARED = re.compile("record|record_id|fold|(group|missing)_.*")
"""Columns of the records that say nothing of whether two are one person's."""


class Inspection:
    """The columns of each source's records, and what can be done with them.

    Parameters
    ----------
    records
        The Parquet file of each source's records.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        records: Mapping[str, Path],
        source_pairs: Sequence[SourcePair],
    ) -> None:
        self._connection = connection
        self._pairs = tuple(source_pairs)
        self._records = {name: Records(path) for name, path in records.items()}
        self._held = {name: self._described(path) for name, path in records.items()}

    def _described(self, path: Path) -> dict[str, str]:
        file = literal(str(path))
        rows = self._connection.execute(f"DESCRIBE FROM read_parquet({file})").fetchall()
        return {row[0]: row[1] for row in rows}

    @property
    def types(self) -> dict[str, str]:
        """The DuckDB type of every column of the records."""
        return {c: t for held in self._held.values() for c, t in held.items()}

    def shared_columns(self) -> tuple[str, ...]:
        """Return the columns on which at least one pair of sources can be compared."""
        shared = {
            column
            for pair in self._pairs
            for column in self._held[pair.left.name]
            if column in self._held[pair.right.name] and not _NOT_COMPARED.fullmatch(column)
        }
        every = dict.fromkeys(c for held in self._held.values() for c in held)
        return tuple(column for column in every if column in shared)

    def constant(self, columns: Iterable[str]) -> set[str]:
        """Return which of ``columns`` have one value at most, over all sources together."""
        return {column for column in columns if not self._varies(column)}

    def _varies(self, column: str) -> bool:
        """Look for a second value, some rows at a time: the first nearly always have one."""
        found: pa.Array | None = None
        for records in self._records.values():
            if column not in records.schema.names:
                continue
            for part in records.parts(column):
                values = part.unique().drop_null()
                found = values if found is None else pa.concat_arrays([found, values]).unique()
                if len(found) > 1:
                    return True
        return False

    def understands(self, comparison: Comparison) -> bool:
        """Say whether the conditions of ``comparison`` can be evaluated on its columns."""
        types = self.types
        sides = ", ".join(
            f"NULL::{types[column]} AS {identifier(f'{column}_{side}')}"
            for column in comparison.columns
            for side in ("l", "r")
        )
        try:
            self._connection.execute(
                f"SELECT {comparison.gamma_sql()} FROM (SELECT {sides})"
            ).fetchall()
        except duckdb.Error:
            return False
        return True
