"""How far a change reaches: from record to record over candidates, weaker with every step.

What a record hears over a pair, and what it says, changes by no more than the probability of that
pair times the change at the other end. So a change is followed while the product of probabilities
along its way is above :data:`NOTICED`, and over pairs that may be links to the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.batches.frozen import Frozen
from linkage.batches.graph import Edges, Graph, Places
from linkage.batches.index import Index, distinct, grouped
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


class _Way(NamedTuple):
    """Nodes that a change came to, and the edges over which it may go on, how strongly each."""

    nodes: Index
    edges: Edges
    strength: Reals


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
    places = Places(touched, graph.n)
    for side in (0, 1, 0, 1):
        sayings.sum_up(edges, sayings.heard(edges), places, side)
    strength = np.maximum(before.strength, sayings.heard(edges).strength)
    reach = np.zeros(graph.n, np.float32)
    reach[touched] = 1
    begun = Region(touched, reach, edges, before)
    return _region(begun, _followed(graph, model, sayings, begun, strength), sayings)


def widened(graph: Graph, model: Frozen, sayings: Sayings, region: Region) -> Region:
    """Return a region with what can be noticed of it, once its sums are what was made in it.

    A record that has lost its partner hears others as it did not before.
    """
    after = sayings.heard(region.edges).strength
    strength = np.maximum(region.heard.strength, after)
    ways = _followed(graph, model, sayings, region, strength)
    return _region(region, ways, sayings) if len(ways) > 1 else region


def _followed(
    graph: Graph, model: Frozen, sayings: Sayings, begun: Region, strength: Reals
) -> list[_Way]:
    """Follow changes from a region, over whose edges they pass with this strength.

    How far they reach is noted where ``begun`` has it. Returns all ways that were gone, those of
    ``begun`` first.
    """
    ways = [_Way(begun.nodes, begun.edges, strength)]
    while True:
        at, value = _passed(ways[-1].edges, ways[-1].strength, model, begun.reach)
        if not len(at):
            return ways
        new = at[begun.reach[at] == 0]
        begun.reach[at] = value
        edges = graph.incident(at)
        ways.append(_Way(new, edges, sayings.heard(edges).strength))


def _region(begun: Region, ways: Sequence[_Way], sayings: Sayings) -> Region:
    """Return what these ways lead to."""
    every = Edges.none().joined(*(way.edges for way in ways))
    strength = np.concatenate([way.strength for way in ways])
    order, begin = grouped(every.number)
    most = np.maximum.reduceat(strength[order], begin) if len(begin) else strength
    edges = every.only(order[begin])
    said = sayings.heard(edges)
    nodes = distinct(*(way.nodes for way in ways))
    return Region(nodes, begun.reach, edges, Heard(said.nu, said.mu, most))


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
