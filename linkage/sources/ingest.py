"""The ingest stage: every source read, its records numbered, its rows counted."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.config.schema import AnalysisVariable, Group, MissingVariable, Source
from linkage.errors import DataError, Fault
from linkage.runs.database import querying
from linkage.runs.parquet import encoded_type, of_equal_size
from linkage.runs.read_ahead import ahead
from linkage.runs.storage import storage
from linkage.runs.workspace import Workspace
from linkage.sources.canonical import coded
from linkage.sources.folds import folds
from linkage.sources.reading import KEPT, NAMED_IN_DROP, OUTSIDE_KEEP, READ, read_source
from linkage.sources.rows import Rows, UnorderedError, rising, rows_of
from linkage.sources.selection import selection
from linkage.sql import identifier
from linkage.tables import INGEST_COUNTS, RECORD_KEYS

ROWS = 245_760
_KEYS = pa.schema(
    (name, encoded_type(kind) if name == "source" else kind)
    for name, kind in RECORD_KEYS.columns.items()
)
_ADDED = pa.schema([("record", pa.int32()), ("record_id", pa.string()), ("fold", pa.uint8())])


def ingest(
    workspace: Workspace,
    sources: Mapping[str, Source],
    groups: Mapping[str, Group],
    variables: Iterable[MissingVariable | AnalysisVariable],
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
    with _tables(workspace) as into:
        for name, source in sources.items():
            offset = sum(each[KEPT] for each in counts.values())
            try:
                with storage(workspace.root, "doing the stage ingest"):  # not "writing" a table
                    rows = rows_of(name, source, selection(name, source, groups, variables))
                    counts[name] = _write(into, rows, offset)
            except DataError as error:
                faults += error.faults
            workspace.progress(sum(each[READ] for each in counts.values()), None, "rows")
        if faults:
            raise DataError(faults)
    if into.stale:
        _write_keys(workspace, sources)
    workspace.write("ingest_counts", _count_table(counts))


class _StaleKeysError(Exception):
    """The keys written hold rows that were numbered anew later."""


@dataclass
class _Tables:
    """The tables being written: one a source, and the keys of all records.

    They are published together: so the last of a source is written while the next is read, and
    nothing is there when one has a fault.
    """

    workspace: Workspace
    sources: ExitStack
    write_keys: Callable[[pa.RecordBatch], None]
    stale: bool = False

    def write(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
        """Write ``ingested_<name>`` and the keys of its records; return how many there are.

        Raises
        ------
        UnorderedError
            What ``batches`` raises: the table is taken back, and keys are stale if there were any.
        """
        n = 0
        with ExitStack() as unfinished:
            write = unfinished.enter_context(
                self.workspace.handing_on(f"ingested_{name}", schema, ("record", "record_id"))
            )
            try:
                for batch in batches:
                    write(batch)
                    self.write_keys(_keys(name, batch))
                    n += batch.num_rows
            except UnorderedError:
                self.stale = self.stale or n > 0
                raise
            self.sources.enter_context(unfinished.pop_all())
        return n


@contextmanager
def _tables(workspace: Workspace) -> Iterator[_Tables]:
    """Give the tables to write; keys that have gone stale are not published."""
    with (
        ExitStack() as sources,
        suppress(_StaleKeysError),
        workspace.writing("record_keys", _KEYS, ("record_id",)) as write_keys,
    ):
        into = _Tables(workspace, sources, write_keys)
        yield into
        if into.stale:
            raise _StaleKeysError


def _write(into: _Tables, rows: Rows, offset: int) -> dict[str, int]:
    """Write a source's rows in the order of their identifiers, numbered from ``offset``.

    They pass straight from file to file where that is their order and no filter is to be applied.
    """
    if not (rows.source.keep or rows.source.drop):
        try:
            n = _write_numbered(into, rows, ahead(rising(rows.batches())), offset)
        except UnorderedError:
            pass
        else:
            return {READ: n, OUTSIDE_KEEP: 0, NAMED_IN_DROP: 0, KEPT: n}
    return _write_sorted(into, rows, offset)


def _write_sorted(into: _Tables, rows: Rows, offset: int) -> dict[str, int]:
    """Write a source's rows once the database has filtered and sorted them."""
    raw = f"raw_{rows.name}"
    connection = into.workspace.connection
    try:
        reading = read_source(connection, rows, raw)
        order = "" if reading.ascending else "ORDER BY record_id"
        others = "".join(f", {alias}" for alias in rows.columns.aliases[1:])
        with querying(into.workspace.scratch):
            batches = connection.sql(
                f"SELECT CAST(c1 AS VARCHAR) AS record_id{others} FROM {identifier(raw)} {order}"  # noqa: S608 - quoted
            ).to_arrow_reader(ROWS)
            _write_numbered(into, rows, batches, offset)
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {identifier(raw)}")
    return reading.counts


def _write_numbered(
    into: _Tables, rows: Rows, batches: Iterable[pa.RecordBatch], offset: int
) -> int:
    """Write ``ingested_<source>`` and return how many rows there are."""
    others = list(zip(rows.columns.aliases, map(encoded_type, rows.types), strict=True))[1:]
    schema = pa.schema([*_ADDED, *others])
    numbered = _numbered(of_equal_size(batches, ROWS), schema, offset)
    return into.write(rows.name, schema, ahead(numbered))


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


def _keys(source: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return whose each record of an ingested batch is; the source is one value for all."""
    codes = pa.array(np.zeros(batch.num_rows, np.int32))
    sources = pa.DictionaryArray.from_arrays(codes, [source])
    return pa.RecordBatch.from_arrays([sources, batch["record"], batch["record_id"]], schema=_KEYS)


def _write_keys(workspace: Workspace, sources: Iterable[str]) -> None:
    """Write ``record_keys`` from the ingested tables."""
    keys = (
        _keys(name, batch)
        for name in sources
        for batch in workspace.row_groups(f"ingested_{name}", ("record", "record_id"))
    )
    workspace.write_batches("record_keys", _KEYS, keys, ("record_id",))


def _count_table(counts: Mapping[str, Mapping[str, int]]) -> pa.Table:
    rows = [
        {"source": name, "reason": reason, "n": n}
        for name, each in counts.items()
        for reason, n in each.items()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(INGEST_COUNTS.columns.items()))
