"""The records that a batch brings, as drift looks at them: ``cohort_<source>``."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.batches.adding import kept_records
from linkage.batches.frozen import Frozen
from linkage.batches.graph import Edges, Graph
from linkage.batches.index import Index, among
from linkage.batches.inside import NOWHERE
from linkage.batches.mapped import numbers, read_mapped
from linkage.batches.spine import Spine
from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Group
from linkage.model.normalise import Reals
from linkage.model.patterns import coding
from linkage.runs.parquet import decoded
from linkage.runs.workspace import Workspace

NOBODY = -1

_ALWAYS = "fold"
"""A small column that every record has: a batch of no column would not know its rows."""


@dataclass(frozen=True)
class Found:
    """What a batch found of the records it brings.

    Parameters
    ----------
    nodes
        (n,) their numbers in the graph, rising.
    edges, p
        The pairs that were looked at, and the probability of each.
    linked
        Every node that is in a link, rising.
    """

    nodes: Index
    edges: Edges
    p: Reals
    linked: Index


@dataclass(frozen=True)
class _Best:
    """The best candidate of each record (n,): its pair's place among ``edges``, NOBODY for none.

    ``other`` is the node at its other end, ``p`` the highest probability of any of its pairs.
    """

    edge: Index
    other: Index
    p: Reals


def write_cohorts(
    workspace: Workspace, spine: Spine, model: Frozen, groups: Mapping[str, Group], found: Found
) -> None:
    """Write ``cohort_<source>`` of every source: one row for each record that the batch brings.

    A record has the groups of its own, and of characteristics that another source holds those of
    its best candidate; NULL where it has no candidate.
    """
    graph = Graph(spine, model, {name: spine.array("versions", name) for name in spine.sources})
    best = _best(found)
    gammas = _gammas(spine, model, found.edges, best.edge)
    weight = model.weights_of(gammas)
    for name, at, rows in graph.rows(found.nodes):
        columns = _own(spine, name, rows)
        for characteristic, group in groups.items():
            column = f"group_{characteristic}"
            if column in columns:
                columns[column] = columns[column].fill_null(UNKNOWN)
            else:
                columns[column] = _borrowed(spine, graph, group.source, column, best.other[at])
        with_candidate = best.edge[at] >= 0
        for place, comparison in enumerate(model.method.comparisons):
            levels = gammas[at, place].astype(np.int32)
            columns[comparison.gamma] = pa.array(levels, mask=~with_candidate)
        columns["w_levels"] = pa.array(weight[at], mask=~with_candidate)
        columns["p_record"] = pa.array(best.p[at], mask=~with_candidate)
        columns["linked"] = pa.array(among(found.nodes[at], found.linked))
        workspace.write(f"cohort_{name}", pa.table(columns))


def _best(found: Found) -> _Best:
    """Return the best candidate of every node: the heaviest of its pairs, the first among equals.

    Pairs inside groups that the spine does not keep are of no blocking rule, and left out.
    """
    edges, n = found.edges, len(found.nodes)
    edge, other, p = np.full(n, NOBODY), np.full(n, NOBODY), np.zeros(n)
    kept = np.flatnonzero(edges.place != NOWHERE)
    both = [(edges.left[kept], edges.right[kept]), (edges.right[kept], edges.left[kept])]
    ends = np.concatenate([end for end, _ in both])
    others = np.concatenate([other_end for _, other_end in both])
    pairs = np.concatenate([kept, kept])
    at = np.minimum(np.searchsorted(found.nodes, ends), max(n - 1, 0))
    mine = np.flatnonzero(found.nodes[at] == ends) if n else np.zeros(0, np.int64)
    at, others, pairs = at[mine], others[mine], pairs[mine]
    np.maximum.at(p, at, found.p[pairs])
    order = np.lexsort((others, -edges.weight[pairs], at))
    first = order[np.diff(at[order], prepend=-1) > 0]
    edge[at[first]], other[at[first]] = pairs[first], others[first]
    return _Best(edge, other, p)


def _gammas(spine: Spine, model: Frozen, edges: Edges, wanted: Index) -> npt.NDArray[np.int64]:
    """Return the levels (n, comparisons) of some pairs; of none, :data:`NOBODY`, the lowest."""
    code = np.zeros(len(wanted), np.int64)
    for number, batches in enumerate(spine.pairs):
        first = 0
        for batch in batches:
            held = numbers(read_mapped(spine.path("pairs", number, batch)), "code")
            place = np.append(edges.place, NOWHERE)[wanted] - first
            inside = (np.append(edges.pair, -1)[wanted] == number) & (place >= 0)
            at = np.flatnonzero(inside & (place < len(held)))
            code[at] = held[place[at]]
            first += len(held)
    return coding(model.method.comparisons).decode(code)


def _own(spine: Spine, source: str, rows: Index) -> dict[str, pa.Array]:
    """Return the groups, and the reasons for what is missing, of rows, which rise."""
    table = _columns(spine, source, rows, ("group_", "missing_"))
    return {name: table[name].combine_chunks() for name in table.column_names}


def _borrowed(spine: Spine, graph: Graph, holder: str, column: str, nodes: Index) -> pa.Array:
    """Return the group (n,) of each of these nodes that is of ``holder``, NULL for any other."""
    of = np.flatnonzero((nodes >= 0) & (nodes % graph.k == graph.sources.index(holder)))
    rows, inverse = np.unique(nodes[of] // graph.k, return_inverse=True)
    place = np.full(len(nodes), NOBODY)
    place[of] = inverse
    table = _columns(spine, holder, rows, (column,))
    if column not in table.column_names:
        return pa.nulls(len(nodes), pa.string())
    values = table[column].fill_null(UNKNOWN).combine_chunks()
    return values.take(pa.array(place, mask=place == NOBODY))


def _columns(spine: Spine, source: str, rows: Index, beginning: tuple[str, ...]) -> pa.Table:
    """Return the columns of rows, which rise, whose names begin so; no column for no row."""
    batches = kept_records(spine, source, rows, (*beginning, _ALWAYS))
    parts = [pa.Table.from_batches([each]).cast(decoded(each.schema)) for each in batches]
    if not parts:
        return pa.table({})
    table = pa.concat_tables(parts)
    return table.drop_columns([name for name in table.column_names if name == _ALWAYS])
