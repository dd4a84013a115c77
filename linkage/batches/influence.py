"""How far a change reaches: from record to record over candidates, weaker with every step.

What a record hears over a pair, and what it says, changes by no more than the probability of that
pair times the change at the other end. So a change is followed while the product of probabilities
along its way is above :data:`NOTICED`, and over pairs that may be links to the end.
"""

from dataclasses import dataclass

import numpy as np

from linkage.batches.frozen import Frozen
from linkage.batches.graph import Edges, Graph
from linkage.batches.index import Index, distinct
from linkage.batches.sayings import Heard, Sayings
from linkage.model.normalise import Reals

NOTICED = 1e-4
"""A change of a probability below this is not followed: it makes and breaks no link."""

LINKING = 5e-4
"""From here on a pair may be a link, or bar one: decisions look at those above 0.001."""


@dataclass(frozen=True)
class Region:
    """What is decided anew: ``nodes``, rising, and all their pairs with what is said over them.

    ``reach`` is how much of a change there may be at each node.
    """

    nodes: Index
    reach: Reals
    edges: Edges
    heard: Heard


def whole(graph: Graph) -> Region:
    """Return everything, of which nothing has been said yet."""
    edges, nodes = graph.everything(), graph.all_nodes()
    return Region(nodes, np.ones(len(nodes)), edges, Heard.nothing(edges))


def joined(region: Region, also: Edges) -> Region:
    """Return a region with more pairs between its nodes."""
    said = zip(vars(region.heard).values(), vars(Heard.nothing(also)).values(), strict=True)
    heard = Heard(*map(np.concatenate, said))
    return Region(region.nodes, region.reach, region.edges.joined(also), heard)


def region_of(graph: Graph, model: Frozen, sayings: Sayings, touched: Index) -> Region:
    """Return all that a change at ``touched`` nodes, rising, can be noticed at.

    The sums of touched records are made of the candidates that they have now.
    """
    edges = graph.incident(touched)
    before = sayings.heard(edges)
    for side in (0, 1, 0, 1):
        sayings.sum_up(edges, sayings.heard(edges), touched, side)
    strength = np.maximum(before.strength, sayings.heard(edges).strength)
    begun = Region(touched, np.ones(len(touched)), edges, before)
    return _followed(graph, model, sayings, begun, strength)


def widened(graph: Graph, model: Frozen, sayings: Sayings, region: Region) -> Region:
    """Return a region with what can be noticed of it, once its sums are what was made in it.

    A record that has lost its partner hears others as it did not before.
    """
    after = sayings.heard(region.edges).strength
    strength = np.maximum(region.heard.strength, after)
    return _followed(graph, model, sayings, region, strength)


def _followed(
    graph: Graph, model: Frozen, sayings: Sayings, begun: Region, strength: Reals
) -> Region:
    """Follow changes from a region, over whose edges they pass with this strength."""
    nodes, reach = begun.nodes, begun.reach
    edges, parts = begun.edges, [(begun.edges, strength)]
    while True:
        at, value = _passed(edges, strength, model, nodes, reach)
        if not len(at):
            break
        nodes, reach = _risen(nodes, reach, at, value)
        edges = graph.incident(at)
        strength = sayings.heard(edges).strength
        parts.append((edges, strength))
    every = Edges.none().joined(*(edges for edges, _ in parts))
    strength = np.concatenate([strength for _, strength in parts])
    order = np.lexsort((-strength, every.place, every.pair))
    pair, place = every.pair[order], every.place[order]
    first = np.append(True, (place[1:] != place[:-1]) | (pair[1:] != pair[:-1]))[: len(order)]
    edges, strength = every.only(order[first]), strength[order[first]]
    said = sayings.heard(edges)
    return Region(nodes, reach, edges, Heard(said.nu, said.mu, strength))


def _passed(
    edges: Edges, strength: Reals, model: Frozen, nodes: Index, reach: Reals
) -> tuple[Index, Reals]:
    """Return the nodes, rising, at which more of a change arrives than was known, and how much."""
    linking = (strength >= LINKING) | (edges.rules & model.always != 0)
    passes = np.where(linking, 1.0, strength)
    at = np.concatenate([edges.left, edges.right])
    from_ = np.concatenate([edges.right, edges.left])
    value = _looked_up(nodes, reach, from_) * np.concatenate([passes, passes])
    more = np.flatnonzero(value >= NOTICED)
    more = more[value[more] > _looked_up(nodes, reach, at[more])]
    at, value = at[more], value[more]
    order = np.lexsort((-value, at))
    at, value = at[order], value[order]
    first = np.append(True, at[1:] != at[:-1])[: len(at)]
    return at[first], value[first]


def _looked_up(nodes: Index, reach: Reals, wanted: Index) -> Reals:
    place = np.minimum(np.searchsorted(nodes, wanted), len(nodes) - 1)
    return np.where(nodes[place] == wanted, reach[place], 0.0)


def _risen(nodes: Index, reach: Reals, at: Index, value: Reals) -> tuple[Index, Reals]:
    """Return all nodes, with the reach of those ``at`` set to ``value``."""
    every = distinct(nodes, at)
    found = np.zeros(len(every))
    found[np.searchsorted(every, nodes)] = reach
    found[np.searchsorted(every, at)] = value
    return every, found
