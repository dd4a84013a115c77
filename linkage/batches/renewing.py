"""The decide stage of a batch: links and entities made anew where something changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from linkage.batches.cohort import Found
from linkage.batches.deciding import (
    Decided,
    Identities,
    Local,
    decide_region,
    made_heard,
    probabilities,
)
from linkage.batches.entities import NONE, Named, name_groups
from linkage.batches.frozen import Frozen, read_frequencies, settled
from linkage.batches.graph import Graph
from linkage.batches.growing import Growth
from linkage.batches.hashes import Hashes
from linkage.batches.index import Index, distinct
from linkage.batches.influence import Region, joined, region_of, widened
from linkage.batches.influence import whole as everything
from linkage.batches.inside import inside_groups
from linkage.batches.links import add_links
from linkage.batches.mapped import numbers, read_mapped, write_mapped
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
    _write_sums(spine, sayings)
    if model.assignment == "clusters":
        local, p = _with_inside(workspace, config, spine, model, graph, region, local)
    decided = decide_region(local, model, p, said)
    named = _named(workspace, spine, before, whole, graph, region, decided)
    earlier = () if kept is None else kept.links
    spine = replace(spine, entities=named.n, pending={}, links=(*earlier, spine.batch))
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


def _named(
    workspace: Workspace,
    spine: Spine,
    before: Spine | None,
    whole: bool,
    graph: Graph,
    region: Region,
    decided: Decided,
) -> Named:
    """Give every record of a region its entity, and publish those of all."""
    entity = _entity_arrays(workspace, spine, before, whole)
    versions = {name: spine.array("versions", name) for name in spine.sources}
    known = np.empty(len(region.nodes), np.int64)
    for name, at, rows in graph.rows(region.nodes):
        known[at] = entity[name][rows]
    gone = _gone(before, versions, entity, whole)
    named = name_groups(decided.group, known, gone, spine.entities)
    for name, at, rows in graph.rows(region.nodes):
        entity[name][rows] = named.entity[at]
    for name, each in entity.items():
        write_mapped(spine.path("entity", name), {"entity": each})
    return named


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
        ends = (said.left, said.right) if said.focal == "l" else (said.right, said.left)
        both = []
        for side, name in zip(("focal", "opposite"), ends, strict=True):
            held = numbers(read_mapped(before.path("sums", number, side)), "sum")
            new = np.zeros(spine.sources[name].n - len(held), np.float32)
            both.append(np.concatenate([held, new]))
        sums.append((both[0], both[1]))
    return Sayings(_sizes(spine), model, sums, growth.first)


def _sizes(spine: Spine) -> dict[str, int]:
    return {name: state.n for name, state in spine.sources.items()}


def _write_sums(spine: Spine, sayings: Sayings) -> None:
    for number, sums in enumerate(sayings.sums):
        for side, each in zip(("focal", "opposite"), sums, strict=True):
            write_mapped(spine.path("sums", number, side), {"sum": each})


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


def _entity_arrays(
    workspace: Workspace, spine: Spine, before: Spine | None, whole: bool
) -> dict[str, Numbers]:
    """Return the entity of every row as it was, by source; -1 for new records."""
    found = {}
    for name in spine.sources:
        inherited = workspace.read(f"inherited_{name}")["entity"].to_numpy()
        if whole or before is None:
            found[name] = inherited.copy()
        else:
            found[name] = np.append(before.array("entity", name), inherited)
    return found


def _gone(
    before: Spine | None,
    versions: Mapping[str, Numbers],
    entity: Mapping[str, Numbers],
    whole: bool,
) -> Index:
    """Return the entities of records that held before and do not now, whoever else is of them."""
    if before is None:
        return np.zeros(0, np.int64)
    gone = []
    for name, now in versions.items():
        old = before.array("versions", name)
        held = before.array("entity", name)
        if whole:
            gone.append(np.setdiff1d(held[old >= 0], entity[name]))
        else:
            gone.append(held[(old >= 0) & (now[: len(old)] < 0)])
    every: Index = np.unique(np.concatenate(gone)).astype(np.int64)
    kept: Index = every[every != NONE]
    return kept
