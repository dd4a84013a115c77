"""What is said over the pairs of a spine, from sums that it keeps for every record.

Of what is said over all pairs of a record the spine keeps the sum. A pair's own part follows: with
a = odds nu, S the sum of a over the focal record's pairs and M that of mu over the opposite one's,
mu = odds / (1 + S - a) and nu = 1 / (1 + M - mu); see docs/explanation/record-normalisation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.batches.frozen import Frozen
from linkage.batches.graph import Edges, Flags, Places, node_numbers
from linkage.batches.index import Index
from linkage.model.normalise import Reals

Sums = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """What is said over pairs (P,).

    ``nu``: how free the opposite record is for the focal one; ``mu``: the odds that the focal
    record would give the pair if the opposite were free; ``strength``: how much of a change at one
    record passes to the other, the pair's probability.
    """

    nu: Reals
    mu: Reals
    strength: Reals

    @classmethod
    def nothing(cls, edges: Edges) -> "Heard":
        """Return that both records are free."""
        return cls(np.ones(len(edges)), edges.odds, np.ones(len(edges)))

    def only(self, chosen: Flags | Index) -> "Heard":
        """Return what is said over some of the pairs."""
        return Heard(self.nu[chosen], self.mu[chosen], self.strength[chosen])


class Sayings:
    """The sums of all records, and by them what is said over a pair.

    Parameters
    ----------
    sizes
        How many rows each source has, in the order of the spine.
    sums
        For each pair of sources S of the rows of its focal one, and M of those of the other.
    first
        The first new row of each source: pairs with a new row are in no sum before
        :meth:`sum_up` has taken them into those of their nodes.
    """

    def __init__(
        self,
        sizes: Mapping[str, int],
        model: Frozen,
        sums: list[tuple[Sums, Sums]],
        first: Mapping[str, int],
    ) -> None:
        self._sources, self._k = tuple(sizes), len(sizes)
        self._pairs, self.sums = model.pairs, sums
        self._first = np.array([first[name] for name in sizes])
        n = node_numbers(sizes)
        self._summed = np.zeros(n, bool), np.zeros(n, bool)
        self._on_left = np.array([said.focal == "l" for said in model.pairs])
        self._both = np.array([said.both_sides for said in model.pairs])

    def ends(self, edges: Edges) -> tuple[Index, Index]:
        """Return the focal and the opposite node of each pair."""
        on_left = self._on_left[edges.pair]
        return (
            np.where(on_left, edges.left, edges.right),
            np.where(on_left, edges.right, edges.left),
        )

    def heard(self, edges: Edges) -> Heard:
        """Return what is said over each pair.

        The two equations of a pair are met by going from one to the other, from the most that the
        pair can be: where they have two solutions, the stronger is told.
        """
        focal, opposite = self.ends(edges)
        old = self._is_old(focal) & self._is_old(opposite)
        own_a = np.where(old | self._summed[0][focal], 1.0, 0.0)
        own_mu = np.where(old | self._summed[1][opposite], 1.0, 0.0)
        total, taken = self._of(edges, focal, 0), self._of(edges, opposite, 1)
        both = self._both[edges.pair]
        a = np.minimum(np.where(own_a > 0, total, edges.odds), edges.odds)
        for _ in range(2):
            rest = np.maximum(total - own_a * a, 0)
            mu = edges.odds / (1 + rest)
            nu = np.where(both, 1 / (1 + np.maximum(taken - own_mu * mu, 0)), 1.0)
            a = edges.odds * nu
        rest = np.maximum(total - own_a * a, 0)
        return Heard(nu, mu, a / (1 + rest + a))

    def sum_up(self, edges: Edges, heard: Heard, places: Places, side: int) -> None:
        """Take what is ``heard`` over ``edges`` as the sums of nodes, whose pairs these are.

        ``side`` 0: S of the focal ones; 1: M of the opposite ones.
        """
        nodes, place = places.nodes, places.of(self.ends(edges)[side])
        parts = edges.odds * heard.nu if side == 0 else heard.mu
        for number, said in enumerate(self._pairs):
            name = said.ends[side]
            mine = np.flatnonzero(nodes % self._k == self._sources.index(name))
            of = np.flatnonzero((edges.pair == number) & (place >= 0))
            total = np.bincount(place[of], parts[of], len(nodes))
            self.sums[number][side][nodes[mine] // self._k] = total[mine]
        self._summed[side][nodes] = True

    def _is_old(self, nodes: Index) -> Flags:
        found: Flags = nodes // self._k < self._first[nodes % self._k]
        return found

    def _of(self, edges: Edges, nodes: Index, side: int) -> Reals:
        rows, found = nodes // self._k, np.zeros(len(nodes))
        for number, said in enumerate(self._pairs):
            if said.both_sides or (said.competing and side == 0):
                of = np.flatnonzero(edges.pair == number)
                found[of] = self.sums[number][side][rows[of]]
        return found


def silent(sizes: Mapping[str, int], model: Frozen) -> Sayings:
    """Return the sums of sources of so many rows, of which nothing has been said."""
    sums = []
    for said in model.pairs:
        one, other = (np.zeros(sizes[name], np.float32) for name in said.ends)
        sums.append((one, other))
    return Sayings(sizes, model, sums, dict.fromkeys(sizes, 0))
