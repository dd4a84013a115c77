"""The tables of a whole run made from a spine, so that a batch is counted, drawn and reported so.

Records are numbered anew, those that hold, in the order of their rows.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.batches.adding import kept_records
from linkage.batches.deciding import Local, probabilities
from linkage.batches.entities import entities_of
from linkage.batches.frozen import Frozen, read_frequencies
from linkage.batches.graph import Edges, Places
from linkage.batches.index import Index
from linkage.batches.links import standing
from linkage.batches.mapped import numbers, read_mapped
from linkage.batches.sayings import Heard
from linkage.batches.spine import Spine
from linkage.batches.writing import alive
from linkage.config.schema import Config
from linkage.decide.crosswalk import Crosswalk
from linkage.decide.deciding import Decision, read_candidates
from linkage.decide.spine import Spine as Names
from linkage.decide.spine import draw_names
from linkage.decide.summary import describe
from linkage.decide.threshold import cut_of
from linkage.decide.writing import OF_LINKS, Made, read_kept, write_decided
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.opening import open_engine, records_of, room_of
from linkage.engines.order import pair_key
from linkage.model.chance import chance
from linkage.model.fitting import as_record
from linkage.model.method import paired
from linkage.model.scoring import Scored, groups_of, inside_groups, scored_pairs, write_scored
from linkage.model.source_pairs import SourcePair, SourceSize
from linkage.model.splink import settings
from linkage.runs.parquet import encoded_type
from linkage.runs.workspace import Workspace
from linkage.sources.reading import KEPT, NAMED_IN_DROP, OUTSIDE_KEEP, READ
from linkage.tables import INGEST_COUNTS, RECORD_KEYS

_CODED = frozenset({"source"})


@dataclass(frozen=True)
class Numbering:
    """The number in the tables of the run of each row that holds, -1 for others, by source."""

    number: dict[str, npt.NDArray[np.int32]]

    @classmethod
    def of(cls, spine: Spine) -> "Numbering":
        """Return the numbers of the records of a spine."""
        found, first = {}, 0
        for name, state in spine.sources.items():
            number = np.full(state.n, -1, np.int32)
            rows = alive(spine, name)
            number[rows] = np.arange(first, first + len(rows), dtype=np.int32)
            found[name] = number
            first += len(rows)
        return cls(found)


def write_records(workspace: Workspace, spine: Spine) -> None:
    """Write ``records_<source>`` of every source from its segments."""
    numbering = Numbering.of(spine)
    for name in spine.sources:
        rows = alive(spine, name)
        number = numbering.number[name][rows]
        batches = kept_records(spine, name, rows)
        first = next(batches)
        done = 0
        with workspace.writing(f"records_{name}", first.schema, ("record_id",)) as write:
            batch: pa.RecordBatch | None = first
            while batch is not None:
                at = batch.schema.get_field_index("record")
                mine = pa.array(number[done : done + batch.num_rows])
                write(batch.set_column(at, batch.schema.field(at), mine))
                done += batch.num_rows
                batch = next(batches, None)


def write_keys(workspace: Workspace, spine: Spine) -> None:
    """Write ``record_keys`` and ``ingest_counts`` of all records that hold."""
    schema = pa.schema(
        (name, encoded_type(kind) if name in _CODED else kind)
        for name, kind in RECORD_KEYS.columns.items()
    )
    numbering, counts = Numbering.of(spine), []
    with workspace.writing("record_keys", schema, ("record_id",)) as write:
        for name in spine.sources:
            rows = alive(spine, name)
            ids = spine.column("ids", name, "record_id").take(pa.array(rows)).combine_chunks()
            codes = pa.array(np.zeros(len(rows), np.int32))
            source = pa.DictionaryArray.from_arrays(codes, [name])
            record = pa.array(numbering.number[name][rows])
            write(pa.RecordBatch.from_arrays([source, record, ids], schema=schema))
            found = {READ: len(rows), OUTSIDE_KEEP: 0, NAMED_IN_DROP: 0, KEPT: len(rows)}
            counts += [{"source": name, "reason": why, "n": n} for why, n in found.items()]
    table = pa.Table.from_pylist(counts, schema=pa.schema(INGEST_COUNTS.columns.items()))
    workspace.write("ingest_counts", table)


def write_model(workspace: Workspace, config: Config, model: Frozen) -> None:
    """Write a frozen model as the stages of a whole run would: ``method`` and ``random_patterns``.

    And ``fitted.json``, and ``model.json`` for splink.
    """
    workspace.write_json("method", model.method.as_record())
    workspace.write_json("fitted", as_record(model.fitted, model.prior))
    said = settings(
        model.method.comparisons,
        model.fitted.parameters,
        model.method.rules,
        model.prior,
        config.linkage.type,
    )
    workspace.publish(Path("model.json"), f"{json.dumps(said, indent=2)}\n".encode())
    pairs = paired(workspace, config.sources, config.linkage.type)
    engine = open_engine(workspace, config.engine, pairs)
    engine.prepare(model.method.comparisons, model.method.rules)
    counts = chance(engine, model.method.comparisons, config.linkage.training)
    workspace.write("random_patterns", counts)


def write_candidates(workspace: Workspace, config: Config, spine: Spine, model: Frozen) -> None:
    """Write ``candidates``, ``patterns`` and ``weights.json`` from the pairs of the spine."""
    pairs = tuple(
        replace(pair, settled=said.focal)
        for pair, said in zip(
            paired(workspace, config.sources, config.linkage.type), model.pairs, strict=True
        )
    )
    scored = _scored(_pairs(spine, model), model, pairs)
    group = groups_of(scored)
    if model.assignment == "clusters":
        engine = DuckDBEngine(
            workspace.connection,
            records_of(workspace, pairs),
            pairs,
            room_of(config.engine, workspace.scratch),
            frequencies=read_frequencies(spine.folder, model),
        )
        engine.prepare(model.method.comparisons, model.method.rules)
        inside = inside_groups(engine, model.method, scored, group)
        engine.close()
        scored = _scored(pa.concat_tables([scored.table, inside]), model, pairs)
    write_scored(workspace, scored, group, model.model(pairs))


def _pairs(spine: Spine, model: Frozen) -> pa.Table:
    """Return all pairs of records that hold, by their numbers, as an engine scores them."""
    numbering, parts = Numbering.of(spine), []
    for number, said in enumerate(model.pairs):
        for batch in spine.pairs[number]:
            table = read_mapped(spine.path("pairs", number, batch))
            left = numbering.number[said.left][numbers(table, "left")]
            right = numbering.number[said.right][numbers(table, "right")]
            kept = np.flatnonzero((left >= 0) & (right >= 0))
            names = ("rules", "code", "log2_tf", "log2_tf_household")
            columns = {name: numbers(table, name)[kept] for name in names}
            ends = {"record_l": left[kept], "record_r": right[kept]}
            parts.append(pa.table({**ends, **columns}))
    return pa.concat_tables(parts)


def _scored(table: pa.Table, model: Frozen, pairs: Sequence[SourcePair]) -> Scored:
    """Return what a frozen model says of pairs, their records' candidates competing."""
    table = table.combine_chunks()
    table = table.take(pa.array(np.argsort(pair_key(table), kind="stable")))
    left, right = (numbers(table, f"record_{side}").astype(np.int64) for side in "lr")
    pair, odds = np.zeros(len(left), np.int64), np.zeros(len(left))
    for number, each in enumerate(pairs):
        of = np.flatnonzero(_is_of(left, each.left) & _is_of(right, each.right))
        pair[of] = number
        odds[of] = model.weighed(table.take(pa.array(of)), number)[1]
    edges = Edges(pair, np.arange(len(pair)), left, right, odds, odds, numbers(table, "rules"))
    n = max(each.first + each.n for pair_ in pairs for each in (pair_.left, pair_.right))
    nodes, nobody = np.arange(n), np.zeros(0, np.uint64)
    heard = Heard.nothing(edges)
    local = Local(nodes, Places(nodes, n), tuple(pairs), edges, left, right, odds, heard, nobody)
    p, unmatched = probabilities(local, model)
    scored = scored_pairs(table, model.model(pairs))
    expected = {each.name: float(p[pair == number].sum()) for number, each in enumerate(pairs)}
    columns = {**scored.columns, "p_record": p, "p_unmatched": unmatched}
    return replace(scored, columns=columns, expected=expected)


def _is_of(records: Index, source: SourceSize) -> npt.NDArray[np.bool_]:
    return (records >= source.first) & (records < source.first + source.n)


def write_linked(workspace: Workspace, config: Config, spine: Spine, model: Frozen) -> None:
    """Write ``links``, ``draws``, ``entities``, ``tie_counts`` and ``training.json``."""
    pairs = paired(workspace, config.sources, config.linkage.type)
    numbering = Numbering.of(spine)
    table = read_kept(workspace)
    candidates = read_candidates(table, model.method.n_keys)
    links, ties = _flags(spine, model, numbering, candidates.left, candidates.right)
    weights = workspace.read_json("weights")
    expected = float(sum(weights["expected_matches"].values()))
    cut = cut_of(candidates.p[links], expected, model.threshold)
    decision = Decision(links, ties, np.zeros(0, np.int64), cut)
    entity = [entities_of(spine, name, alive(spine, name)) for name in spine.sources]
    made = Made(
        model.method,
        pairs,
        table.select(OF_LINKS),
        candidates,
        decision,
        Names(np.concatenate(entity), draw_names(spine.entities, model.seed)),
        Crosswalk.read(workspace, pairs),
    )
    described = describe(decision, config.linkage, model.assignment)
    write_decided(workspace, made, weights, config.sources, described)


def _flags(
    spine: Spine, model: Frozen, numbering: Numbering, left: Index, right: Index
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which candidates are links of the spine, and which were picked among equals."""
    links = standing(spine, model)
    pair, tie = links["pair"], links["tie"]
    key = left << 32 | right
    found = np.zeros((2, len(key)), bool)
    for number, said in enumerate(model.pairs):
        of = np.flatnonzero(pair == number)
        one = numbering.number[said.left][links["left"][of]].astype(np.int64)
        other = numbering.number[said.right][links["right"][of]].astype(np.int64)
        linked = one << 32 | other
        order = np.argsort(linked)
        at = np.minimum(np.searchsorted(linked[order], key), max(len(linked) - 1, 0))
        if len(linked):
            hit = linked[order][at] == key
            found[0] |= hit
            found[1] |= hit & tie[of][order][at]
    return found[0], found[1]
