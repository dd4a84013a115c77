"""Links made anew inside a closure, as they would be made of all candidates at once.

Rows are numbered by a hash of their identifiers, so that neither sums nor ties depend on the order
in which deliveries came.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.batches.frozen import Frozen
from linkage.batches.graph import Closure, Edges, among
from linkage.batches.hashes import Hashes
from linkage.batches.index import Index
from linkage.decide.assignment import keyed_hash
from linkage.decide.clusters import components
from linkage.decide.deciding import Candidates, Cut, decide
from linkage.decide.match_keys import met_alone
from linkage.model.evidence import Block
from linkage.model.normalise import Reals
from linkage.model.scoring import WEIGHT_FLOOR
from linkage.model.source_pairs import SourcePair
from linkage.model.training import compete
from linkage.config.linkage_settings import Decide

Flags = npt.NDArray[np.bool_]
Identities = Callable[[Index], Hashes]
"""Looks up the hash of the identifier of each node."""


@dataclass(frozen=True)
class Decided:
    """The links of a closure, and of each of its nodes the group (n,) that it is in.

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
    """The nodes of a closure numbered by source and hash, and its pairs between these numbers."""

    nodes: Index
    pairs: tuple[SourcePair, ...]
    edges: Edges
    left: Index
    right: Index
    identity: Hashes

    @classmethod
    def of(cls, closure: Closure, model: Frozen, n_sources: int, identity: Identities) -> "Local":
        """Number what ``closure`` holds."""
        ends = (closure.nodes, closure.edges.left, closure.edges.right)
        nodes = np.unique(np.concatenate(ends))
        hashes = identity(nodes)
        order = np.lexsort((nodes, hashes, nodes % n_sources))
        number = np.empty(len(nodes), np.int64)
        number[order] = np.arange(len(nodes))
        left, right = (number[np.searchsorted(nodes, end)] for end in ends[1:])
        rows = np.lexsort((right, left, closure.edges.pair))
        of = np.bincount((nodes % n_sources).astype(np.intp), minlength=n_sources)
        sizes = dict(zip(model.once, of.tolist(), strict=True))
        return cls(
            nodes[order],
            model.sized(sizes),
            closure.edges.only(rows),
            left[rows],
            right[rows],
            hashes[order],
        )


def probabilities(local: Local, model: Frozen) -> tuple[Reals, Reals]:
    """Return each pair's match probability, and that its record has no partner at all.

    Candidates of a record compete; where they do not, the second is not a number.
    """
    p, unmatched = np.zeros(len(local.left)), np.full(len(local.left), np.nan)
    for number, (said, pair) in enumerate(zip(model.pairs, local.pairs, strict=True)):
        rows = np.flatnonzero(local.edges.pair == number)
        sides = local.left[rows] - pair.left.first, local.right[rows] - pair.right.first
        focal, opposite = sides if pair.focal == "l" else sides[::-1]
        nothing, nobody = np.zeros(0), np.zeros(0, np.int64)
        block = Block(
            pair.name, rows, focal, opposite, nobody, nothing, nothing,
            pair.focal_source.n, pair.opposite(pair.focal).n, 0.0,
            said.competing, said.both_sides, pair.within,
        )  # fmt: skip
        found = compete(block, local.edges.odds[rows])
        p[rows] = found.p
        if said.competing:
            unmatched[rows] = found.unmatched[focal]
    return p, unmatched


def decide_closure(closure: Closure, local: Local, model: Frozen, said: Decide) -> Decided:
    """Return the links among the nodes of a closure.

    Parameters
    ----------
    said
        The threshold, or how it is chosen where the model has none yet.
    """
    p, _ = probabilities(local, model)
    settled = among(local.edges.left, closure.nodes) & among(local.edges.right, closure.nodes)
    settled &= _worth_keeping(local, model, p)
    edges, left, right, p = local.edges.only(settled), *(
        each[settled] for each in (local.left, local.right, p)
    )
    key = met_alone(left, right, edges.rules, model.method.n_keys)
    candidates = Candidates(left, right, np.where(key >= 0, 1.0, p), key)
    identity = local.identity.view(np.int64)
    rank = keyed_hash(identity[left], identity[right], model.seed)
    expected = float(p.sum())
    made = decide(
        candidates, local.pairs, model.assignment, said, expected, model.seed, rank=rank
    )
    links = made.links
    group = np.arange(len(local.nodes))
    group[: len(made.group)] = made.group
    at = np.flatnonzero(among(local.nodes, closure.nodes))
    order = np.argsort(local.nodes[at])
    return Decided(
        edges.only(links),
        candidates.p[links],
        made.ties[links],
        key[links],
        group[at[order]],
        made.cut,
        expected,
    )


def _worth_keeping(local: Local, model: Frozen, p: Reals) -> Flags:
    """Return which pairs decisions look at: those a full run keeps as candidates."""
    likely = p > 0.5
    group = components(local.left[likely], local.right[likely], len(local.nodes))
    kept: Flags = (
        (local.edges.weight >= WEIGHT_FLOOR)
        | (p >= 0.001)
        | (group[local.left] == group[local.right])
        | (local.edges.rules & model.always != 0)
    )
    return kept
