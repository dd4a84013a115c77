"""Rows written into the spine: identifiers, the method's columns, all columns, and keys."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.batches.frozen import Frozen
from linkage.batches.hashes import of_rows
from linkage.batches.index import Index, write_keys, write_keys_present
from linkage.batches.mapped import numbers, write_mapped
from linkage.batches.spine import Spine
from linkage.runs.parquet import row_group_writer, row_groups
from linkage.runs.publish import publishing
from linkage.runs.storage import storage, undamaged
from linkage.runs.workspace import Workspace

_ROWS = 122_880


@dataclass(frozen=True)
class Added:
    """Rows: ``ids`` (record, record_id, identity, content) and ``records``, None for no row."""

    ids: pa.Table
    records: pa.Table | None

    @property
    def n(self) -> int:
        """How many rows there are."""
        return int(self.ids.num_rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the records some at a time."""
        if self.records is not None:
            for start in range(0, self.n, _ROWS):
                yield from self.records.slice(start, _ROWS).combine_chunks().to_batches()


@dataclass(frozen=True)
class Whole:
    """All rows that hold: those kept of a spine before, then those added."""

    ids: pa.Table
    before: Spine
    source: str
    alive: Index
    added: Added

    @property
    def n(self) -> int:
        """How many rows there are."""
        return int(self.ids.num_rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the records some at a time."""
        yield from kept_records(self.before, self.source, self.alive)
        yield from self.added.batches()


def compacted(before: Spine, source: str, alive: Index, added: Added) -> Added | Whole:
    """Return the rows of a spine that hold, and those added, as one."""
    if not before.sources[source].n:
        return added
    kept = {
        name: before.column("ids", source, name).take(pa.array(alive))
        for name in added.ids.column_names
    }
    ids = pa.concat_tables([pa.table(kept), added.ids])
    return Whole(ids, before, source, alive, added)


def kept_records(
    spine: Spine, source: str, alive: Index, beginning: tuple[str, ...] = ("",)
) -> Iterator[pa.RecordBatch]:
    """Yield the records of the rows ``alive``, which rise: the columns whose names begin so."""
    state, first = spine.sources[source], 0
    for batch, n in zip(state.batches, state.rows, strict=True):
        low, high = np.searchsorted(alive, (first, first + n))
        if high > low:  # most of what is asked for stands in one batch
            yield from _kept(records_path(spine, source, batch), alive[low:high] - first, beginning)
        first += n


def _kept(path: Path, rows: Index, beginning: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    """Yield the records of some rows of one batch."""
    first = 0
    with storage(path, "reading the spine"), undamaged(path):
        schema = pq.read_schema(path)
        texts = [f.name for f in schema if pa.types.is_string(f.type) and f.name != "record_id"]
        wanted = [name for name in schema.names if name.startswith(beginning)]
        for part in row_groups(path, wanted, texts):
            low, high = np.searchsorted(rows, (first, first + part.num_rows))
            if high > low:
                taken = part.take(pa.array(rows[low:high] - first))
                yield pa.RecordBatch.from_arrays(
                    [cut(column) for column in taken.columns], schema=taken.schema
                )
            first += part.num_rows


def cut(column: pa.Array) -> pa.Array:
    """Return a column whose dictionary holds no more values than it needs."""
    if not pa.types.is_dictionary(column.type):
        return column
    used = column.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(used.indices, column.dictionary.take(used.dictionary))


def records_path(spine: Spine, source: str, batch: int) -> Path:
    """Return where all columns of the rows of a batch stand."""
    return spine.folder / f"records-{source}-{batch}.parquet"


def write_added(spine: Spine, source: str, added: Added, model: Frozen, first: int) -> None:
    """Publish rows that a batch adds behind ``first`` others."""
    if added.records is None:
        return
    _write_ids(spine, source, added.ids, first)
    path = records_path(spine, source, spine.batch)
    schema = added.records.schema
    with publishing(path) as file, row_group_writer(file, schema, ("record_id",), ()) as write:
        for batch in added.batches():
            write(batch)
    held = [name for name in model.columns if name in added.records.column_names]
    write_columns(spine, source, added.records.select(held), model, first)


def write_columns(spine: Spine, source: str, columns: pa.Table, model: Frozen, first: int) -> None:
    """Publish the method's columns of rows, and what they are looked up by."""
    write_mapped(spine.path("columns", source, spine.batch), columns)
    for number, (of, names) in enumerate(model.keys):
        if of == source:
            keys, present = of_rows(columns, names)
            write_keys_present(spine.path("keys", number, spine.batch), keys, present, first)


def write_whole(
    workspace: Workspace, spine: Spine, source: str, rows: Added | Whole, end: int
) -> None:
    """Publish all rows of a source: in the spine, and as ``records_<source>`` of a whole run.

    Parameters
    ----------
    end
        The number behind that of its last record.
    """
    _write_ids(spine, source, rows.ids, 0)
    number, name = end - rows.n, f"records_{source}"
    batches = rows.batches()
    one = next(batches)
    with workspace.writing(name, one.schema, ("record_id",)) as write:
        while one is not None:
            numbered = np.arange(number, number + one.num_rows, dtype=np.int32)
            at = one.schema.get_field_index("record")
            write(one.set_column(at, one.schema.field(at), pa.array(numbered)))
            number += one.num_rows
            one = next(batches, None)
    path = records_path(spine, source, spine.batch)
    with storage(path, "writing the spine"):
        path.unlink(missing_ok=True)
        os.link(workspace.table_path(name), path)


def _write_ids(spine: Spine, source: str, ids: pa.Table, first: int) -> None:
    write_mapped(spine.path("ids", source, spine.batch), ids)
    rows = np.arange(first, first + ids.num_rows, dtype=np.int32)
    write_keys(spine.path("byid", source, spine.batch), numbers(ids, "identity"), rows)
