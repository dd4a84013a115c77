"""What a batch hands on: links and entities of all records, and the history of entities."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.batches.entities import Events, all_entities, event_table, names
from linkage.batches.frozen import Frozen
from linkage.batches.index import Index, Rows
from linkage.batches.links import standing
from linkage.batches.spine import Spine
from linkage.decide.crosswalk import coded
from linkage.decide.spine import Octets, draw_names
from linkage.errors import Fault
from linkage.runs.parquet import decoded, encoded_type, row_group_writer
from linkage.runs.publish import publishing
from linkage.runs.workspace import Workspace
from linkage.runs.write_behind import behind
from linkage.tables import ENTITIES, ENTITY_EVENTS, LINKS, ContractError, Table, check

_ROWS = 122_880
_CODED = frozenset({"source_l", "source_r", "source", "grade", "method"})


def write_links_and_entities(workspace: Workspace, spine: Spine, model: Frozen) -> None:
    """Write ``links`` and ``entities``, from the spine alone."""
    drawn = draw_names(spine.entities, model.seed)
    entity = {name: all_entities(spine, name) for name in spine.sources}
    links = _links(spine, model, entity, drawn)
    _write(workspace, LINKS, links, {"entity"})
    _write(workspace, ENTITIES, _entities(spine, entity, drawn), {"entity"})


def write_history(workspace: Workspace, spine: Spine, events: Events, seed: int) -> None:
    """Add the events of this batch to the spine, and write those of all as ``entity_events``.

    The first batch creates every entity that it holds: that is not told of each.
    """
    if spine.batch == 1:
        events = Events([], events.entity[:0], events.other[:0])
    table = event_table(spine.batch, events, seed)
    with publishing(spine.folder / f"events-{spine.batch}.parquet") as file:
        pq.write_table(table, file, write_page_checksum=True)
    write_all_events(workspace, spine)


def write_all_events(workspace: Workspace, spine: Spine) -> None:
    """Write ``entity_events`` of all batches."""
    paths = sorted(
        spine.folder.glob("events-*.parquet"), key=lambda path: int(path.stem.partition("-")[2])
    )
    every = [pq.read_table(path, page_checksum_verification=True) for path in paths]
    workspace.write(ENTITY_EVENTS.name, pa.concat_tables(every))


def alive(spine: Spine, source: str) -> Index:
    """Return the rows of a source that hold."""
    return np.flatnonzero(spine.array("versions", source) >= 0)


def _schema(table: Table) -> pa.Schema:
    return pa.schema(
        (name, encoded_type(kind) if name in _CODED else kind)
        for name, kind in table.columns.items()
    )


def _write(
    workspace: Workspace, table: Table, batches: Iterator[pa.RecordBatch], random: set[str]
) -> None:
    """Write batches whose keys are proved by their rows: no text need be compared."""
    schema = _schema(table)
    check(table, decoded(schema).empty_table())
    distinct = table.columns.keys() - _CODED - random - {"tie"}
    with (
        publishing(workspace.table_path(table.name)) as file,
        row_group_writer(file, schema, distinct, random) as write_row_group,
        behind(write_row_group) as write,
    ):
        for batch in batches:
            write(batch)


def _links(
    spine: Spine, model: Frozen, entity: Mapping[str, Rows], drawn: Octets
) -> Iterator[pa.RecordBatch]:
    columns, schema = standing(spine, model), _schema(LINKS)
    left, right, pair = columns["left"], columns["right"], columns["pair"]
    of_pair, of_left, of_right = (np.diff(each.astype(np.int64)) for each in (pair, left, right))
    later = (of_pair == 0) & ((of_left > 0) | ((of_left == 0) & (of_right > 0)))
    if not (later | (of_pair > 0)).all():
        raise ContractError(Fault("T001", "links: record_id_l, record_id_r is not unique"))
    ids = {name: spine.column("ids", name, "record_id") for name in spine.sources}
    keys = [f"deterministic: {rule.name}" for rule in model.method.rules[: model.method.n_keys]]
    for number, said in enumerate(model.pairs):
        low, high = np.searchsorted(pair, (number, number + 1))
        for start in range(low, high, _ROWS):
            at = slice(start, min(start + _ROWS, high))
            n = at.stop - at.start
            weight = columns["weight"][at]
            made = {
                "source_l": coded(np.zeros(n, np.int32), [said.left]),
                "record_id_l": ids[said.left].take(pa.array(left[at])).combine_chunks(),
                "source_r": coded(np.zeros(n, np.int32), [said.right]),
                "record_id_r": ids[said.right].take(pa.array(right[at])).combine_chunks(),
                "match_weight": weight,
                "match_probability": 1 / (1 + np.exp2(-np.clip(weight, -1000, 1000))),
                "p_link": columns["p"][at],
                "p_model_lower": pa.nulls(n, pa.float64()),
                "p_model_upper": pa.nulls(n, pa.float64()),
                "grade": coded(np.zeros(n, np.int32), ["C"]),
                "tie": columns["tie"][at],
                "method": coded(columns["key"][at] + 1, ["probabilistic", *keys]),
                "entity": names(entity[said.left][left[at]].astype(np.int64), drawn),
            }
            yield pa.RecordBatch.from_pydict(made, schema)


def _entities(spine: Spine, entity: Mapping[str, Rows], drawn: Octets) -> Iterator[pa.RecordBatch]:
    for name in spine.sources:
        rows, ids = alive(spine, name), spine.column("ids", name, "record_id")
        for start in range(0, len(rows), _ROWS):
            at = rows[start : start + _ROWS]
            first, last = int(at[0]), int(at[-1]) + 1
            whole = last - first == len(at)
            some = ids.slice(first, last - first) if whole else ids.take(pa.array(at))
            made = {
                "source": coded(np.zeros(len(at), np.int32), [name]),
                "record_id": some.combine_chunks(),
                "entity": names(entity[name][at].astype(np.int64), drawn),
            }
            yield pa.RecordBatch.from_pydict(made, _schema(ENTITIES))
