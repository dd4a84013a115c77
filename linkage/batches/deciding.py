"""Links made anew inside a region, as they would be made of all candidates at once.

Rows are numbered by a hash of their identifiers, so that neither sums nor ties depend on the order
in which deliveries came.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.batches.frozen import Frozen
from linkage.batches.graph import Edges, Graph, Places
from linkage.batches.hashes import Hashes
from linkage.batches.index import Index
from linkage.batches.influence import Region
from linkage.batches.sayings import Heard
from linkage.config.linkage_settings import Decide
from linkage.decide.assignment import keyed_hash
from linkage.decide.clusters import components
from linkage.decide.deciding import Candidates, decide
from linkage.decide.match_keys import met_alone
from linkage.decide.threshold import Cut
from linkage.model.evidence import Block
from linkage.model.normalise import Reals
from linkage.model.scoring import WEIGHT_FLOOR
from linkage.model.source_pairs import SourcePair
from linkage.model.training import compete

Flags = npt.NDArray[np.bool_]
Identities = Callable[[Index], Hashes]
"""Looks up the hash of the identifier of each node."""


@dataclass(frozen=True)
class Decided:
    """The links of a region, and of each of its nodes the group (n,) that it is in.

    ``p`` are the probabilities of ``links``, ``tie`` says which were picked among equals, ``key``
    the match-key that made them, -1 for none.
    """

    links: Edges
    p: Reals
    tie: Flags
    key: Index
    group: Index
    cut: Cut
    expected: float


@dataclass(frozen=True)
class Local:
    """A region with its nodes numbered by source and hash, and its pairs between these numbers.

    ``places`` are those of its nodes, rising, as the graph numbers them.
    Of a pair that leaves the region, the node outside has a number of its own, from ``n`` on, and
    ``odds`` are what is said over the pair: all that the node inside needs to know of it.
    """

    nodes: Index
    places: Places
    pairs: tuple[SourcePair, ...]
    edges: Edges
    left: Index
    right: Index
    odds: Reals
    heard: Heard
    identity: Hashes

    @classmethod
    def of(cls, region: Region, model: Frozen, graph: Graph, identity: Identities) -> "Local":
        """Return what ``region`` holds, numbered."""
        nodes, edges = region.nodes, region.edges
        n = len(nodes)
        hashes = identity(nodes)
        of = [at[np.argsort(hashes[at], kind="stable")] for _, at, _ in graph.rows(nodes)]
        order = np.concatenate(of)
        number = np.empty(n, np.int64)
        number[order] = np.arange(n)
        places = Places(nodes, graph.n)
        at = [places.of(end) for end in (edges.left, edges.right)]
        inner = [place >= 0 for place in at]
        ends = [np.where(place >= 0, number[place], n + np.arange(len(edges))) for place in at]
        focal_l = np.array([said.focal == "l" for said in model.pairs])[edges.pair]
        focal_in, other_in = np.where(focal_l, inner, inner[::-1])
        odds = np.where(focal_in, edges.odds * region.heard.nu, region.heard.mu)
        odds = np.where(focal_in & other_in, edges.odds, odds)
        both = ends[0] << 31 | ends[1]
        of_pair = [np.flatnonzero(edges.pair == number) for number in range(len(model.pairs))]
        rows = np.concatenate([at[np.argsort(both[at])] for at in of_pair])
        sizes = dict(zip(model.once, map(len, of), strict=True))
        return cls(
            nodes[order],
            places,
            model.sized(sizes),
            edges.only(rows),
            ends[0][rows],
            ends[1][rows],
            odds[rows],
            region.heard.only(rows),
            hashes[order],
        )

    @property
    def inner(self) -> Flags:
        """Which pairs are between two nodes of the region."""
        n = len(self.nodes)
        found: Flags = (self.left < n) & (self.right < n)
        return found


def probabilities(local: Local, model: Frozen) -> tuple[Reals, Reals]:
    """Return each pair's match probability, and that its record has no partner at all.

    Candidates of a record compete; where they do not, the second is not a number. Both hold for
    pairs whose focal record is of the region.
    """
    p, unmatched = np.zeros(len(local.left)), np.full(len(local.left), np.nan)
    n = len(local.nodes) + len(local.left)
    for number, (said, pair) in enumerate(zip(model.pairs, local.pairs, strict=True)):
        rows = np.flatnonzero(local.edges.pair == number)
        sides = local.left[rows], local.right[rows]
        focal, opposite = sides if pair.focal == "l" else sides[::-1]
        nothing, nobody = np.zeros(0), np.zeros(0, np.int64)
        block = Block(
            pair.name, rows, focal, opposite, nobody, nothing, nothing,
            n, n, 0.0, said.competing, said.both_sides, pair.within,
        )  # fmt: skip
        found = compete(block, local.odds[rows])
        p[rows] = found.p
        if said.competing:
            unmatched[rows] = found.unmatched[focal]
    return p, unmatched


def made_heard(local: Local, model: Frozen, p: Reals, unmatched: Reals) -> Heard:
    """Return what is said over each pair as it was made, or, from outside, as it was heard.

    Formula: p = odds nu unmatched and mu = odds unmatched / (1 - p), for the focal record.
    """
    competing, both = (
        np.array([getattr(said, name) for said in model.pairs])[local.edges.pair]
        for name in ("competing", "both_sides")
    )
    on_left = np.array([said.focal == "l" for said in model.pairs])[local.edges.pair]
    n = len(local.nodes)
    focal_in = np.where(on_left, local.left, local.right) < n
    nu, mu = local.heard.nu.copy(), local.heard.mu.copy()
    made = np.flatnonzero(competing & focal_in)
    free = unmatched[made]
    mu[made] = local.edges.odds[made] * free / np.maximum(1 - p[made], free)
    inner = np.flatnonzero(both & local.inner)
    nu[inner] = np.minimum(p[inner] / (local.edges.odds[inner] * unmatched[inner]), 1.0)
    return Heard(nu, mu, p)


def decide_region(local: Local, model: Frozen, p: Reals, said: Decide) -> Decided:
    """Return the links among the nodes of a region.

    Parameters
    ----------
    p
        (P,) the probability of each pair.
    said
        The threshold, or how it is chosen where the model has none yet.
    """
    rows = np.flatnonzero(local.inner)
    rows = rows[_worth_keeping(local, model, p, rows)]
    edges, left, right, p = local.edges.only(rows), local.left[rows], local.right[rows], p[rows]
    key = met_alone(left, right, edges.rules, model.method.n_keys)
    candidates = Candidates(left, right, np.where(key >= 0, 1.0, p), key)
    identity = local.identity.view(np.int64)
    rank = keyed_hash(identity[left], identity[right], model.seed)
    expected = float(p.sum())
    made = decide(candidates, local.pairs, model.assignment, said, expected, model.seed, rank=rank)
    group = np.arange(len(local.nodes))
    group[: len(made.group)] = made.group
    links = made.links
    return Decided(
        edges.only(links),
        candidates.p[links],
        made.ties[links],
        key[links],
        group[np.argsort(local.nodes)],
        made.cut,
        expected,
    )


def _worth_keeping(local: Local, model: Frozen, p: Reals, rows: Index) -> Flags:
    """Return which pairs decisions look at: those a full run keeps as candidates."""
    left, right, p = local.left[rows], local.right[rows], p[rows]
    likely = p > 0.5
    group = components(left[likely], right[likely], len(local.nodes))
    kept: Flags = (
        (local.edges.weight[rows] >= WEIGHT_FLOOR)
        | (p >= 0.001)
        | (group[left] == group[right])
        | (local.edges.rules[rows] & model.always != 0)
    )
    return kept
