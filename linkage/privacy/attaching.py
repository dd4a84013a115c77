"""The way back at an owner: attributes of people under the pseudonyms of a project."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.config.schema import Column, Source
from linkage.errors import DataError, Fault, RefusedError
from linkage.privacy.deliveries import Delivery, read_delivery, read_map
from linkage.privacy.identity import LOCAL_ID
from linkage.privacy.manifest import RECORD_ID
from linkage.privacy.pseudonyms import PSEUDONYM
from linkage.runs.storage import storage
from linkage.sources.opening import opened

_NAME = "attributes"
_COPY = 0.5
"""The share of rows in which a column holds the id, from which on it is a copy of it."""


@dataclass(frozen=True)
class Attached:
    """Attributes under pseudonyms, and of how many rows and people nothing came of it."""

    table: pa.Table
    rows_without_pseudonym: int
    people_without_rows: int


def attach(private: Path, pseudonyms: Path, attributes: Path, id_column: str) -> Attached:
    """Return the rows of ``attributes`` under pseudonyms, sorted by them: no id, no record id.

    Rows of ids that have no pseudonym are left out. A person may have several rows.

    Raises
    ------
    DataError
        D411 when the pseudonyms are of something else, D412 when there are no ids to join by.
    RefusedError
        R518, with every column that would tell who somebody is.
    """
    delivery = read_delivery(private)
    id_map = read_map(private, delivery)
    given = _pseudonyms(pseudonyms, id_map)
    table = _attributes(attributes, id_column)
    ids = table[id_column].combine_chunks().cast(pa.string())
    _require_attributes(table, id_column, ids, delivery, attributes)
    place = pc.index_in(ids, value_set=id_map[LOCAL_ID].combine_chunks())
    rids = id_map[RECORD_ID].combine_chunks().take(place)
    names = (
        given[PSEUDONYM]
        .combine_chunks()
        .take(pc.index_in(rids, value_set=given[RECORD_ID].combine_chunks(), skip_nulls=True))
    )
    kept = names.is_valid()
    if not pc.any(kept).as_py():
        message = f"no id in the column {id_column} is one of a record that has a pseudonym"
        fix = "give with --id the column that holds the ids that the source was encoded with"
        raise DataError(Fault("D412", message, fix, file=attributes))
    rest = table.drop_columns(id_column).add_column(0, PSEUDONYM, names).filter(kept)
    order = np.argsort(np.array(rest[PSEUDONYM].to_pylist(), "S32"), kind="stable")
    found = len(pc.unique(rids.filter(kept)))
    return Attached(
        rest.take(order).combine_chunks(),
        pc.sum(pc.invert(kept)).as_py() or 0,
        given.num_rows - found,
    )


def _pseudonyms(path: Path, id_map: pa.Table) -> pa.Table:
    """Return the pseudonyms of a source's records, once every one of them is in the map."""
    with storage(path, "reading the pseudonyms"):
        try:
            table = pq.read_table(path)
            given = table.select([RECORD_ID, PSEUDONYM]).cast(
                pa.schema([(RECORD_ID, pa.string()), (PSEUDONYM, pa.string())])
            )
        except (KeyError, pa.ArrowException):
            message = "this is no file of pseudonyms"
            fix = "give the source's file that link pseudonyms wrote, unchanged"
            raise DataError(Fault("D411", message, fix, file=path)) from None
    known = pc.is_in(given[RECORD_ID], value_set=id_map[RECORD_ID].combine_chunks())
    if not pc.all(known, min_count=0).as_py():
        message = "the pseudonyms are of records that the private folder does not know"
        fix = "give the file of this source, and the private folder of the delivery that was linked"
        raise DataError(Fault("D411", message, fix, file=path))
    return given


def _attributes(path: Path, id_column: str) -> pa.Table:
    """Return the whole file of attributes, in the types that it has."""
    source = Source(path=path, id=id_column, columns={"id": Column(column=id_column)})
    reader = opened(_NAME, source)
    names = reader.schema(_NAME, source).names
    if id_column not in names:
        message = f"the attributes have no column {id_column}"
        # none is named: the first line of a file without column names is a person
        fix = "give a column of the file, whose first line names them all"
        raise DataError(Fault("D412", message, fix, file=path))
    batches = [*reader.batches(_NAME, source, range(len(names)))]
    return pa.Table.from_batches(batches).rename_columns(names)


def _require_attributes(
    table: pa.Table, id_column: str, ids: pa.Array, delivery: Delivery, path: Path
) -> None:
    """Refuse what would stand beside a pseudonym and say who it is."""
    faults = []
    for name in _telling(table, id_column, ids, delivery.identifiers):
        message = f"the column {name} tells who people are, and would stand beside a pseudonym"
        faults.append(Fault("R518", message, "leave it out of the file of attributes", file=path))
    if faults:
        raise RefusedError(faults)


def _telling(
    table: pa.Table, id_column: str, ids: pa.Array, identifiers: Sequence[str]
) -> Iterator[str]:
    forbidden = {name.casefold() for name in (*identifiers, RECORD_ID, PSEUDONYM, LOCAL_ID)}
    for name in table.column_names:
        if name == id_column:
            continue
        if name.casefold() in forbidden or _copies(table[name].combine_chunks(), ids):
            yield name


def _copies(column: pa.Array, ids: pa.Array) -> bool:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (
        pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)
    ):
        return False
    same = pc.sum(pc.equal(column.cast(pa.string()), ids)).as_py() or 0
    return same > 0 and same >= _COPY * len(ids)
