"""What is said over the pairs of a spine, from sums that it keeps for every record.

Of what is said over all pairs of a record the spine keeps the sum. A pair's own part follows: with
a = odds nu, S the sum of a over the focal record's pairs and M that of mu over the opposite one's,
mu = odds / (1 + S - a) and nu = 1 / (1 + M - mu); see docs/explanation/record-normalisation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

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
        self._pairs, self.sums, self._first = model.pairs, sums, first
        n = node_numbers(sizes)
        self._summed = np.zeros(n, bool), np.zeros(n, bool)

    def heard(self, edges: Edges) -> Heard:
        """Return what is said over each pair; ``edges`` stand in the order of pairs of sources."""
        found = Heard(*(np.empty(len(edges)) for _ in range(3)))
        for number, at in enumerate(self._of_pairs(edges)):
            made = self._heard(number, edges.odds[at], *self._ends(number, edges, at))
            for whole, part in zip(vars(found).values(), made, strict=True):
                whole[at] = part
        return found

    def _heard(
        self, number: int, odds: Reals, focal: Index, opposite: Index
    ) -> tuple[Reals, Reals, Reals]:
        """Return nu, mu and strength over pairs of two sources.

        The two equations of a pair are met by going from one to the other, from the most that the
        pair can be: where they have two solutions, the stronger is told.
        """
        said, nothing = self._pairs[number], np.zeros(1, np.float32)
        rows = focal // self._k, opposite // self._k
        old = (rows[0] < self._first[said.ends[0]]) & (rows[1] < self._first[said.ends[1]])
        own_a, own_mu = old | self._summed[0][focal], old | self._summed[1][opposite]
        s, m = self.sums[number]
        total = (s[rows[0]] if said.competing else nothing).astype(np.float64)
        taken = (m[rows[1]] if said.both_sides else nothing).astype(np.float64)
        a = np.minimum(np.where(own_a, total, odds), odds)
        for _ in range(2):
            mu = odds / (1 + np.maximum(total - own_a * a, 0))
            free = 1 / (1 + np.maximum(taken - own_mu * mu, 0))
            nu = free if said.both_sides else np.ones(len(odds))
            a = odds * nu
        rest = np.maximum(total - own_a * a, 0)
        return nu, mu, a / (1 + rest + a)

    def sum_up(self, edges: Edges, heard: Heard, places: Places, side: int) -> None:
        """Take what is ``heard`` over ``edges`` as the sums of nodes, whose pairs these are.

        ``side`` 0: S of the focal ones; 1: M of the opposite ones.
        """
        nodes = places.nodes
        for number, at in enumerate(self._of_pairs(edges)):
            place = places.of(self._ends(number, edges, at)[side])
            of = np.flatnonzero(place >= 0)
            parts = edges.odds[at] * heard.nu[at] if side == 0 else heard.mu[at]
            total = np.bincount(place[of], parts[of], len(nodes))
            source = self._sources.index(self._pairs[number].ends[side])
            mine = np.flatnonzero(nodes % self._k == source)
            self.sums[number][side][nodes[mine] // self._k] = total[mine]
        self._summed[side][nodes] = True

    def _of_pairs(self, edges: Edges) -> list[slice]:
        """Return where the pairs of each two sources stand."""
        ends = np.searchsorted(edges.pair, np.arange(len(self._pairs) + 1))
        return [slice(*each) for each in pairwise(ends.tolist())]

    def _ends(self, number: int, edges: Edges, at: slice) -> tuple[Index, Index]:
        """Return the focal and the opposite node of each pair of two sources."""
        left, right = edges.left[at], edges.right[at]
        return (left, right) if self._pairs[number].focal == "l" else (right, left)


def silent(sizes: Mapping[str, int], model: Frozen) -> Sayings:
    """Return the sums of sources of so many rows, of which nothing has been said."""
    sums = []
    for said in model.pairs:
        one, other = (np.zeros(sizes[name], np.float32) for name in said.ends)
        sums.append((one, other))
    return Sayings(sizes, model, sums, dict.fromkeys(sizes, 0))
