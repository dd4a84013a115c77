"""Graph matching: a graph of encodings laid over that of a register held in clear text.

Someone who holds a register encodes it under a key of their own, by the schema that everybody
knows. Which records agree on a column is then the same under either key, and so is the graph of who
agrees with whom. Records are told by the shape of what is around them, the surest are put together,
and from those on whom else they agree with.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from linkage.privacy.attack.classes import readable, same
from linkage.privacy.attack.target import Whole
from linkage.privacy.schema import Schema

Real = npt.NDArray[np.float32]

_STEPS = 3
"""How far around a record its surroundings are looked at."""

_WIDTH = 12
"""Numbers by which the surroundings of a column's neighbours are told."""

_ROUNDS = 12
"""Rounds in which pairs put together bring others together."""

_LARGEST = 200
"""Records of a class up to which it says whom a record is near."""

_MARGIN = 1.2
"""How much better than the next best a pair must be."""

_AT_ONCE = 1_000
_FEW = 5
"""Nearest records of the register that are looked at for each encoding."""


@dataclass(frozen=True)
class Graph:
    """Which records of a source agree on which column: ``classes`` (n,) a column, -1 for none."""

    classes: tuple[Whole, ...]

    @property
    def n(self) -> int:
        """How many records there are."""
        return len(self.classes[0])


def graph_of(encoded: pa.Table, schema: Schema) -> Graph:
    """Return the graph of encodings: all columns but those that can be read anyway."""
    return Graph(tuple(same(encoded, each) for each in schema.columns if not readable(each)))


def matched(encodings: Graph, register: Graph, seed: int = 1) -> Whole:
    """Return the record of the register that each encoding (n,) is said to be, -1 for none.

    Follows the steps of Vidanage, Christen, Ranbaduge and Schnell 2020 (features of the nodes of
    two similarity graphs, the nearest put together) as our notes have them, and goes on from
    sure pairs as Narayanan and Shmatikov 2009 do; neither was checked against the paper.
    """
    shapes = (_shape(each, np.random.default_rng(seed)) for each in (encodings, register))
    like = _nearest(*_together(*shapes))
    rows, columns = _surest(like)
    for _ in range(_ROUNDS):
        said = csr_array((np.ones(len(rows)), (rows, columns)), shape=like.shape)
        rows, columns = _surest(like + _beside(encodings, register, said))
    found = np.full(encodings.n, -1, np.int64)
    found[rows] = columns
    return found


def _shape(graph: Graph, rng: np.random.Generator) -> Real:
    """Return numbers (n, d) that tell what is around each record, the same in either graph."""
    sizes = [_sizes(each) for each in graph.classes]
    shape = np.log1p(np.stack(sizes, axis=1)).astype(np.float32)
    found = [shape]
    for _ in range(_STEPS):
        turn = rng.normal(size=(shape.shape[1], _WIDTH)).astype(np.float32)
        mixed = np.tanh(shape @ turn / np.sqrt(shape.shape[1]))
        shape = np.concatenate([_around(each, mixed) for each in graph.classes], axis=1)
        found.append(shape)
    return np.concatenate(found, axis=1)


def _sizes(classes: Whole) -> Real:
    counts = np.bincount(classes[classes >= 0], minlength=1)
    return np.where(classes >= 0, counts[classes], 0).astype(np.float32)


def _around(classes: Whole, values: Real) -> Real:
    """Return the mean of ``values`` over the others of each record's class; 0 where it is alone."""
    held = classes >= 0
    n = int(classes.max(initial=-1)) + 1
    inside = csr_array(
        (np.ones(held.sum(), np.float32), (classes[held], np.flatnonzero(held))),
        shape=(n, len(classes)),
    )
    sums = np.zeros_like(values)
    sums[held] = (inside @ values)[classes[held]] - values[held]
    others = np.maximum(_sizes(classes) - 1, 0)[:, None]
    mean: Real = np.divide(sums, others, out=np.zeros_like(sums), where=others > 0)
    return mean


def _together(one: Real, other: Real) -> tuple[Real, Real]:
    """Return both with every number on one scale."""
    both = np.concatenate([one, other])
    centre, spread = both.mean(axis=0), np.maximum(both.std(axis=0), 1e-6)
    return (one - centre) / spread, (other - centre) / spread


def _nearest(one: Real, other: Real) -> csr_array:
    """Return how near, 0 to 1, the few nearest rows of ``other`` are to each row of ``one``."""
    rows, columns, near = [], [], []
    squared = np.square(other).sum(axis=1)
    few = min(_FEW, len(other))
    for at in range(0, len(one), _AT_ONCE):
        part = one[at : at + _AT_ONCE]
        away = np.square(part).sum(axis=1)[:, None] + squared - 2 * part @ other.T
        place = np.argpartition(away, few - 1, axis=1)[:, :few]
        d = np.sqrt(np.maximum(np.take_along_axis(away, place, axis=1), 0))
        rows.append(np.repeat(np.arange(at, at + len(part)), few))
        columns.append(place.reshape(-1))
        near.append((1 / (1 + d)).reshape(-1))
    at_ = (np.concatenate(rows), np.concatenate(columns))
    return csr_array((np.concatenate(near), at_), shape=(len(one), len(other)))


def _beside(encodings: Graph, register: Graph, said: csr_array) -> csr_array:
    """Return how much speaks for a pair (n, m): the pairs put together that both are beside.

    A pair put together counts 1 / (a b) for every other pair of its two classes, of sizes a and b.
    """
    total = csr_array(said.shape)
    rows, columns = said.nonzero()
    for one, other in zip(encodings.classes, register.classes, strict=True):
        left, right = _inside(one), _inside(other)
        itself = left.power(2).sum(axis=1)[rows] * right.power(2).sum(axis=1)[columns]
        alone = csr_array((itself, (rows, columns)), shape=said.shape)
        total = total + left @ (left.T @ said @ right) @ right.T - alone
    return total


def _inside(classes: Whole) -> csr_array:
    """Return which record is in which class (n, c), each weighed by the class's size."""
    sizes = _sizes(classes)
    held = np.flatnonzero((classes >= 0) & (sizes > 1) & (sizes <= _LARGEST))
    n = int(classes.max(initial=-1)) + 1
    weight = 1 / np.sqrt(sizes[held])
    return csr_array((weight, (held, classes[held])), shape=(len(classes), n))


def _surest(score: csr_array) -> tuple[Whole, Whole]:
    """Return the pairs (rows, columns) that are the best of both their records, by a margin."""
    pairs = score.tocoo()
    rows, columns = pairs.coords
    first = [_ahead(side, pairs.data) for side in (rows, columns)]
    kept = first[0] & first[1]
    return rows[kept].astype(np.int64), columns[kept].astype(np.int64)


def _ahead(side: Whole, score: Real) -> npt.NDArray[np.bool_]:
    """Return which pairs are the best of their record on one side, by a margin."""
    order = np.lexsort((-score, side))
    own, value = side[order], score[order]
    is_first = np.r_[True, own[1:] != own[:-1]]
    follows = np.r_[own[1:] == own[:-1], False]
    second = np.where(follows, np.r_[value[1:], 0.0], 0.0)
    ahead = np.zeros(len(score), bool)
    ahead[order] = is_first & (value > _MARGIN * second)
    return ahead
