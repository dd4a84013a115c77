"""How far a change reaches: from record to record over candidates, weaker with every step.

What a record hears over a pair, and what it says, changes by no more than the probability of that
pair times the change at the other end. So a change is followed while the product of probabilities
along its way is above :data:`NOTICED`, and over pairs that may be links to the end.
"""

from dataclasses import dataclass

import numpy as np

from linkage.batches.frozen import Frozen
from linkage.batches.graph import Edges, Flags, Graph, among
from linkage.batches.index import Index
from linkage.model.normalise import Reals

NOTICED = 1e-7
"""A change of a probability below this is not followed."""

LINKING = 5e-4
"""From this probability on a pair may be a link, or bar one: decisions look at those above 0.001."""


@dataclass(frozen=True)
class Heard:
    """What is said over each pair, as far as all pairs of its two nodes are known: (P,) each.

    Parameters
    ----------
    nu
        How free the opposite record is for the focal one.
    mu
        The odds that the focal record would give the pair if the opposite were free.
    strength
        How much of a change passes: the pair's probability, as it was or as it may become.
    """

    nu: Reals
    mu: Reals
    strength: Reals


def heard(edges: Edges, model: Frozen) -> Heard:
    """Return what is said over each pair when new pairs are heard for the first time."""
    nodes = edges.ends
    n = len(nodes)
    left, right = (np.searchsorted(nodes, end) for end in (edges.left, edges.right))
    focal, opposite = left.copy(), right.copy()
    both, competing = np.zeros(len(edges), bool), np.zeros(len(edges), bool)
    for number, said in enumerate(model.pairs):
        of = edges.pair == number
        both[of], competing[of] = said.both_sides, said.competing
        if said.focal == "r":
            focal[of], opposite[of] = right[of], left[of]
    focal, opposite = focal + n * edges.pair, opposite + n * edges.pair
    size = n * len(model.pairs)
    new = np.isnan(edges.nu)
    told = np.where(new, 0.0, np.where(both, edges.nu, 1.0))
    before = edges.odds * told
    total = np.bincount(focal, before, size)
    mu = edges.odds / (1 + np.maximum(total[focal] - before, 0))
    taken = np.bincount(opposite, np.where(new, 0.0, mu), size)
    other = np.where(new, taken[opposite], np.maximum(taken[opposite] - mu, 0))
    fresh = np.where(both, 1 / (1 + other), 1.0)
    nu = np.where(new, fresh, told)
    after = np.bincount(focal, edges.odds * nu, size)
    may = edges.odds * np.maximum(nu, fresh)
    rest = np.where(competing, np.minimum(total, after)[focal] - np.minimum(before, may), 0.0)
    strength = may / (1 + may + np.maximum(rest, 0))
    rivals = np.where(competing, after[focal] - edges.odds * nu, 0.0)
    return Heard(nu, edges.odds / (1 + np.maximum(rivals, 0)), strength)


@dataclass(frozen=True)
class Region:
    """What is decided anew: ``nodes``, rising, and all their pairs with what is said over them.

    ``around`` are the nodes whose pairs have all been read, ``read`` these pairs.
    """

    nodes: Index
    edges: Edges
    heard: Heard
    around: Index
    read: Edges


def whole(graph: Graph) -> Region:
    """Return everything, of which nothing has been said yet."""
    edges, nodes = graph.everything(), graph.all_nodes()
    nothing = np.zeros(len(edges))
    return Region(nodes, edges, Heard(nothing, nothing, nothing), nodes, edges)


def joined(region: Region, also: Edges) -> Region:
    """Return a region with more pairs between its nodes."""
    silent = np.ones(len(also))
    more = (silent, also.odds, silent)
    said = zip(vars(region.heard).values(), more, strict=True)
    return Region(
        region.nodes,
        region.edges.joined(also),
        Heard(*map(np.concatenate, said)),
        region.around,
        region.read,
    )


def region_of(graph: Graph, model: Frozen, touched: Index) -> Region:
    """Return all that a change at ``touched`` nodes, rising, can be noticed at."""
    nowhere = np.zeros(0, np.int64)
    none = Edges.none()
    begun = Region(touched, none, heard(none, model), nowhere, none)
    return _followed(graph, model, begun, touched, none)


def widened(graph: Graph, model: Frozen, region: Region, touched: Index, said: Reals) -> Region:
    """Return a region with what can be noticed of it, once ``said`` (P,) is the nu of its edges.

    A record that has lost its partner hears others as it did not before.
    """
    now = Edges(**{**vars(region.edges), "nu": said})
    return _followed(graph, model, region, touched, now)


def _followed(
    graph: Graph, model: Frozen, begun: Region, touched: Index, now: Edges
) -> Region:
    nodes, around, read = begun.nodes, begun.around, begun.read
    while True:
        missing = np.setdiff1d(nodes, around)
        met = graph.incident(missing)
        missing = np.setdiff1d(np.union1d(missing, met.ends), around)
        # those around a node that was around another before, too
        read = read.joined(graph.incident(missing)).distinct()
        around = np.union1d(around, missing)
        outer = np.setdiff1d(read.only(_touch(read, nodes)).ends, around)
        read = read.joined(graph.incident(outer)).distinct()
        around = np.union1d(around, outer)
        said = heard(read, model)
        strength = said.strength
        if len(now):
            after = heard(_with(read, now), model).strength
            strength = np.maximum(strength, after)
        # what passes is known only between records all of whose pairs have been read
        strength = np.where(among(read.left, around) & among(read.right, around), strength, 0.0)
        reached = np.union1d(begun.nodes, _reached(read, strength, model, touched))
        if not len(np.setdiff1d(reached, nodes)):
            break
        nodes = np.union1d(nodes, reached)
    mine = _touch(read, nodes)
    kept = Heard(said.nu[mine], said.mu[mine], strength[mine])
    return Region(nodes, read.only(mine), kept, around, read)


def _touch(edges: Edges, nodes: Index) -> Flags:
    return among(edges.left, nodes) | among(edges.right, nodes)


def _with(edges: Edges, now: Edges) -> Edges:
    """Return ``edges`` with the messages of ``now``, which are among them."""
    key = edges.pair << 40 | edges.place
    at = np.searchsorted(key, now.pair << 40 | now.place)
    nu = edges.nu.copy()
    nu[at] = now.nu
    return Edges(**{**vars(edges), "nu": nu})


def _reached(edges: Edges, strength: Reals, model: Frozen, touched: Index) -> Index:
    """Return the nodes at which a change at ``touched`` is noticed, over ``edges``."""
    nodes = np.union1d(edges.ends, touched)
    reach = np.zeros(len(nodes))
    reach[np.searchsorted(nodes, touched)] = 1.0
    linking = (strength >= LINKING) | (edges.rules & model.always != 0)
    passes = np.where(linking, 1.0, strength)
    worth = np.flatnonzero(passes >= NOTICED)
    left, right = (np.searchsorted(nodes, end[worth]) for end in (edges.left, edges.right))
    passes = passes[worth]
    while True:
        before = reach.copy()
        np.maximum.at(reach, left, before[right] * passes)
        np.maximum.at(reach, right, before[left] * passes)
        if (reach <= np.maximum(before, NOTICED)).all():
            return nodes[reach >= NOTICED]
