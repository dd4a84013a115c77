"""The ingest stage: every source read, its records numbered, its rows counted."""

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from linkage.config.schema import Group, MissingVariable, Source
from linkage.errors import DataError, Fault
from linkage.runs.workspace import Workspace
from linkage.sources.reading import KEPT, read_source
from linkage.sources.selection import Selection, selection
from linkage.sql import identifier, literal
from linkage.tables import INGEST_COUNTS


def ingest(
    workspace: Workspace,
    sources: Mapping[str, Source],
    groups: Mapping[str, Group],
    variables: Iterable[MissingVariable],
) -> None:
    """Read every source and write ``ingested_<source>``, ``record_keys`` and ``ingest_counts``.

    ``ingested_<source>`` holds ``record``, ``record_id``, ``fold`` and the columns that the
    configuration names as c2, c3, ...: see :func:`linkage.sources.selection.selection`. Records are
    numbered by the rank of their identifier, so that the order of rows in a file does not matter.

    Raises
    ------
    DataError
        With everything that is wrong with any source.
    """
    wanted = {name: selection(name, each, groups, variables) for name, each in sources.items()}
    counts = _read_all(workspace, sources, wanted)
    offset = 0
    for name in sources:
        workspace.write_query(
            f"ingested_{name}", _numbered(_raw(name), wanted[name]), {"offset": offset}
        )
        workspace.connection.execute(f"DROP TABLE {identifier(_raw(name))}")
        offset += counts[name][KEPT]
    workspace.write_query("record_keys", _keys(workspace, sources))
    workspace.write("ingest_counts", _count_table(counts))


def _read_all(
    workspace: Workspace, sources: Mapping[str, Source], wanted: Mapping[str, Selection]
) -> dict[str, dict[str, int]]:
    """Read every source before complaining of any."""
    counts: dict[str, dict[str, int]] = {}
    faults: list[Fault] = []
    rows = 0
    for name, source in sources.items():
        try:
            counts[name] = read_source(workspace.connection, name, source, _raw(name), wanted[name])
        except DataError as error:
            faults += error.faults
            continue
        rows += counts[name]["read"]
        workspace.progress(rows, None, "rows")
    if faults:
        _drop_all(workspace.connection, sources)
        raise DataError(faults)
    return counts


def _raw(name: str) -> str:
    return f"raw_{name}"


def _drop_all(connection: duckdb.DuckDBPyConnection, sources: Iterable[str]) -> None:
    for name in sources:
        connection.execute(f"DROP TABLE IF EXISTS {identifier(_raw(name))}")


def _numbered(table: str, columns: Selection) -> str:
    """Return the statement that numbers the rows of ``table`` by identifier.

    The fold is a hash of the identifier that no version of the database changes.
    """
    rest = "".join(f", {alias}" for alias in columns.aliases[1:])
    return f"""
        SELECT CAST($offset + row_number() OVER (ORDER BY record_id) - 1 AS INTEGER) AS record,
            record_id, CAST(md5_number_lower(record_id) % 100 AS UTINYINT) AS fold{rest}
        FROM (SELECT CAST(c1 AS VARCHAR) AS record_id, * FROM {identifier(table)})
        ORDER BY record
    """  # noqa: S608 - quoted


def _keys(workspace: Workspace, sources: Iterable[str]) -> str:
    parts = (
        f"SELECT {literal(name)} AS source, record, record_id "  # noqa: S608 - quoted
        f"FROM {workspace.view(f'ingested_{name}')}"
        for name in sources
    )
    return f"{' UNION ALL '.join(parts)} ORDER BY record"


def _count_table(counts: Mapping[str, Mapping[str, int]]) -> pa.Table:
    rows = [
        {"source": name, "reason": reason, "n": n}
        for name, reasons in counts.items()
        for reason, n in reasons.items()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(INGEST_COUNTS.columns.items()))
