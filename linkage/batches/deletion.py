"""A person deleted on request: the spine written again without any row that was theirs.

Entities of others keep their names, and links of others stand: those who shared a candidate with
the person are decided anew with the next batch. What was published stands until enough people have
changed in each cell that the person was in.
"""

import csv
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.batches.adding import kept_records, records_path
from linkage.batches.changing import values_of, write_values
from linkage.batches.entities import entities_of
from linkage.batches.frozen import Frozen, read_frozen, without_values
from linkage.batches.graph import Graph
from linkage.batches.hashes import of_rows, of_texts
from linkage.batches.index import Index, distinct, matches, write_keys, write_keys_present
from linkage.batches.links import standing, write_links
from linkage.batches.mapped import numbers, read_mapped, write_mapped
from linkage.batches.spine import SourceState, Spine
from linkage.errors import DataError, Fault
from linkage.governance.retention import LOGS, remove_restricted
from linkage.runs.parquet import row_group_writer
from linkage.runs.publish import private_folder, publishing
from linkage.runs.scratch import sweep_scratch
from linkage.runs.storage import storage

Ids = Mapping[str, Collection[str]]
_MOST_BYTES = 50_000_000
_OF_DRIFT = {"drift.json", "held.json", "accepted.json", "sentinel.parquet"}
_KEPT_OF_RUNS = LOGS | _OF_DRIFT | {"gates.json", "review"}
"""Of the restricted half of an earlier run: what holds no record, and what is erased by itself."""


def read_ids(path: Path, sources: Collection[str]) -> dict[str, set[str]]:
    """Return the identifiers to delete, by source, from a CSV file: ``source,record_id``.

    Raises
    ------
    DataError
        D358 when it is not such a file.
    """
    found: dict[str, set[str]] = {name: set() for name in sources}
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            raise ValueError
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if not {"source", "record_id"} <= set(reader.fieldnames or ()):
                raise ValueError
            for row in reader:
                found[row["source"]].add(row["record_id"])
    except (OSError, ValueError, KeyError, csv.Error):
        raise DataError(
            Fault(
                "D358",
                "the file of records to delete cannot be followed",
                "write a CSV file in UTF-8 with the columns source and record_id, the sources "
                "called as in the configuration",
                file=path,
            )
        ) from None
    return found


@dataclass(frozen=True)
class _Cut:
    """What stays of a source: its rows that hold, but those deleted, and their new numbers."""

    alive: Index
    gone: Index
    new: Index

    @classmethod
    def of(cls, spine: Spine, source: str, ids: Collection[str]) -> "_Cut":
        gone = rows_of(spine, source, ids)
        holds = spine.array("versions", source) >= 0
        holds[gone] = False
        new = np.where(holds, np.cumsum(holds) - 1, -1)
        return cls(np.flatnonzero(holds), gone, new)


def rows_of(spine: Spine, source: str, ids: Collection[str]) -> Index:
    """Return every row that ever was of one of these records."""
    if not ids or not spine.sources[source].n:
        return np.zeros(0, np.int64)
    wanted = pa.array(sorted(ids), pa.large_string())
    place, rows = matches(spine.paths("byid", source), of_texts(wanted))
    known = spine.column("ids", source, "record_id").take(pa.array(rows)).cast(pa.large_string())
    same = pc.equal(known.combine_chunks(), wanted.take(pa.array(place)))
    return np.unique(rows[same.to_numpy(zero_copy_only=False)]).astype(np.int64)


def write_without(before: Spine, root: Path, ids: Ids, threshold: int) -> Spine:
    """Write the spine ``before`` into the run folder ``root`` without some people.

    Parameters
    ----------
    threshold
        How many people have to change in a cell that one of them was in, before it may be
        published again.
    """
    model = read_frozen(before.folder, before.model)
    cuts = {name: _Cut.of(before, name, ids.get(name, ())) for name in before.sources}
    spine = replace(
        before,
        root=root,
        batch=before.batch + 1,
        sources={
            name: SourceState(
                (before.batch + 1,), (len(cuts[name].alive),), state.records, state.full
            )
            for name, state in before.sources.items()
        },
        pairs=tuple((before.batch + 1,) for _ in model.pairs),
        links=(before.batch + 1,),
        told=(before.batch + 1,),
        pending=_pending(before, model, cuts),
        held=_held(before, cuts, threshold),
        deletions=before.deletions + 1,
    )
    private_folder(spine.folder)
    for name, cut in cuts.items():
        _write_rows(before, spine, model, name, cut, ids.get(name, ()))
    for number, said in enumerate(model.pairs):
        _write_pairs(before, spine, number, cuts[said.left], cuts[said.right])
        for side, name in zip(("focal", "opposite"), said.ends, strict=True):
            kind = ("sums", number, side)
            write_values(spine, kind, values_of(before, kind, cuts[name].alive, 0))
    _write_links(before, spine, model, cuts)
    for version in range(1, before.model + 1):
        without_values(before.folder, spine.folder, version, _values(before, cuts))
    _write_events(before, spine, model, cuts)
    return spine


def _pending(before: Spine, model: Frozen, cuts: Mapping[str, _Cut]) -> dict[str, list[int]]:
    """Return the new rows of those who shared a candidate: the next batch decides them anew."""
    versions = {name: before.array("versions", name) for name in before.sources}
    graph = Graph(before, model, versions)
    gone = np.sort(np.concatenate([graph.nodes(name, cut.gone) for name, cut in cuts.items()]))
    shared = graph.incident(gone, dead=True).ends
    found = {}
    for name, _, rows in graph.rows(shared):
        also = np.array(before.pending.get(name, ()), np.int64)
        new = cuts[name].new[np.concatenate([rows, also])]
        found[name] = np.unique(new[new >= 0]).tolist()
    return found


def _held(before: Spine, cuts: Mapping[str, _Cut], threshold: int) -> dict[str, int]:
    """Return by cell how many people have yet to change in it; none where enough have."""
    left = Counter(before.held)
    for name, cut in cuts.items():
        holding = cut.gone[before.array("versions", name)[cut.gone] >= 0]
        for cell, n in cells(kept_records(before, name, holding), name).items():
            left[cell] = left.get(cell, threshold) - n
    return {cell: n for cell, n in left.items() if n > 0}


def fewer_held(before: Spine, spine: Spine) -> dict[str, int]:
    """Return by cell how many people have yet to change in it, after a batch that added rows.

    A correction changes one person, though a row goes and another comes.
    """
    if not before.held:
        return {}
    changed = Counter[str]()
    for name, state in spine.sources.items():
        old, now = (each.array("versions", name) for each in (before, spine))
        died = np.flatnonzero((old >= 0) & (now[: len(old)] < 0))
        came = np.arange(len(old), state.n)
        gone = cells(kept_records(before, name, died), name)
        changed.update(gone | cells(kept_records(spine, name, came), name))
    left = {cell: n - changed[cell] for cell, n in before.held.items()}
    return {cell: n for cell, n in left.items() if n > 0}


def cells(batches: Iterator[pa.RecordBatch], source: str) -> Counter[str]:
    """Count the records of each cell: of their source, and of each group in it."""
    found = Counter[str]()
    for batch in batches:
        found[source] += batch.num_rows
        for name in batch.schema.names:
            if name.startswith("group_"):
                column = batch.column(name)
                texts = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
                for each in pc.value_counts(texts.fill_null("missing")).to_pylist():
                    found[f"{source} {name.removeprefix('group_')} {each['values']}"] += each[
                        "counts"
                    ]
    return found


def _write_rows(
    before: Spine, spine: Spine, model: Frozen, name: str, cut: _Cut, ids: Collection[str]
) -> None:
    alive = pa.array(cut.alive)
    batch = spine.batch
    kept = {
        each: before.column("ids", name, each).take(alive)
        for each in ("record", "record_id", "identity", "content")
    }
    table = pa.table(kept)
    write_mapped(spine.path("ids", name, batch), table)
    rows = np.arange(len(cut.alive), dtype=np.int32)
    write_keys(spine.path("byid", name, batch), table["identity"].to_numpy(), rows)
    batches = kept_records(before, name, cut.alive)
    first = next(batches)
    path = records_path(spine, name, batch)
    with publishing(path) as file, row_group_writer(file, first.schema, ("record_id",), ()) as put:
        put(first)
        for each in batches:
            put(each)
    parts = []
    for start, segment in before.segments("columns", name):
        low, high = np.searchsorted(cut.alive, (start, start + segment.num_rows))
        taken = segment.take(pa.array(cut.alive[low:high] - start))
        # a dictionary keeps values that no row has: they are told anew
        parts.append(pa.table({c: _plain(taken[c]) for c in taken.column_names}))
    columns = pa.concat_tables(parts)
    columns = pa.table({c: _coded(columns[c]) for c in columns.column_names})
    write_mapped(spine.path("columns", name, batch), columns)
    for number, (of, names) in enumerate(model.keys):
        if of == name:
            keys, present = of_rows(columns, names)
            write_keys_present(spine.path("keys", number, batch), keys, present, 0)
    versions = before.array("versions", name)[cut.alive]
    write_mapped(spine.path("versions", name), {"versions": versions})
    write_values(spine, ("entity", name), entities_of(before, name, cut.alive))
    ended = read_mapped(before.path("withdrawn", name))
    key = numbers(ended, "key")
    kept_ended = ~np.isin(key, of_texts(pa.array(sorted(ids), pa.large_string())))
    write_mapped(spine.path("withdrawn", name), ended.filter(pa.array(kept_ended)))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column


def _coded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.dictionary_encode() if pa.types.is_string(column.type) else column


def _write_pairs(before: Spine, spine: Spine, number: int, left: _Cut, right: _Cut) -> None:
    parts = [read_mapped(before.path("pairs", number, batch)) for batch in before.pairs[number]]
    table = pa.concat_tables(parts)
    one = left.new[numbers(table, "left")]
    other = right.new[numbers(table, "right")]
    kept = np.flatnonzero((one >= 0) & (other >= 0))
    kept = kept[np.lexsort((other[kept], one[kept]))]
    table = table.take(pa.array(kept))
    for name, rows in (("left", one[kept]), ("right", other[kept])):
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(rows.astype(np.int32)))
    write_mapped(spine.path("pairs", number, spine.batch), table)
    place = np.argsort(other[kept], kind="stable").astype(np.int32)
    by_right = {"right": other[kept][place].astype(np.int32), "place": place}
    write_mapped(spine.path("pairs", number, spine.batch, "right"), by_right)


def _write_links(before: Spine, spine: Spine, model: Frozen, cuts: Mapping[str, _Cut]) -> None:
    links = {name: values.copy() for name, values in standing(before, model).items()}
    for number, said in enumerate(model.pairs):
        of = links["pair"] == number
        for side, name in (("left", said.left), ("right", said.right)):
            links[side][of] = cuts[name].new[links[side][of]]
    kept = (links["left"] >= 0) & (links["right"] >= 0)
    write_links(spine, {name: values[kept] for name, values in links.items()})


def _values(before: Spine, cuts: Mapping[str, _Cut]) -> Callable[[str], Counter[object]]:
    """Return a function that counts the values of a column that go with the deleted rows."""

    def of(column: str) -> Counter[object]:
        found = Counter[object]()
        for name, cut in cuts.items():
            for start, segment in before.segments("columns", name):
                if column in segment.column_names:
                    low, high = np.searchsorted(cut.gone, (start, start + segment.num_rows))
                    taken = segment[column].take(pa.array(cut.gone[low:high] - start))
                    found.update(taken.to_pylist())
        return found

    return of


def _write_events(before: Spine, spine: Spine, model: Frozen, cuts: Mapping[str, _Cut]) -> None:
    """Write the history again without entities that held nobody but those deleted."""
    from linkage.batches.entities import names  # noqa: PLC0415
    from linkage.decide.spine import draw_some  # noqa: PLC0415

    gone, stay = [], []
    for name, cut in cuts.items():
        gone.append(entities_of(before, name, cut.gone))
        stay.append(entities_of(before, name, cut.alive))
    only = distinct(np.setdiff1d(np.concatenate(gone), np.concatenate(stay)))
    only = only[only >= 0]
    hidden = names(np.arange(len(only)), draw_some(only, model.seed))
    for path in before.folder.glob("events-*.parquet"):
        table = pq.read_table(path, page_checksum_verification=True)
        told = pc.or_kleene(
            pc.is_in(table["entity"], hidden), pc.is_in(table["other"].fill_null(""), hidden)
        )
        with publishing(spine.folder / path.name) as file:
            pq.write_table(table.filter(pc.invert(told)), file, write_page_checksum=True)


def earlier_runs(home: Path, newest: Path) -> list[Path]:
    """Return the folders of all runs in ``home`` but the newest, finished or not."""
    return sorted(
        run
        for run in home.iterdir()
        if run.is_dir() and not run.is_symlink() and run.resolve() != newest.resolve()
    )


def clear(run: Path, temp: Path | None) -> None:
    """Remove what a run keeps of records, and what was spilled of it; what it released stands."""
    if run.name.startswith("."):
        with storage(run, "clearing an earlier run"):
            sweep_scratch(run, temp)
            shutil.rmtree(run)
    else:
        remove_restricted(run, temp, _KEPT_OF_RUNS)
