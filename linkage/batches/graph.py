"""The graph of candidates: what hangs together with touched records, and no more of it.

Nodes are rows of all sources, numbered through: row x number of sources + place of the source.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.batches.frozen import Frozen
from linkage.batches.index import Index, runs
from linkage.batches.mapped import numbers, read_mapped
from linkage.batches.spine import Spine
from linkage.batches.versions import Numbers
from linkage.model.normalise import WEAK, Reals

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Edges:
    """Pairs of nodes (P,): of which ``pair`` of sources, how strong, and the rules they meet."""

    pair: Index
    left: Index
    right: Index
    odds: Reals
    weight: Reals
    rules: Index

    def only(self, chosen: Flags | Index) -> "Edges":
        """Return some of them."""
        return Edges(**{name: values[chosen] for name, values in vars(self).items()})

    def joined(self, other: "Edges") -> "Edges":
        """Return these and others."""
        mine, theirs = vars(self), vars(other)
        return Edges(**{name: np.concatenate([mine[name], theirs[name]]) for name in mine})

    def strong(self, always: int) -> Flags:
        """Say which carry a message to their records' other candidates, or meet a match-key."""
        found: Flags = (self.odds > WEAK) | (self.rules & always != 0)
        return found

    @classmethod
    def none(cls) -> "Edges":
        """Return no pair."""
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        return cls(whole, whole, whole, real, real, whole)


@dataclass(frozen=True)
class Closure:
    """What is decided anew: ``nodes``, rising, and the ``edges`` that their probabilities need."""

    nodes: Index
    edges: Edges


@dataclass(frozen=True)
class _Segment:
    """The pairs that one batch added to one pair of sources."""

    pair: int
    sides: tuple[int, int]
    table: pa.Table
    right: pa.Table

    def incident(self, side: int, rows: Index) -> Index:
        """Return the places of the pairs that these rows, rising, are in."""
        name, table = ("left", self.table) if side == 0 else ("right", self.right)
        held = numbers(table, name)
        wanted = rows.astype(held.dtype)  # else every look-up would turn all that is held
        low, high = np.searchsorted(held, wanted), np.searchsorted(held, wanted, "right")
        at = runs(low, high - low)
        return at if side == 0 else numbers(table, "place")[at].astype(np.int64)


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
        self._versions = [versions[name] for name in self.sources]
        self._always = model.always
        self.sides = tuple(
            (self.sources.index(pair.left), self.sources.index(pair.right)) for pair in model.pairs
        )
        self._segments = list(_segments(spine, model))

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

    def everything(self) -> Closure:
        """Return all of it."""
        places = (np.arange(segment.table.num_rows) for segment in self._segments)
        edges = self._edges(zip(self._segments, places, strict=True))
        nodes = [self.nodes(n, np.flatnonzero(self._versions[i] >= 0)) for i, n in self._named()]
        return Closure(np.sort(np.concatenate(nodes)), edges)

    def touched_by(self, nodes: Index) -> Index:
        """Return the nodes that hold and share a candidate with any of ``nodes``, or are of them.

        ``nodes`` may hold no more themselves.
        """
        edges = self._incident(np.unique(nodes), dead=True)
        every = np.unique(np.concatenate([nodes, edges.left, edges.right]))
        return every[self.hold(every)]

    def closure(self, touched: Index) -> Closure:
        """Return what has to be decided anew after records were touched.

        Their components over strong pairs; those of whatever shares a weak pair with these, whose
        probabilities that pair changes by a little; and, to be read only, what these share with.
        """
        first, edges = self._components(touched, Edges.none())
        second, edges = self._components(_ends(edges), edges, first)
        third, edges = self._components(_ends(edges), edges, second)
        inside = among(edges.left, third) & among(edges.right, third)
        return Closure(second, edges.only(inside))

    def _components(
        self, start: Index, edges: Edges, known: Index | None = None
    ) -> tuple[Index, Edges]:
        """Return ``known`` and all that strong pairs join to ``start``, with all their pairs."""
        seen = np.zeros(0, np.int64) if known is None else known
        frontier = np.setdiff1d(start, seen)
        while len(frontier):
            seen = np.union1d(seen, frontier)
            met = self._incident(frontier)
            edges = _distinct(edges.joined(met))
            strong = met.only(met.strong(self._always))
            frontier = np.setdiff1d(_ends(strong), seen)
        return seen, edges

    def _incident(self, nodes: Index, dead: bool = False) -> Edges:
        found = []
        for place, (_, _, rows) in enumerate(self.rows(nodes)):
            for segment in self._segments:
                for side in (0, 1):
                    if segment.sides[side] == place:
                        found.append((segment, segment.incident(side, rows)))
        edges = self._edges((segment, np.unique(places)) for segment, places in found)
        if dead:
            return edges
        return edges.only(self.hold(edges.left) & self.hold(edges.right))

    def _edges(self, found: Iterable[tuple[_Segment, Index]]) -> Edges:
        edges = [Edges.none()]
        for segment, places in found:
            left, right, odds, weight, rules = (
                numbers(segment.table, name)[places]
                for name in ("left", "right", "odds", "weight", "rules")
            )
            pair = np.full(len(places), segment.pair, np.int64)
            ends = (
                side.astype(np.int64) * self.k + at
                for side, at in zip((left, right), segment.sides, strict=True)
            )
            edges.append(Edges(pair, *ends, odds, weight, rules))
        arrays = zip(*(vars(each).values() for each in edges), strict=True)
        return Edges(*map(np.concatenate, arrays))

    def _named(self) -> Iterator[tuple[int, str]]:
        yield from enumerate(self.sources)


def _segments(spine: Spine, model: Frozen) -> Iterator[_Segment]:
    sources = list(spine.sources)
    for number, (pair, batches) in enumerate(zip(model.pairs, spine.pairs, strict=True)):
        for batch in batches:
            table = read_mapped(spine.path("pairs", number, batch))
            right = read_mapped(spine.path("pairs", number, batch, "right"))
            sides = sources.index(pair.left), sources.index(pair.right)
            yield _Segment(number, sides, table, right)


def _ends(edges: Edges) -> Index:
    return np.unique(np.concatenate([edges.left, edges.right]))


def among(nodes: Index, known: Index) -> Flags:
    """Say which nodes are in ``known``, which rises."""
    if not len(known):
        return np.zeros(len(nodes), bool)
    at = np.minimum(np.searchsorted(known, nodes), len(known) - 1)
    found: Flags = known[at] == nodes
    return found


def _distinct(edges: Edges) -> Edges:
    """Return each pair once: it is met from both of its ends."""
    order = np.lexsort((edges.right, edges.left, edges.pair))
    left, right, pair = edges.left[order], edges.right[order], edges.pair[order]
    again = (left[1:] == left[:-1]) & (right[1:] == right[:-1]) & (pair[1:] == pair[:-1])
    return edges.only(order[np.append(True, ~again)[: len(order)]])
