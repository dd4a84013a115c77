"""The entities of what a batch decided anew, and of records that it brought."""

from collections.abc import Mapping

import numpy as np

from linkage.batches.changing import told_anew, write_values
from linkage.batches.entities import NONE, Named, all_entities, entities_of, name_groups
from linkage.batches.graph import Graph
from linkage.batches.index import Index, distinct
from linkage.batches.spine import Spine
from linkage.batches.versions import Numbers
from linkage.runs.workspace import Workspace


def name_region(
    workspace: Workspace,
    spine: Spine,
    before: Spine | None,
    whole: bool,
    graph: Graph,
    nodes: Index,
    group: Index,
) -> Named:
    """Give ``nodes``, rising, the entities of their groups (n,), and publish what that changes.

    Parameters
    ----------
    whole
        Whether the rows of ``spine`` are all new.
    """
    inherited = {
        name: workspace.read(f"inherited_{name}")["entity"].to_numpy() for name in spine.sources
    }
    kept = None if whole else before
    known = np.empty(len(nodes), np.int64)
    for name, at, rows in graph.rows(nodes):
        known[at] = _as_before(kept, name, inherited[name], rows)
    gone = _gone(before, spine, inherited, whole)
    named = name_groups(group, known, gone, spine.entities)
    for name, at, rows in graph.rows(nodes):
        entity, n = named.entity[at].astype(np.int32), spine.sources[name].n
        first = n - len(inherited[name])
        new, moved = rows >= first, (rows < first) & (entity != known[at])
        added = inherited[name].copy()
        added[rows[new] - first] = entity[new]
        kind = ("entity", name)
        if told_anew(kept):
            held = np.zeros(0, np.int32) if kept is None else all_entities(kept, name)
            held[rows[moved]] = entity[moved]
            write_values(spine, kind, np.append(held, added))
        else:
            changed = np.append(rows[moved], np.arange(first, n))
            write_values(spine, kind, np.append(entity[moved], added), changed)
    return named


def _as_before(before: Spine | None, name: str, inherited: Numbers, rows: Index) -> Numbers:
    """Return the entity that rows were in: those added have that of their record, or none."""
    first = 0 if before is None else before.sources[name].n
    found = np.empty(len(rows), np.int32)
    old = rows < first
    if before is not None:
        found[old] = entities_of(before, name, rows[old])
    found[~old] = inherited[rows[~old] - first]
    return found


def _gone(
    before: Spine | None, spine: Spine, inherited: Mapping[str, Numbers], whole: bool
) -> Index:
    """Return the entities of records that held before and do not now, whoever else is of them."""
    if before is None:
        return np.zeros(0, np.int64)
    gone = []
    for name in spine.sources:
        old, now = (each.array("versions", name) for each in (before, spine))
        if whole:
            held = entities_of(before, name, np.flatnonzero(old >= 0))
            gone.append(np.setdiff1d(held, inherited[name]))
        else:
            died = np.flatnonzero((old >= 0) & (now[: len(old)] < 0))
            gone.append(entities_of(before, name, died))
    every = distinct(*gone)
    kept: Index = every[every != NONE]
    return kept
