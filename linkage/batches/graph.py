"""The graph of candidates as it lies on disk: what is asked of it is read, and no more.

Nodes are rows of all sources, numbered through: row x number of sources + place of the source.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.batches.frozen import Frozen
from linkage.batches.index import Index, distinct, grouped, runs
from linkage.batches.mapped import numbers, read_mapped
from linkage.batches.spine import Spine
from linkage.batches.versions import Numbers
from linkage.model.normalise import ODDS_CAP, Reals

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Edges:
    """Pairs of nodes (P,): of which ``pair`` of sources, how strong, and the rules they meet.

    ``place`` is the pair's place among all of its two sources.
    """

    pair: Index
    place: Index
    left: Index
    right: Index
    odds: Reals
    weight: Reals
    rules: Index

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.pair)

    def only(self, chosen: Flags | Index) -> "Edges":
        """Return some of them."""
        return Edges(**{name: values[chosen] for name, values in vars(self).items()})

    def joined(self, *others: "Edges") -> "Edges":
        """Return these and others."""
        arrays = zip(*(vars(each).values() for each in (self, *others)), strict=True)
        return Edges(*map(np.concatenate, arrays))

    @property
    def number(self) -> Index:
        """A number for each, in the order of pairs of sources and of places."""
        return self.pair << 40 | self.place

    def distinct(self) -> "Edges":
        """Return each pair once, in order: a pair is met from both of its ends."""
        order, begin = grouped(self.number)
        return self.only(order[begin])

    @property
    def ends(self) -> Index:
        """The nodes that they join, each once, rising."""
        return distinct(self.left, self.right)

    @classmethod
    def none(cls) -> "Edges":
        """Return no pair."""
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        return cls(whole, whole, whole, whole, real, real, whole)


@dataclass(frozen=True)
class _Segment:
    """The pairs that one batch added to one pair of sources, ``first`` pairs after the first."""

    pair: int
    sides: tuple[int, int]
    first: int
    table: pa.Table
    right: pa.Table

    def incident(self, side: int, rows: Index) -> Index:
        """Return the places of the pairs that these rows, rising, are in."""
        name, table = ("left", self.table) if side == 0 else ("right", self.right)
        held = numbers(table, name)
        wanted = rows.astype(held.dtype)  # else every look-up would turn all that is held
        low = np.searchsorted(held, wanted)
        high = np.searchsorted(held, wanted, "right")
        at = runs(low, high - low)
        return at if side == 0 else numbers(table, "place")[at].astype(np.int64)


class Places:
    """The places of ``nodes``, rising, found by number: there is one for any of ``n`` nodes.

    A bit a node, and how many are set before each 64: so little that a processor's cache holds it.
    """

    def __init__(self, nodes: Index, n: int) -> None:
        self.nodes = nodes
        self._bits = np.zeros(n // 64 + 1, np.uint64)
        np.add.at(self._bits, nodes >> 6, _bit(nodes))
        self._before = np.cumsum(np.bitwise_count(self._bits), dtype=np.int64)
        self._before[1:], self._before[0] = self._before[:-1].copy(), 0

    def of(self, wanted: Index) -> Index:
        """Return the place of each node ``wanted``, -1 for those that have none."""
        at, bit = wanted >> 6, _bit(wanted)
        bits = self._bits[at]
        place = self._before[at] + np.bitwise_count(bits & (bit - np.uint64(1)))
        return np.where(bits & bit, place, -1)


def _bit(nodes: Index) -> npt.NDArray[np.uint64]:
    return np.uint64(1) << (nodes & 63).astype(np.uint64)


class Graph:
    """The candidates of a spine.

    Parameters
    ----------
    versions
        Of every source, by which the rows that hold are known.
    """

    def __init__(self, spine: Spine, model: Frozen, versions: Mapping[str, Numbers]) -> None:
        self.sources = tuple(spine.sources)
        self.k = len(self.sources)
        self.n = node_numbers({name: len(versions[name]) for name in self.sources})
        self._versions = [versions[name] for name in self.sources]
        self.sides = tuple(
            (self.sources.index(pair.left), self.sources.index(pair.right)) for pair in model.pairs
        )
        self._segments = list(_segments(spine, self.sides))

    def nodes(self, source: str, rows: Index) -> Index:
        """Return the numbers of rows of a source."""
        return np.asarray(rows, np.int64) * self.k + self.sources.index(source)

    def rows(self, nodes: Index) -> Iterator[tuple[str, Index, Index]]:
        """Yield for each source its name, the places of its nodes among ``nodes``, their rows."""
        for place, name in enumerate(self.sources):
            at = np.flatnonzero(nodes % self.k == place)
            yield name, at, nodes[at] // self.k

    def hold(self, nodes: Index) -> Flags:
        """Say which nodes are of records that hold."""
        found = np.zeros(len(nodes), bool)
        for place, (_, at, rows) in enumerate(self.rows(nodes)):
            found[at] = self._versions[place][rows] >= 0
        return found

    def everything(self) -> Edges:
        """Return all pairs of records that hold."""
        every = ((segment, np.arange(segment.table.num_rows)) for segment in self._segments)
        return self._holding(self._edges(every))

    def all_nodes(self) -> Index:
        """Return the nodes of all records that hold."""
        nodes = [
            self.nodes(name, np.flatnonzero(self._versions[at] >= 0))
            for at, name in enumerate(self.sources)
        ]
        return np.sort(np.concatenate(nodes))

    def incident(self, nodes: Index, dead: bool = False) -> Edges:
        """Return the pairs that ``nodes``, rising, are in; ``dead``: whoever holds no more too."""
        found = []
        for place, (_, _, rows) in enumerate(self.rows(nodes)):
            for segment in self._segments:
                for side in (0, 1):
                    if segment.sides[side] == place and len(rows):
                        found.append((segment, segment.incident(side, rows)))
        edges = self._edges((segment, np.sort(places)) for segment, places in found).distinct()
        return edges if dead else self._holding(edges)

    def _holding(self, edges: Edges) -> Edges:
        return edges.only(self.hold(edges.left) & self.hold(edges.right))

    def _edges(self, found: Iterable[tuple[_Segment, Index]]) -> Edges:
        return Edges.none().joined(*(self._read(segment, places) for segment, places in found))

    def _read(self, segment: _Segment, places: Index) -> Edges:
        left, right, odds, weight, rules = (
            numbers(segment.table, name)[places]
            for name in ("left", "right", "odds", "weight", "rules")
        )
        pair = np.full(len(places), segment.pair, np.int64)
        one, other = (
            side.astype(np.int64) * self.k + at
            for side, at in zip((left, right), segment.sides, strict=True)
        )
        at = places + segment.first
        return Edges(pair, at, one, other, np.minimum(odds, ODDS_CAP), weight, rules)


def _segments(spine: Spine, sides: Iterable[tuple[int, int]]) -> Iterator[_Segment]:
    for number, (both, batches) in enumerate(zip(sides, spine.pairs, strict=True)):
        first = 0
        for batch in batches:
            table = read_mapped(spine.path("pairs", number, batch))
            right = read_mapped(spine.path("pairs", number, batch, "right"))
            yield _Segment(number, both, first, table, right)
            first += table.num_rows


def node_numbers(sizes: Mapping[str, int]) -> int:
    """Return how many numbers there are for nodes of sources with so many rows."""
    return len(sizes) * max(sizes.values(), default=0)
