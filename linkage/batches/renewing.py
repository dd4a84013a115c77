"""The decide stage of a batch: links and entities made anew where something changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from linkage.batches.changing import told_anew, values, write_values
from linkage.batches.cohort import Found
from linkage.batches.deciding import (
    Decided,
    Identities,
    Local,
    decide_region,
    made_heard,
    probabilities,
)
from linkage.batches.entities import Named
from linkage.batches.frozen import Frozen, read_frequencies, settled
from linkage.batches.graph import Graph
from linkage.batches.growing import Growth
from linkage.batches.hashes import Hashes
from linkage.batches.index import Index, distinct
from linkage.batches.influence import Region, joined, region_of, widened
from linkage.batches.influence import whole as everything
from linkage.batches.inside import inside_groups
from linkage.batches.links import add_links
from linkage.batches.mapped import numbers
from linkage.batches.naming import name_region
from linkage.batches.neighbours import Gatherer
from linkage.batches.sayings import Heard, Sayings, silent
from linkage.batches.spine import Spine
from linkage.batches.versions import Numbers
from linkage.config.linkage_settings import Decide
from linkage.config.schema import Config
from linkage.engines.opening import room_of
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace


@dataclass(frozen=True)
class Renewed:
    """A spine decided anew: its model, with the threshold, and what was found."""

    spine: Spine
    model: Frozen
    decided: Decided
    named: Named
    n_region: int
    cohort: Found

    def counts(self) -> dict[str, object]:
        """Return what was done, in numbers: for the restricted folder alone."""
        return {
            "decided_anew": self.n_region,
            "links": len(self.decided.p),
            "entities": self.named.n,
            "events": dict(Counter(self.named.events.kind)),
        }


def renew(
    workspace: Workspace,
    config: Config,
    spine: Spine,
    model: Frozen,
    before: Spine | None,
    whole: bool,
    said: Decide,
) -> Renewed:
    """Write the links, entities and events of ``spine``; its record is yet to be written.

    Parameters
    ----------
    spine
        With its rows and pairs, and everything else as ``before``.
    whole
        Whether its rows are all new, so that everything is decided anew.
    said
        The threshold, or how it is chosen.
    """
    versions = {name: spine.array("versions", name) for name in spine.sources}
    graph = Graph(spine, model, versions)
    identity = partial(_identities, spine, graph)
    kept = None if whole else before
    if kept is None:
        region = everything(graph)
        local = Local.of(region, model, graph, identity)
        p, unmatched = probabilities(local, model)
        sayings = silent(_sizes(spine), model)
        _say(sayings, local, made_heard(local, model, p, unmatched))
    else:
        growth = Growth.read(workspace)
        sayings = _sayings(spine, kept, model, growth)
        touched = _touched(spine, kept, graph, versions, growth)
        region, local, p = _settled(graph, model, sayings, touched, identity)
    _write_sums(spine, kept, model, sayings, graph, region.nodes)
    if model.assignment == "clusters":
        local, p = _with_inside(workspace, config, spine, model, graph, region, local)
    decided = decide_region(local, model, p, said)
    named = name_region(workspace, spine, before, whole, graph, region.nodes, decided.group)
    earlier = () if kept is None else kept.links
    told = () if kept is None or told_anew(kept) else kept.told
    spine = replace(
        spine,
        entities=named.n,
        pending={},
        links=(*earlier, spine.batch),
        told=(*told, spine.batch),
    )
    add_links(spine, graph, region.nodes, decided)
    model = settled(model, decided.cut.threshold)
    cohort = Found(_brought(workspace, graph), local.edges, p, decided.links.ends)
    return Renewed(spine, model, decided, named, len(region.nodes), cohort)


def _brought(workspace: Workspace, graph: Graph) -> Index:
    """Return the nodes, rising, of the records that the deliveries brought."""
    growth = Growth.read(workspace)
    rows = {name: np.arange(growth.brought[name], growth.states[name].n) for name in graph.sources}
    return np.sort(np.concatenate([graph.nodes(name, rows[name]) for name in graph.sources]))


def _with_inside(
    workspace: Workspace,
    config: Config,
    spine: Spine,
    model: Frozen,
    graph: Graph,
    region: Region,
    local: Local,
) -> tuple[Local, Reals]:
    """Return a region with the pairs inside its groups, and the probabilities of all."""
    also = inside_groups(
        local,
        model,
        graph,
        read_frequencies(spine.folder, model),
        Gatherer(spine),
        workspace.connection,
        room_of(config.engine, workspace.scratch),
    )
    local = Local.of(joined(region, also), model, graph, partial(_identities, spine, graph))
    return local, probabilities(local, model)[0]


def _settled(
    graph: Graph, model: Frozen, sayings: Sayings, touched: Index, identity: Identities
) -> tuple[Region, Local, Reals]:
    """Return the region that a change is noticed in, and the probabilities of its pairs.

    What was made may be heard further than what was there before: then it is made again.
    """
    region = region_of(graph, model, sayings, touched)
    while True:
        local = Local.of(region, model, graph, identity)
        p, unmatched = probabilities(local, model)
        _say(sayings, local, made_heard(local, model, p, unmatched))
        wider = widened(graph, model, sayings, region)
        if len(wider.nodes) == len(region.nodes):
            return region, local, p
        region = wider


def _say(sayings: Sayings, local: Local, heard: Heard) -> None:
    """Take what was made as the sums of the nodes of a region."""
    for side in (0, 1):
        sayings.sum_up(local.edges, heard, local.places, side)


def _sayings(spine: Spine, before: Spine, model: Frozen, growth: Growth) -> Sayings:
    """Return the sums as they were before, and none of new rows."""
    sums = []
    for number, said in enumerate(model.pairs):
        both = []
        for side, name in zip(("focal", "opposite"), said.ends, strict=True):
            both.append(values(before, ("sums", number, side), spine.sources[name].n, 0))
        sums.append((both[0], both[1]))
    return Sayings(_sizes(spine), model, sums, growth.first)


def _sizes(spine: Spine) -> dict[str, int]:
    return {name: state.n for name, state in spine.sources.items()}


def _write_sums(
    spine: Spine,
    before: Spine | None,
    model: Frozen,
    sayings: Sayings,
    graph: Graph,
    nodes: Index,
) -> None:
    """Publish the sums of all rows, or of those of ``nodes``, which are all that changed."""
    changed = {name: rows for name, _, rows in graph.rows(nodes)}
    for number, (said, sums) in enumerate(zip(model.pairs, sayings.sums, strict=True)):
        for side, name, each in zip(("focal", "opposite"), said.ends, sums, strict=True):
            rows = None if told_anew(before) else changed[name]
            write_values(spine, ("sums", number, side), each if rows is None else each[rows], rows)


def _touched(
    spine: Spine,
    before: Spine,
    graph: Graph,
    versions: Mapping[str, Numbers],
    growth: Growth,
) -> Index:
    """Return the nodes of records that are new, or have lost a candidate."""
    nodes = []
    for name, now in versions.items():
        old = before.array("versions", name)
        died = np.flatnonzero((old >= 0) & (now[: len(old)] < 0))
        left = graph.incident(np.sort(graph.nodes(name, died)), dead=True).ends
        pending = np.array(spine.pending.get(name, ()), np.int64)
        new = np.concatenate([pending, np.arange(growth.first[name], len(now))])
        nodes += [left, graph.nodes(name, new)]
    every = distinct(*nodes)
    return every[graph.hold(every)]


def _identities(spine: Spine, graph: Graph, nodes: Index) -> Hashes:
    """Return the hash of the identifier of each of ``nodes``, which rise."""
    found = np.empty(len(nodes), np.uint64)
    for name, at, rows in graph.rows(nodes):
        for first, table in spine.segments("ids", name):
            low, high = np.searchsorted(rows, (first, first + table.num_rows))
            found[at[low:high]] = numbers(table, "identity")[rows[low:high] - first]
    return found
