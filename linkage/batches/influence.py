"""How far a change reaches: from record to record over candidates, weaker with every step.

What a record hears over a pair, and what it says, changes by no more than the probability of that
pair times the change at the other end. So a change is followed while the product of probabilities
along its way is above :data:`NOTICED`, and over pairs that may be links to the end.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.batches.frozen import Frozen
from linkage.batches.graph import Edges, Graph
from linkage.batches.index import Index, distinct
from linkage.batches.sayings import Heard, Sayings
from linkage.model.normalise import Reals

Reach = npt.NDArray[np.float32]

NOTICED = 1e-4
"""A change of a probability below this is not followed: it makes and breaks no link."""

LINKING = 5e-4
"""From here on a pair may be a link, or bar one: decisions look at those above 0.001."""


@dataclass(frozen=True)
class Region:
    """What is decided anew: ``nodes``, rising, and all their pairs with what is said over them.

    ``reach`` is how much of a change there may be at any node of the graph, by its number.
    """

    nodes: Index
    reach: Reach
    edges: Edges
    heard: Heard


def whole(graph: Graph) -> Region:
    """Return everything, of which nothing has been said yet."""
    edges, nodes = graph.everything(), graph.all_nodes()
    reach = np.broadcast_to(np.float32(1), graph.n)
    return Region(nodes, reach, edges, Heard.nothing(edges))


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
    places = graph.places(touched)
    for side in (0, 1, 0, 1):
        sayings.sum_up(edges, sayings.heard(edges), places, side)
    strength = np.maximum(before.strength, sayings.heard(edges).strength)
    reach = np.zeros(graph.n, np.float32)
    reach[touched] = 1
    begun = Region(touched, reach, edges, before)
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
    """Follow changes from a region, over whose edges they pass with this strength.

    How far they reach is noted where ``begun`` has it.
    """
    reach, nodes = begun.reach, [begun.nodes]
    edges, parts = begun.edges, [(begun.edges, strength)]
    while True:
        at, value = _passed(edges, strength, model, reach)
        if not len(at):
            break
        nodes.append(at[reach[at] == 0])
        reach[at] = value
        edges = graph.incident(at)
        strength = sayings.heard(edges).strength
        parts.append((edges, strength))
    every = Edges.none().joined(*(edges for edges, _ in parts))
    strength = np.concatenate([strength for _, strength in parts])
    _, first, edge = np.unique(every.number, return_index=True, return_inverse=True)
    most = np.zeros(len(first))
    np.maximum.at(most, edge, strength)
    edges = every.only(first)
    said = sayings.heard(edges)
    return Region(distinct(*nodes), reach, edges, Heard(said.nu, said.mu, most))


def _passed(edges: Edges, strength: Reals, model: Frozen, reach: Reach) -> tuple[Index, Reach]:
    """Return the nodes, rising, at which more of a change arrives than was known, and how much."""
    linking = (strength >= LINKING) | (edges.rules & model.always != 0)
    passes = np.where(linking, 1.0, strength)
    at = np.concatenate([edges.left, edges.right])
    from_ = np.concatenate([edges.right, edges.left])
    # rounded as it is noted: else what was noted would seem to be less, for ever
    value = (reach[from_] * np.concatenate([passes, passes])).astype(np.float32)
    more = np.flatnonzero(value >= NOTICED)
    more = more[value[more] > reach[at[more]]]
    at, value = at[more], value[more]
    order = np.lexsort((-value, at))
    at, value = at[order], value[order]
    first = np.append(True, at[1:] != at[:-1])[: len(at)]
    return at[first], value[first]
