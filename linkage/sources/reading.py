"""One source into a table of the database: its rows filtered, its identifiers proved."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.runs.ascending import Ascending
from linkage.sources.faults import counted, fault
from linkage.sources.rows import Rows, may_be_blank
from linkage.sources.selection import Selection
from linkage.sql import identifier

READ, OUTSIDE_KEEP, NAMED_IN_DROP, KEPT = "read", "outside_keep", "named_in_drop", "kept"
_BATCH = "ingest_batch"


@dataclass(frozen=True)
class Reading:
    """What reading a source found: rows by what became of them, and if identifiers only rise.

    ``counts`` holds how many rows were read, left out by each filter, and kept.
    """

    counts: dict[str, int]
    ascending: bool


def read_source(connection: duckdb.DuckDBPyConnection, rows: Rows, table: str) -> Reading:
    """Read a source into the temporary ``table``, whose columns are called as those of ``rows``.

    Raises
    ------
    DataError
        With everything that is wrong with the rows.
    """
    ascending = _load(connection, rows, table)
    counts = _filter(connection, rows.source, table, rows.columns)
    faults = _empty(rows.name, rows.source, counts)
    if not ascending:
        faults += _ids(connection, rows.name, rows.source, table)
    if faults:
        raise DataError(faults)
    return Reading(counts, ascending)


def _load(connection: duckdb.DuckDBPyConnection, rows: Rows, table: str) -> bool:
    """Fill ``table``; say whether the identifiers rise from row to row, none of them blank."""
    columns = ", ".join(
        f"c{n} {'DATE' if pa.types.is_date(kind) else 'VARCHAR'}"
        for n, kind in enumerate(rows.types, 1)
    )
    quoted = identifier(table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted} ({columns})")
    ids, blank = Ascending(), False
    for batch in rows.batches():
        ids.see(batch.column(0))
        blank = blank or (ids.holds and may_be_blank(batch.column(0)))
        connection.register(_BATCH, pa.Table.from_batches([batch]))
        connection.execute(f"INSERT INTO {quoted} SELECT * FROM {_BATCH}")  # noqa: S608 - quoted
        connection.unregister(_BATCH)
    return ids.holds and not blank


def _filter(
    connection: duckdb.DuckDBPyConnection, source: Source, table: str, columns: Selection
) -> dict[str, int]:
    """Take out the rows that the filters leave out, and count every row by what became of it."""
    quoted = identifier(table)
    keep, bound = _conditions(source.keep, columns, "keep")
    drop, more = _conditions(source.drop, columns, "drop")
    outcome = (
        f"CASE WHEN NOT ({' AND '.join(keep) or 'true'}) THEN '{OUTSIDE_KEEP}' "
        f"WHEN {' OR '.join(drop) or 'false'} THEN '{NAMED_IN_DROP}' ELSE '{KEPT}' END"
    )
    found = connection.execute(
        f"SELECT {outcome} AS outcome, count(*) FROM {quoted} GROUP BY outcome",  # noqa: S608 - quoted
        bound | more,
    ).fetchall()
    counts = {OUTSIDE_KEEP: 0, NAMED_IN_DROP: 0, KEPT: 0} | dict(found)
    if counts[OUTSIDE_KEEP] + counts[NAMED_IN_DROP]:
        connection.execute(
            f"DELETE FROM {quoted} WHERE {outcome} <> '{KEPT}'",  # noqa: S608 - quoted
            bound | more,
        )
    return {READ: sum(counts.values()), **counts}


def _conditions(
    filters: Mapping[str, tuple[str | None, ...]], columns: Selection, prefix: str
) -> tuple[list[str], dict[str, object]]:
    """Return a condition a column, true where its value is named; an empty cell is a null."""
    conditions: list[str] = []
    bound: dict[str, object] = {}
    for n, (column, values) in enumerate(filters.items()):
        named = [value for value in values if value]
        value = f"nullif(trim(CAST({columns.alias(column)} AS VARCHAR)), '')"
        if_null = "true" if len(named) < len(values) else "false"
        parameter = f"{prefix}_{n}"
        conditions.append(f"coalesce(list_contains(${parameter}, {value}), {if_null})")
        bound[parameter] = named or [""]
    return conditions, bound


def _empty(name: str, source: Source, counts: Mapping[str, int]) -> list[Fault]:
    if counts[READ] == 0:
        return [
            fault("D316", name, source, "the file holds no row", "check that it is the right one")
        ]
    if counts[KEPT] == 0:
        read = counted(counts[READ], "row")
        message = f"none of {read} is left after keep: and drop:"
        return [
            fault("D317", name, source, message, "compare the filters with the column's values")
        ]
    return []


def _ids(
    connection: duckdb.DuckDBPyConnection, name: str, source: Source, table: str
) -> list[Fault]:
    """Return faults for identifiers that are blank, or shared by two rows."""
    ((rows, filled, distinct),) = connection.execute(
        "SELECT count(*), count(id), count(DISTINCT id) FROM "  # noqa: S608 - quoted
        "(SELECT CASE WHEN trim(CAST(c1 AS VARCHAR)) <> '' THEN c1 END AS id "
        f"FROM {identifier(table)})"
    ).fetchall()
    faults = []
    if blank := rows - filled:
        message = f"{counted(blank, 'row')} have no value in the id column {source.id}"
        faults.append(fault("D315", name, source, message, "name a column that is never empty"))
    if repeated := filled - distinct:
        message = f"{counted(repeated, 'row')} repeat the id of another in column {source.id}"
        fix = "name a column that is unique, or remove the repeated rows"
        faults.append(fault("D320", name, source, message, fix))
    return faults
