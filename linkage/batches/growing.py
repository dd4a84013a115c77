"""The ingest stage of a batch: rows added to the spine, rows that hold no more, and their keys."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.batches.adding import Added, compacted, write_added, write_whole
from linkage.batches.deliveries import Delivery
from linkage.batches.entities import NONE, entities_of
from linkage.batches.frozen import Frozen
from linkage.batches.hashes import of_texts
from linkage.batches.incoming import Incoming, incoming
from linkage.batches.index import Index, matches
from linkage.batches.mapped import numbers, read_mapped, write_mapped
from linkage.batches.spine import SourceState, Spine
from linkage.batches.taking import Taken
from linkage.batches.versions import Ended, Held, Numbers, Outcome, settle
from linkage.config.schema import Config
from linkage.runs.workspace import Workspace

GROWTH = "growth"


@dataclass(frozen=True)
class Growth:
    """What a batch adds: the states of all sources, and the first new row of each.

    ``brought`` is the first row that its deliveries brought: where all rows are written anew, only
    the last of them.
    """

    states: dict[str, SourceState]
    first: dict[str, int]
    brought: dict[str, int]

    @classmethod
    def read(cls, workspace: Workspace) -> "Growth":
        """Return what :func:`grow` wrote."""
        said = workspace.read_json(GROWTH)
        states = {
            name: SourceState(tuple(s["batches"]), tuple(s["rows"]), s["records"], s["full"])
            for name, s in said["states"].items()
        }
        return cls(states, said["first"], said["brought"])


def grow(
    workspace: Workspace,
    config: Config,
    before: Spine | None,
    model: Frozen | None,
    deliveries: Sequence[Delivery],
) -> None:
    """Write what new deliveries make of the rows of every source, and ``growth.json``.

    With a ``model`` rows are added to those of ``before``. Without one, all rows that hold are
    written as one: as ``records_<source>`` and ``record_keys`` of a whole run too.

    ``inherited_<source>`` tells the entity that the record of each row was in: of the added rows,
    or of all where all are written.
    """
    spine = Spine(workspace.root, 1 if before is None else before.batch + 1, 0, {})
    states, first, brought = dict[str, SourceState](), dict[str, int](), dict[str, int]()
    with incoming(workspace, config, deliveries) as came:
        for name, each in came.items():
            old = SourceState() if before is None else before.sources[name]
            held, outcome = _settled(before, name, each)
            added = _added(each, outcome, held, old.records)
            n_records = old.records + int((held.record[outcome.added] < 0).sum())
            entities = _entities(before, name, held.row[outcome.added])
            versions = np.append(outcome.versions, each.taken.number[outcome.added])
            if model is not None:
                first[name] = old.n
                states[name] = old.grown(spine.batch, added.n, n_records, outcome.full)
                if added.n:
                    write_added(spine, name, added, model, old.n)
            else:
                alive = np.flatnonzero(outcome.versions >= 0)
                whole = added if before is None else compacted(before, name, alive, added)
                first[name] = 0
                states[name] = SourceState((spine.batch,), (whole.n,), n_records, outcome.full)
                write_whole(workspace, spine, name, whole, sum(s.n for s in states.values()))
                versions = versions[versions >= 0]
                entities = np.append(_entities(before, name, alive), entities)
            brought[name] = states[name].n - added.n
            write_mapped(spine.path("versions", name), {"versions": versions.astype(np.int32)})
            write_mapped(spine.path("withdrawn", name), vars(outcome.ended))
            workspace.write(f"inherited_{name}", pa.table({"entity": entities.astype(np.int32)}))
    written = {name: asdict(each) for name, each in states.items()}
    said = {"states": written, "first": first, "brought": brought}
    workspace.write_json(GROWTH, json.loads(json.dumps(said)))


def _settled(before: Spine | None, name: str, came: Incoming) -> tuple[Held, Outcome]:
    """Return what was held of the records that rows came for, and what becomes of the source."""
    versions, ended, full = np.zeros(0, np.int32), Ended.none(), 0
    if before is not None:
        versions, full = before.array("versions", name), before.sources[name].full
        table = read_mapped(before.path("withdrawn", name))
        ended = Ended(numbers(table, "key"), numbers(table, "number"))
    held = _held(before, name, came.taken, versions)
    return held, settle(came.taken, came.kept, held, versions, ended, full)


def _held(before: Spine | None, name: str, taken: Taken, versions: Numbers) -> Held:
    """Look up the records that rows came for, and those that were withdrawn after them."""
    ids = pa.concat_arrays([taken.ids, taken.ended])
    row = np.full(len(ids), NONE, np.int64)
    record, content = np.full(len(ids), NONE, np.int32), np.zeros(len(ids), np.uint64)
    if before is not None and len(ids) and before.sources[name].n:
        place, rows = matches(before.paths("byid", name), of_texts(ids))
        known = before.column("ids", name, "record_id").take(pa.array(rows))
        same = pc.equal(known.cast(pa.large_string()).combine_chunks(), ids.take(pa.array(place)))
        place, rows = (each[same.to_numpy(zero_copy_only=False)] for each in (place, rows))
        record[place] = _taken(before, name, "record", rows)
        alive = versions[rows] >= 0
        row[place[alive]] = rows[alive]
        content[place[alive]] = _taken(before, name, "content", rows[alive])
    return Held(row, record, content)


def _taken(before: Spine, name: str, column: str, rows: Index) -> npt.NDArray[np.int64]:
    found = before.column("ids", name, column).take(pa.array(rows))
    return np.asarray(found.to_numpy())


def _added(came: Incoming, outcome: Outcome, held: Held, n_records: int) -> Added:
    """Return the rows that are added, a record that is new with the next number."""
    record = held.record[outcome.added].copy()
    new = record < 0
    record[new] = n_records + np.arange(int(new.sum()))
    ids = {
        "record": record.astype(np.int32),
        "record_id": came.taken.ids.take(pa.array(outcome.added)).cast(pa.string()),
        "identity": came.taken.hashes[outcome.added],
        "content": came.taken.content[outcome.added],
    }
    if came.records is None:
        return Added(pa.table(ids), None)
    place = (np.cumsum(came.kept) - 1)[outcome.added]
    return Added(pa.table(ids), came.records.take(pa.array(place)))


def _entities(before: Spine | None, name: str, rows: Index) -> Numbers:
    """Return the entity of each old row, -1 where there is none."""
    if before is None or not before.sources[name].n:
        return np.full(len(rows), NONE, np.int32)
    found = np.full(len(rows), NONE, np.int32)
    known = rows >= 0
    found[known] = entities_of(before, name, rows[known])
    return found
