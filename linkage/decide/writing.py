"""What the decide stage writes: links, entities, and the model's summary for the report."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from linkage.config.linkage_settings import Linkage
from linkage.config.source_settings import Source
from linkage.decide.by_group import own_thresholds
from linkage.decide.certainty import Certainty, certainty
from linkage.decide.crosswalk import Crosswalk, coded
from linkage.decide.deciding import (
    Candidates,
    Decision,
    decide,
    n_records,
    read_candidates,
)
from linkage.decide.spine import Spine, draw_names, name_groups
from linkage.decide.summary import describe, summarise
from linkage.decide.ties import count_ties
from linkage.model.method import Method, from_record, paired
from linkage.model.source_pairs import SourcePair
from linkage.runs.workspace import Workspace
from linkage.tables import CANDIDATES, ENTITIES, LINKS, Table

_ROWS = 122_880
"""Rows of a table that are made and written at a time."""

OF_LINKS = ("match_weight", "match_probability", "pattern", "w_tf")
_READ = ("record_l", "record_r", "rules", "p_record", *OF_LINKS)
_CODED = frozenset({"source_l", "source_r", "source", "grade", "method"})


def link(
    workspace: Workspace, sources: Mapping[str, Source], linkage: Linkage, assignment: str
) -> None:
    """Write ``links``, ``draws``, ``entities``, ``tie_counts`` and ``training.json``."""
    method = from_record(workspace.read_json("method"))
    weights = workspace.read_json("weights")
    pairs = paired(workspace, sources, linkage.type)
    seed = linkage.training.seed
    expected = float(sum(weights["expected_matches"].values()))
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(Crosswalk.read, workspace, pairs)
        drawing = pool.submit(draw_names, n_records(pairs), seed)  # one for each, if none is linked
        table = read_kept(workspace)
        candidates = read_candidates(table, method.n_keys)
        table = table.select(OF_LINKS)  # the rest is held twice
        focal = linkage.focal or next(iter(sources))
        own = own_thresholds(
            workspace, pairs[0], focal, linkage.decide.threshold_by_group, candidates
        )
        decision = decide(candidates, pairs, assignment, linkage.decide, expected, seed, own)
        spine = name_groups(decision.group, drawing.result())
        crosswalk = reading.result()
    pa.default_memory_pool().release_unused()  # what the thread that read held on to
    made = Made(method, pairs, table, candidates, decision, spine, crosswalk)
    write_decided(workspace, made, weights, sources, describe(decision, linkage, assignment))


@dataclass(frozen=True)
class Made:
    """A decision, and what it was made of.

    ``table`` holds, of each of the ``candidates``, what links tell of it.
    """

    method: Method
    pairs: Sequence[SourcePair]
    table: pa.Table
    candidates: Candidates
    decision: Decision
    spine: Spine
    crosswalk: Crosswalk


def write_decided(
    workspace: Workspace,
    made: Made,
    weights: Mapping[str, Any],
    sources: Iterable[str],
    described: Mapping[str, Any],
) -> None:
    """Write the tables of a decision.

    Parameters
    ----------
    weights
        ``weights.json``.
    described
        See :func:`linkage.decide.summary.describe`.
    """
    method, pairs, table = made.method, made.pairs, made.table
    candidates, decision, spine, crosswalk = (
        made.candidates,
        made.decision,
        made.spine,
        made.crosswalk,
    )
    sure = certainty(workspace, table, candidates, decision, pairs)
    links = _links(table, sure, candidates, decision, crosswalk, spine, method)
    per_link = round(len(spine.number) / max(decision.cut.n, 1))
    _write(workspace, links, _entities(crosswalk, spine), max(per_link, 1))
    tied = np.concatenate([side[decision.ties] for side in (candidates.left, candidates.right)])
    count_ties(workspace, sources, tied)
    summary = summarise(
        method,
        workspace.read_json("fitted"),
        weights,
        table["match_weight"].to_numpy()[decision.links],
        described,
    )
    workspace.write_json("training", summary)


def read_kept(workspace: Workspace) -> pa.Table:
    """Return the columns of ``candidates`` that are needed here."""
    schema = pa.schema([(name, CANDIDATES.columns[name]) for name in _READ])
    return pa.Table.from_batches(workspace.row_groups("candidates", _READ), schema)


def _write(
    workspace: Workspace,
    links: Iterable[pa.RecordBatch],
    entities: Iterator[pa.RecordBatch],
    per_link: int,
) -> None:
    """Write both tables at once: each has a thread that writes what is made here.

    Both come to an end together where ``per_link`` is how many rows entities has to one of links.
    """
    with _writing(workspace, ENTITIES) as write_entities:
        with _writing(workspace, LINKS) as write_links:
            for batch in links:
                write_links(batch)
                for each in islice(entities, per_link):
                    write_entities(each)
        for each in entities:
            write_entities(each)


def _writing(
    workspace: Workspace, table: Table
) -> AbstractContextManager[Callable[[pa.RecordBatch], None]]:
    distinct = table.columns.keys() - _CODED - {"entity"}
    return workspace.writing(table.name, _schema(table), distinct, random={"entity"})


def _schema(table: Table) -> pa.Schema:
    """Return the columns of ``table``, those of few values as codes into these."""
    coded = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [(name, coded if name in _CODED else kind) for name, kind in table.columns.items()]
    )


def _links(
    table: pa.Table,
    sure: Certainty,
    candidates: Candidates,
    decision: Decision,
    crosswalk: Crosswalk,
    spine: Spine,
    method: Method,
) -> Iterator[pa.RecordBatch]:
    keys = [f"deterministic: {rule.name}" for rule in method.rules[: method.n_keys]]
    weight, probability = (table[c].to_numpy() for c in ("match_weight", "match_probability"))
    links = np.flatnonzero(decision.links)
    for at in _slices(len(links)):
        rows = links[at]
        p_lower, p_upper = sure.p_model(at)
        left, right = candidates.left.take(rows), candidates.right.take(rows)
        columns = {
            "source_l": crosswalk.source(left),
            "record_id_l": crosswalk.record_id(left),
            "source_r": crosswalk.source(right),
            "record_id_r": crosswalk.record_id(right),
            "match_weight": weight.take(rows),
            "match_probability": probability.take(rows),
            "p_link": sure.p_link[at],
            "p_model_lower": p_lower,
            "p_model_upper": p_upper,
            "grade": coded(np.zeros_like(rows), ["C"]),
            "tie": decision.ties.take(rows),
            "method": coded(candidates.key.take(rows) + 1, ["probabilistic", *keys]),
            "entity": spine.names(left),
        }
        yield pa.RecordBatch.from_pydict(columns, _schema(LINKS))


def _entities(crosswalk: Crosswalk, spine: Spine) -> Iterator[pa.RecordBatch]:
    for at in _slices(len(spine.number)):
        records = np.arange(at.start, at.stop)
        columns = {
            "source": crosswalk.source(records),
            # as they follow each other: none need be looked up
            "record_id": crosswalk.ids.slice(records[0], len(records)).cast(pa.string()),
            "entity": spine.names(records),
        }
        yield pa.RecordBatch.from_pydict(columns, _schema(ENTITIES))


def _slices(n: int) -> Iterator[slice]:
    for start in range(0, n, _ROWS):
        yield slice(start, min(start + _ROWS, n))
