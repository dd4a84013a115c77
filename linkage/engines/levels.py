"""On which level of each comparison pairs stand: answered from codes wherever they can tell.

Conditions are tried in order on the pairs that none before has taken, and in a condition the cheap
parts first. What only the database can say, it is asked of the pairs in doubt alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.engines.asking import Asking
from linkage.engines.closeness import Closeness
from linkage.engines.columns import NONE, Codes, Columns
from linkage.engines.conditions import (
    Both,
    Condition,
    Dice,
    Differ,
    Edits,
    Either,
    Equal,
    Missing,
    OfValue,
    Similar,
    Sql,
    cost,
    leaves,
    read_condition,
)
from linkage.engines.one_to_all import OneToAll
from linkage.engines.pairs import Flags, Index, Pairs, Reals
from linkage.model.comparisons import Comparison
from linkage.model.patterns import coding

Gammas = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Frequent:
    """A level whose weight the term frequency of ``column`` adjusts.

    Of two values the commoner counts, as in splink; ``one_value``: they are equal.
    """

    column: str
    one_value: bool


@dataclass(frozen=True)
class Compared:
    """A comparison as it is evaluated: each level's gamma and condition, in the order tried."""

    cases: tuple[tuple[int, Condition], ...]
    frequent: dict[int, Frequent]
    columns: frozenset[str]
    shared: bool

    @classmethod
    def of(cls, comparison: Comparison, types: dict[str, pa.DataType]) -> "Compared":
        """Read the conditions of ``comparison`` over columns of these types."""
        frequent = {
            gamma: Frequent(column, comparison.asks_equality(gamma, column))
            for gamma, column in comparison.term_frequency_levels().items()
        }
        cases = tuple((gamma, read_condition(sql, types)) for gamma, sql in comparison.conditions())
        shared = comparison.family or comparison.place
        return cls(cases, frequent, frozenset(comparison.columns), shared)

    @cached_property
    def cost(self) -> int:
        """The order of evaluation: what asks numbers alone first, then texts, then SQL."""
        return sum(8 ** cost(condition) for _, condition in self.cases)

    @property
    def is_cheap(self) -> bool:
        """Say whether it measures no similarity and asks no SQL."""
        return all(cost(condition) < 2 for _, condition in self.cases)

    @property
    def leaves(self) -> list[Condition]:
        """Every leaf of every condition."""
        return [leaf for _, condition in self.cases for leaf in leaves(condition)]


class Levels:
    """Evaluates a set of comparisons over columns.

    Parameters
    ----------
    columns
        Must hold, when levels are asked for, the columns that :meth:`names` tells.
    asking
        Answers what is SQL.
    """

    def __init__(self, comparisons: Sequence[Comparison], columns: Columns, asking: Asking) -> None:
        self.compared = tuple(Compared.of(c, columns.types) for c in comparisons)
        self._columns, self._asking = columns, asking
        self._coding = coding(comparisons)
        every = [leaf for each in self.compared for leaf in each.leaves]
        self._closeness = Closeness(columns, asking, every)
        self._one_to_all = OneToAll(columns, self._closeness, asking)
        self._of_values: dict[OfValue, Flags] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are read, without their side."""
        read = [name[:-2] for each in self.compared for leaf in each.leaves for name in _read(leaf)]
        worth = [f.column for each in self.compared for f in each.frequent.values()]
        return tuple(dict.fromkeys([*read, *worth]))

    @property
    def together(self) -> list[frozenset[str]]:
        """The columns whose values are compared with each other for equality."""
        every = [leaf for each in self.compared for leaf in each.leaves]
        return [
            frozenset((e.one[:-2], e.other[:-2])) for e in every if isinstance(e, Equal | Differ)
        ]

    def look_up(self, threads: int) -> None:
        """Work out beforehand what most pairs will ask; the columns must be held."""
        self._closeness.look_up(threads)

    def gamma(self, k: int, pairs: Pairs) -> Gammas:
        """Return the level of comparison ``k`` of each pair: -1 missing, 0 none, highest first."""
        gamma = np.zeros(len(pairs), np.int8)
        open_ = np.ones(len(pairs), bool)
        for level, condition in self.compared[k].cases:
            met = self.holds(condition, pairs, open_) & open_
            gamma += met * np.int8(level)
            open_ &= ~met
        return gamma

    def described(self, pairs: Pairs, without: Collection[str] = ()) -> pa.Table:
        """Return the pairs with what :meth:`table` says of them, every level evaluated."""
        return self.table(pairs, self._gammas(pairs), without)

    def codes(self, pairs: Pairs) -> npt.NDArray[np.int64]:
        """Return the number of each pair's agreement pattern."""
        return self._code(self._gammas(pairs), len(pairs))

    def table(
        self, pairs: Pairs, gammas: Sequence[Gammas], without: Collection[str] = ()
    ) -> pa.Table:
        """Return record_l, record_r, rules, ``code``, ``log2_tf`` and ``log2_tf_household``.

        Parameters
        ----------
        without
            Comparisons that read one of these columns are left out of the sums.
        """
        counted = [k for k, c in enumerate(self.compared) if not c.columns & set(without)]
        shared = [k for k in counted if self.compared[k].shared]
        return pa.table(
            {
                "record_l": pairs.records("l").astype(np.int32),
                "record_r": pairs.records("r").astype(np.int32),
                "rules": pairs.rules,
                "code": self._code(gammas, len(pairs)),
                "log2_tf": self._sum(pairs, gammas, counted),
                "log2_tf_household": self._sum(pairs, gammas, shared),
            }
        )

    def _gammas(self, pairs: Pairs) -> list[Gammas]:
        return [self.gamma(k, pairs) for k in range(len(self.compared))]

    def _code(self, gammas: Sequence[Gammas], n: int) -> npt.NDArray[np.int64]:
        code = np.zeros(n, np.int64)
        for gamma, place in zip(gammas, self._coding.places, strict=True):
            code += (gamma.astype(np.int64) + 1) * place
        return code

    def worth(self, frequent: Frequent, pairs: Pairs, rows: Index) -> Reals:
        """Return the -log2 term frequency of the value of some pairs, 0 where both are missing."""
        worth = self._columns.worth(frequent.column)
        one = pairs.codes(f"{frequent.column}_l", rows)
        if frequent.one_value:
            return np.asarray(worth.take(one.astype(np.intp)))
        other = pairs.codes(f"{frequent.column}_r", rows)
        most = np.where(one < 0, np.where(other < 0, 0.0, np.inf), worth[one])
        return np.minimum(most, np.where(other < 0, most, worth[other]))

    def rarest(self, frequent: Frequent) -> float:
        """Return the greatest -log2 term frequency that a pair can have."""
        return float(self._columns.worth(frequent.column).max())

    def _sum(self, pairs: Pairs, gammas: Sequence[Gammas], chosen: Sequence[int]) -> Reals:
        total = np.zeros(len(pairs))
        for k in chosen:
            for gamma, frequent in self.compared[k].frequent.items():
                rows = np.flatnonzero(gammas[k] == gamma)
                total[rows] += self.worth(frequent, pairs, rows)
        return total

    def holds(self, condition: Condition, pairs: Pairs, asked: Flags | None = None) -> Flags:
        """Say of each pair whether a condition holds; where it is not ``asked``, anything."""
        found: Flags
        match condition:
            case Both(parts) | Either(parts):
                return self._joined(parts, isinstance(condition, Both), pairs, asked)
            case Equal(one, other):
                codes = pairs.codes(one)
                found = (codes == pairs.codes(other)) & (codes >= 0)
            case Differ(one, other):
                codes, others = pairs.codes(one), pairs.codes(other)
                found = (codes != others) & (codes >= 0) & (others >= 0)
            case Missing(name):
                found = pairs.codes(name) < 0
            case OfValue():
                found = self._of_value(condition, pairs)
            case Similar() | Edits() | Dice() | Sql():
                found = self._dear(condition, pairs, asked)
        return found

    def _dear(self, leaf: Similar | Edits | Dice | Sql, pairs: Pairs, asked: Flags | None) -> Flags:
        """Say of each pair ``asked`` whether a leaf holds that codes alone cannot tell."""
        told = self._one_to_all.truth(leaf, _read(leaf), pairs, asked)
        if told is not None:
            return told
        if isinstance(leaf, Sql):
            return self._asked(leaf, pairs, asked)
        return self._closeness.truth(leaf, pairs, asked)

    def _joined(
        self, parts: Sequence[Condition], all_: bool, pairs: Pairs, asked: Flags | None
    ) -> Flags:
        """Say where all of ``parts`` hold, or any: each is asked where those before leave doubt."""
        held = self.holds(parts[0], pairs, asked)
        for part in parts[1:]:
            doubt = held if all_ else ~held
            found = self.holds(part, pairs, doubt if asked is None else doubt & asked)
            held = held & found if all_ else held | found
        return held

    def _of_value(self, condition: OfValue, pairs: Pairs) -> Flags:
        """Look up the answer for each value, and for a missing one at the end; asked once."""
        if condition not in self._of_values:
            values = self._columns.values(condition.name[:-2])
            every = pa.concat_arrays([values, pa.nulls(1, values.type)])
            found = self._asking(_flag(condition.sql), pa.table({condition.name: every}))
            self._of_values[condition] = found["t"].to_numpy()
        held = self._of_values[condition]
        if not held.any():
            return np.zeros(len(pairs), bool)
        return held.take(pairs.codes(condition.name).astype(np.intp))

    def _asked(self, condition: Sql, pairs: Pairs, asked: Flags | None) -> Flags:
        held = np.zeros(len(pairs), bool)
        rows = np.arange(len(pairs)) if asked is None else np.flatnonzero(asked)
        if len(rows):
            columns = {
                name: _taken(self._columns.values(name[:-2]), pairs.codes(name, rows))
                for name in condition.names
            }
            found = self._asking(_flag(condition.sql), pa.table(columns or {"row": rows}))
            held[rows] = found["t"].to_numpy()
        return held


def _read(leaf: Condition) -> tuple[str, ...]:
    """Return the columns that a leaf reads, with their sides."""
    match leaf:
        case Equal(one, other) | Differ(one, other) | Edits(one, other):
            return one, other
        case Similar(one, other) | Dice(one, other):
            return one, other
        case Missing(name) | OfValue(_, name):
            return (name,)
        case Sql(_, names):
            return names
    return ()


def _flag(sql: str) -> str:
    return f"CASE WHEN {sql} THEN TRUE ELSE FALSE END AS t"


def _taken(values: pa.Array, codes: Codes) -> pa.Array:
    return values.take(pa.array(codes, mask=codes == NONE))
