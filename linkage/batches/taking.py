"""The rows of new deliveries: of every record the version that holds, and records that end."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.batches.deliveries import Delivered, Delivery
from linkage.batches.hashes import Hashes, of_ids, of_rows
from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.sources.faults import counted
from linkage.sources.rows import Rows, rows_of
from linkage.sources.selection import Selection

_ID = "c1"


@dataclass(frozen=True)
class Taken:
    """What the new deliveries of a source say, one row a record, in the order of identifiers.

    Parameters
    ----------
    ids
        (n,) the records that a row came for, and of each the delivery's ``number`` and the hash of
        its row, ``content``.
    ended, ended_number
        Identifiers of records withdrawn, and by which number.
    full
        The highest number of a full delivery, 0 for none.
    """

    ids: pa.LargeStringArray
    number: npt.NDArray[np.int32]
    content: Hashes
    ended: pa.LargeStringArray
    ended_number: npt.NDArray[np.int32]
    full: int

    @property
    def hashes(self) -> Hashes:
        """The hash of each identifier."""
        return of_ids(pa.chunked_array([self.ids]))


def take(
    name: str, source: Source, columns: Selection, deliveries: Sequence[Delivery], path: Path
) -> Taken:
    """Write the rows that hold to ``path``, under their own columns' names, and say whose they are.

    ``path`` is not written where no row holds.

    Raises
    ------
    DataError
        With every file that does not hold what its manifest says, or what is a record twice.
    """
    parts, ended, faults = list[pa.Table](), list[pa.Table](), list[Fault]()
    for delivery in deliveries:
        wanted = Selection((source.id,)) if delivery.kind == "withdrawn" else columns
        read = []
        for file in delivery.files:
            table = _read(rows_of(name, source.model_copy(update={"path": file.path}), wanted))
            if table.num_rows != file.rows:
                faults.append(_miscounted(delivery, file, table.num_rows))
            read.append(table)
        table = pa.concat_tables(read)
        faults += _identified(delivery, source, table[_ID])
        numbered = table.append_column(
            "number", pa.array(np.full(table.num_rows, delivery.number, np.int32))
        )
        (ended if delivery.kind == "withdrawn" else parts).append(numbered)
    if faults:
        raise DataError(faults)
    full = max((each.number for each in deliveries if each.kind == "full"), default=0)
    rows = _standing(parts, full) if parts else None
    if rows is not None and rows.num_rows:
        held = rows.drop_columns(["number"]).rename_columns(list(columns.names))
        pq.write_table(held, path, compression="lz4")
    gone = _standing(ended, 0) if ended else None
    return Taken(
        ids=_ids(rows),
        number=_numbers(rows),
        content=_content(rows),
        ended=_ids(gone),
        ended_number=_numbers(gone),
        full=full,
    )


def _read(rows: Rows) -> pa.Table:
    schema = pa.schema(zip(rows.columns.aliases, rows.types, strict=True))
    batches = [pa.Table.from_batches([each]).cast(schema) for each in rows.batches()]
    return pa.concat_tables([schema.empty_table(), *batches])


def _miscounted(delivery: Delivery, file: Delivered, found: int) -> Fault:
    said = counted(file.rows, "row")
    return Fault(
        "D351",
        f"delivery {delivery.key}: the file {file.path.name} has {counted(found, 'row')}, and its "
        f"manifest says {said}",
        "have it delivered again; nothing of any delivery was taken",
        file=file.path,
    )


def _identified(delivery: Delivery, source: Source, ids: pa.ChunkedArray) -> list[Fault]:
    """Return faults for identifiers that are blank, or there twice in one delivery."""
    blank = int(pc.sum(pc.equal(pc.utf8_trim_whitespace(ids.fill_null("")), "")).as_py() or 0)
    repeated = len(ids) - int(pc.count_distinct(ids).as_py())
    place, faults = delivery.files[0].path.parent, []
    if blank:
        message = f"{counted(blank, 'row')} have no value in the id column {source.id}"
        faults.append(Fault("D315", f"delivery {delivery.key}: {message}", _MEND, file=place))
    elif repeated:
        message = f"{counted(repeated, 'row')} repeat the id of another in column {source.id}"
        faults.append(Fault("D320", f"delivery {delivery.key}: {message}", _MEND, file=place))
    return faults


_MEND = "have it delivered again, every record once and under its identifier"


def _standing(parts: Sequence[pa.Table], full: int) -> pa.Table:
    """Return of every record the row of the highest number; none that came before ``full``."""
    every = pa.concat_tables(parts, promote_options="permissive")
    number = every["number"].to_numpy()
    every = every.filter(pa.array(number >= full)) if full else every
    order = pc.sort_indices(every, [(_ID, "ascending"), ("number", "descending")])
    ordered = every.take(order)
    ids = ordered[_ID].combine_chunks()
    first = np.ones(len(ids), bool)
    if len(ids) > 1:
        first[1:] = pc.not_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
    return ordered.filter(pa.array(first))


def _ids(rows: pa.Table | None) -> pa.LargeStringArray:
    if rows is None:
        return pa.array([], pa.large_string())
    return pa.concat_arrays([*rows[_ID].cast(pa.large_string()).chunks, _NOBODY])


_NOBODY = pa.array([], pa.large_string())


def _numbers(rows: pa.Table | None) -> npt.NDArray[np.int32]:
    return np.zeros(0, np.int32) if rows is None else rows["number"].to_numpy().astype(np.int32)


def _content(rows: pa.Table | None) -> Hashes:
    if rows is None:
        return np.zeros(0, np.uint64)
    columns = [name for name in rows.column_names if name != "number"]
    return of_rows(rows, columns)[0]
