"""The ingest stage: every source read, its records numbered, its rows counted."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa

from linkage.config.schema import Group, MissingVariable, Source
from linkage.errors import DataError, Fault
from linkage.runs.database import querying
from linkage.runs.parquet import encoded_type, of_equal_size
from linkage.runs.read_ahead import ahead
from linkage.runs.workspace import Workspace
from linkage.sources.canonical import coded
from linkage.sources.folds import folds
from linkage.sources.reading import KEPT, NAMED_IN_DROP, OUTSIDE_KEEP, READ, read_source
from linkage.sources.rows import Rows, UnorderedError, rising, rows_of
from linkage.sources.selection import selection
from linkage.sql import identifier
from linkage.tables import INGEST_COUNTS, RECORD_KEYS

ROWS = 245_760
_KEYS = pa.schema(RECORD_KEYS.columns.items())
_ADDED = pa.schema([("record", pa.int32()), ("record_id", pa.string()), ("fold", pa.uint8())])


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
    variables = tuple(variables)
    counts: dict[str, dict[str, int]] = {}
    faults: list[Fault] = []
    for name, source in sources.items():
        offset = sum(each[KEPT] for each in counts.values())
        try:
            rows = rows_of(name, source, selection(name, source, groups, variables))
            counts[name] = _write(workspace, rows, offset)
        except DataError as error:
            faults += error.faults
        workspace.progress(sum(each[READ] for each in counts.values()), None, "rows")
    if faults:
        for name in counts:
            workspace.remove(f"ingested_{name}")
        raise DataError(faults)
    workspace.write_batches("record_keys", _KEYS, _keys(workspace, sources), ("record_id",))
    workspace.write("ingest_counts", _count_table(counts))


def _write(workspace: Workspace, rows: Rows, offset: int) -> dict[str, int]:
    """Write a source's rows in the order of their identifiers, numbered from ``offset``.

    They pass straight from file to file where that is their order and no filter is to be applied.
    """
    if not (rows.source.keep or rows.source.drop):
        try:
            n = _write_numbered(workspace, rows, ahead(rising(rows.batches())), offset)
        except UnorderedError:
            pass
        else:
            return {READ: n, OUTSIDE_KEEP: 0, NAMED_IN_DROP: 0, KEPT: n}
    return _write_sorted(workspace, rows, offset)


def _write_sorted(workspace: Workspace, rows: Rows, offset: int) -> dict[str, int]:
    """Write a source's rows once the database has filtered and sorted them."""
    raw = f"raw_{rows.name}"
    try:
        reading = read_source(workspace.connection, rows, raw)
        order = "" if reading.ascending else "ORDER BY record_id"
        others = "".join(f", {alias}" for alias in rows.columns.aliases[1:])
        with querying(workspace.scratch):
            batches = workspace.connection.sql(
                f"SELECT CAST(c1 AS VARCHAR) AS record_id{others} FROM {identifier(raw)} {order}"  # noqa: S608 - quoted
            ).to_arrow_reader(ROWS)
            _write_numbered(workspace, rows, batches, offset)
    finally:
        workspace.connection.execute(f"DROP TABLE IF EXISTS {identifier(raw)}")
    return reading.counts


def _write_numbered(
    workspace: Workspace, rows: Rows, batches: Iterable[pa.RecordBatch], offset: int
) -> int:
    """Write ``ingested_<source>`` and return how many rows there are."""
    others = list(zip(rows.columns.aliases, map(encoded_type, rows.types), strict=True))[1:]
    schema = pa.schema([*_ADDED, *others])
    numbered = _numbered(of_equal_size(batches, ROWS), schema, offset)
    return workspace.write_batches(
        f"ingested_{rows.name}", schema, numbered, ("record", "record_id")
    )


def _numbered(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, offset: int
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        numbers = pa.array(np.arange(offset, offset + batch.num_rows, dtype=np.int32))
        offset += batch.num_rows
        ids, *others = batch.columns
        yield pa.RecordBatch.from_arrays(
            [numbers, ids, pa.array(folds(ids)), *map(coded, others)], schema=schema
        )


def _keys(workspace: Workspace, sources: Iterable[str]) -> Iterator[pa.RecordBatch]:
    for name in sources:
        for batch in workspace.row_groups(f"ingested_{name}", ("record", "record_id")):
            source = pa.repeat(name, batch.num_rows)
            yield pa.RecordBatch.from_arrays([source, *batch.columns], schema=_KEYS)


def _count_table(counts: Mapping[str, Mapping[str, int]]) -> pa.Table:
    rows = [
        {"source": name, "reason": reason, "n": n}
        for name, each in counts.items()
        for reason, n in each.items()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(INGEST_COUNTS.columns.items()))
