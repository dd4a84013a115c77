"""The ingest stage: every source read, its records numbered, its rows counted."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa

from linkage.config.schema import Group, MissingVariable, Source
from linkage.errors import DataError, Fault
from linkage.runs.database import querying
from linkage.runs.parquet import of_equal_size
from linkage.runs.workspace import Workspace
from linkage.sources.folds import folds
from linkage.sources.reading import KEPT, READ, Reading, read_source
from linkage.sources.selection import Selection, selection
from linkage.sql import identifier
from linkage.tables import INGEST_COUNTS, RECORD_KEYS

_ROWS = 245_760
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
    wanted = {name: selection(name, each, groups, variables) for name, each in sources.items()}
    readings = _read_all(workspace, sources, wanted)
    offset = 0
    for name, reading in readings.items():
        _write_numbered(workspace, name, wanted[name], reading, offset)
        workspace.connection.execute(f"DROP TABLE {identifier(_raw(name))}")
        offset += reading.counts[KEPT]
    workspace.write_batches("record_keys", _KEYS, _keys(workspace, sources), ("record_id",))
    workspace.write("ingest_counts", _count_table(readings))


def _read_all(
    workspace: Workspace, sources: Mapping[str, Source], wanted: Mapping[str, Selection]
) -> dict[str, Reading]:
    """Read every source before complaining of any."""
    readings: dict[str, Reading] = {}
    faults: list[Fault] = []
    rows = 0
    for name, source in sources.items():
        try:
            found = read_source(workspace.connection, name, source, _raw(name), wanted[name])
        except DataError as error:
            faults += error.faults
            continue
        readings[name] = found
        rows += found.counts[READ]
        workspace.progress(rows, None, "rows")
    if faults:
        for name in sources:
            workspace.connection.execute(f"DROP TABLE IF EXISTS {identifier(_raw(name))}")
        raise DataError(faults)
    return readings


def _raw(name: str) -> str:
    return f"raw_{name}"


def _write_numbered(
    workspace: Workspace, name: str, columns: Selection, reading: Reading, offset: int
) -> None:
    """Write a source's rows in the order of their identifiers, numbered from ``offset``."""
    rest = "".join(f", {alias}" for alias in columns.aliases[1:])
    order = "" if reading.ascending else "ORDER BY record_id"
    with querying(workspace.scratch):
        rows = workspace.connection.sql(
            f"SELECT CAST(c1 AS VARCHAR) AS record_id{rest} FROM {identifier(_raw(name))} {order}"  # noqa: S608 - quoted
        ).to_arrow_reader(_ROWS)
        schema = pa.schema([*_ADDED, *list(rows.schema)[1:]])
        batches = _numbered(of_equal_size(rows, _ROWS), schema, offset)
        workspace.write_batches(f"ingested_{name}", schema, batches, ("record", "record_id"))


def _numbered(
    rows: Iterable[pa.RecordBatch], schema: pa.Schema, offset: int
) -> Iterator[pa.RecordBatch]:
    for batch in rows:
        numbers = pa.array(np.arange(offset, offset + batch.num_rows, dtype=np.int32))
        offset += batch.num_rows
        ids, *others = batch.columns
        yield pa.RecordBatch.from_arrays(
            [numbers, ids, pa.array(folds(ids)), *others], schema=schema
        )


def _keys(workspace: Workspace, sources: Iterable[str]) -> Iterator[pa.RecordBatch]:
    for name in sources:
        for batch in workspace.row_groups(f"ingested_{name}", ("record", "record_id")):
            source = pa.repeat(name, batch.num_rows)
            yield pa.RecordBatch.from_arrays([source, *batch.columns], schema=_KEYS)


def _count_table(readings: Mapping[str, Reading]) -> pa.Table:
    rows = [
        {"source": name, "reason": reason, "n": n}
        for name, reading in readings.items()
        for reason, n in reading.counts.items()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(INGEST_COUNTS.columns.items()))
