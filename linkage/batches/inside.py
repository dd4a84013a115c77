"""Pairs inside groups of likely pairs that weigh too little to be kept: a cluster is judged by all.

They are made anew for the groups that are decided anew.
"""

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from linkage.batches.deciding import Local, probabilities
from linkage.batches.frozen import Frozen
from linkage.batches.graph import Edges, Flags, Graph
from linkage.batches.index import Index
from linkage.batches.mapped import numbers
from linkage.batches.neighbours import Gatherer
from linkage.decide.clusters import components
from linkage.engines.columns import Frequencies, InMemory
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.room import Room

NOWHERE = -1
"""The place of a pair that the spine does not keep."""


def inside_groups(
    local: Local,
    model: Frozen,
    graph: Graph,
    frequencies: Mapping[str, Frequencies],
    gather: Gatherer,
    connection: duckdb.DuckDBPyConnection,
    room: Room,
) -> Edges:
    """Return the pairs inside groups of three or more that ``local`` lacks and any rule makes."""
    likely = (probabilities(local, model)[0] > 0.5) & local.inner
    group = components(local.left[likely], local.right[likely], len(local.nodes))
    member = np.flatnonzero((np.bincount(group) > 2)[group]) if len(group) else group
    if not len(member):
        return Edges.none()
    order = np.lexsort((local.nodes[member], local.nodes[member] % graph.k))
    nodes, group = local.nodes[member[order]], group[member[order]]
    records, sizes = {}, {}
    for name, _, rows in graph.rows(nodes):
        records[name], sizes[name] = InMemory(gather(name, rows)), len(rows)
    pairs = model.sized(sizes)
    engine = DuckDBEngine(connection, records, pairs, room, frequencies=frequencies)
    engine.prepare(model.method.comparisons, model.method.rules)
    groups = pa.table({"record": np.arange(len(nodes)), "member": group})
    found = engine.compare_within(model.method.rules, groups)
    engine.close()
    left, right = (nodes[numbers(found, f"record_{side}")] for side in "lr")
    edges = [Edges.none()]
    for number, (one, other) in enumerate(graph.sides):
        of = np.flatnonzero((left % graph.k == one) & (right % graph.k == other))
        weight, odds = model.weighed(found.take(pa.array(of)), number)
        pair = np.full(len(of), number, np.int64)
        rules = numbers(found, "rules")[of]
        place = np.full(len(of), NOWHERE)
        edges.append(Edges(pair, place, left[of], right[of], odds, weight, rules))
    every = edges[0].joined(*edges[1:])
    return every.only(~_known(every, local))


def _known(edges: Edges, local: Local) -> Flags:
    """Say which pairs ``local`` holds, either way round."""
    n, order = len(local.nodes), np.argsort(local.nodes)
    one, other = (
        order[np.searchsorted(local.nodes, end, sorter=order)] for end in (edges.left, edges.right)
    )
    held = _keys(local.left[local.inner], local.right[local.inner], n)
    found: Flags = np.isin(_keys(one, other, n), held)
    return found


def _keys(left: Index, right: Index, n: int) -> Index:
    keys: Index = np.minimum(left, right) * n + np.maximum(left, right)
    return keys
