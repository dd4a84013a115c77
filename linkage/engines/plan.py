"""From a query of pairs to a query of their levels, and to those worth keeping.

Counting evaluates every level of every pair. Scoring evaluates what is cheap first and drops a pair
as soon as even the best that is left could not lift its weight to the floor: the bound is exact, so
that no pair at or above the floor is lost.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from linkage.engines.levels import NOTHING, Compiled, compiled, frequency, frequency_sums, read_by
from linkage.model.comparisons import Comparison
from linkage.model.patterns import coding
from linkage.sql import identifier

Reals = Sequence[float]

_PAIR = ("record_l", "record_r", "rules")
_ROUNDING = 1e-6
"""Sums of weights are taken in another order than splink's; the bound leaves them this room."""


@dataclass(frozen=True)
class Weights:
    """What a pair must weigh to be kept.

    Parameters
    ----------
    prior
        log2 of the prior odds.
    levels
        For each comparison log2 m/u by gamma, 0 first.
    log2_u
        For each comparison log2 u by gamma: what a term frequency replaces.
    floor
        Pairs of a lower match weight are not kept,
    always
        unless they meet a rule of this mask.
    """

    prior: float
    levels: tuple[Reals, ...]
    log2_u: tuple[Reals, ...]
    floor: float
    always: int = 0


class Plan:
    """How the pairs of a set of comparisons are levelled.

    Parameters
    ----------
    comparisons
        What is compared.
    held
        Every column of the records.
    coded
        Those of them that have a code.
    """

    def __init__(
        self, comparisons: Sequence[Comparison], held: Collection[str], coded: Collection[str]
    ) -> None:
        self._comparisons = tuple(comparisons)
        self._compiled = tuple(compiled(c, coded) for c in comparisons)
        self._frequency = tuple(frequency(c) for c in comparisons)
        self._coding = coding(comparisons)
        texts = [t for c in self._compiled for t in (c.gamma, *c.measures.values())]
        texts += [sql for found in self._frequency for sql in found.values()]
        self.texts = tuple(texts)
        """Every piece of SQL that reads columns of the records."""
        self.columns = read_by(texts, held)
        """The columns, each with its side, that a query of pairs must have."""

    def levelled(self, pairs: str, keep: Sequence[str] = (), without: Collection[str] = ()) -> str:
        """Return a query of record_l, record_r, rules, ``keep`` and what the comparisons say.

        That is ``code``, the number of the agreement pattern, and ``log2_tf`` and
        ``log2_tf_household``, the sums of -log2 term frequency over the levels that carry one, the
        second over family and place comparisons alone; comparisons that read a column of
        ``without`` are left out of the sums.
        """
        query = pairs
        for k, each in enumerate(self._compiled):
            query = self._with_level(query, k, each)
        return self._result(query, keep, without)

    def scored(self, pairs: str, weights: Weights) -> str:
        """Return what :meth:`levelled` does of the pairs whose match weight reaches the floor."""
        order = sorted(range(len(self._compiled)), key=lambda k: self._compiled[k].cost)
        cheap = [k for k in order if self._compiled[k].cheap]
        query = f"SELECT *, {_double(weights.prior)} AS weight FROM ({pairs})"
        for k in cheap:
            query = self._with_level(query, k, self._compiled[k])
        query = self._cut(query, cheap, order[len(cheap) :], weights)
        for at, k in enumerate(order[len(cheap) :], len(cheap) + 1):
            query = self._with_level(query, k, self._compiled[k])
            query = self._cut(query, [k], order[at:], weights)
        return self._result(query, (), ())

    def _with_level(self, query: str, k: int, each: Compiled) -> str:
        measured = "".join(f", {sql} AS {identifier(name)}" for name, sql in each.measures.items())
        if measured:
            query = f"SELECT *{measured} FROM ({query})"
        return f"SELECT *, {each.gamma} AS g{k} FROM ({query})"

    def _cut(self, query: str, new: Sequence[int], rest: Sequence[int], weights: Weights) -> str:
        """Add what ``new`` ones weigh; drop the pairs that the ``rest`` cannot lift to the floor.

        The weight is read from its column, not worked out again inside the filter, because DuckDB
        does not move a filter below an expression that might be random.
        """
        weight = " + ".join(["weight", *(self._weight(k, weights) for k in new)])
        bound = " + ".join(["weight", *(self._bound(k, weights) for k in rest)])
        always = f" OR rules & {weights.always} <> 0" if weights.always else ""
        return (
            f"SELECT * FROM (SELECT * REPLACE (coalesce({weight}, random()) AS weight) "
            f"FROM ({query})) "
            f"WHERE {bound} >= {_double(weights.floor - _ROUNDING)}{always}"
        )

    def _weight(self, k: int, weights: Weights) -> str:
        """Return the weight that comparison ``k`` adds, from its gamma; 0 where it is missing."""
        cases = " ".join(
            f"WHEN {gamma} THEN {self._at(k, gamma, weights)}"
            for gamma in range(len(weights.levels[k]))
        )
        return f"(CASE g{k} {cases} ELSE {NOTHING} END)"

    def _at(self, k: int, gamma: int, weights: Weights) -> str:
        weight = float(weights.levels[k][gamma])
        worth = self._frequency[k].get(gamma)
        if worth is None:
            return _double(weight)
        replaced = _double(weight + float(weights.log2_u[k][gamma]))
        return f"({replaced} + coalesce({worth}, {NOTHING}))"

    def _bound(self, k: int, weights: Weights) -> str:
        """Return the most that comparison ``k`` can add, asked of codes alone."""
        each, top = self._compiled[k], len(weights.levels[k]) - 1
        asked = [] if each.missing is None else [f"WHEN {each.missing} THEN {NOTHING}"]
        others = list(range(top + 1))
        if each.top is not None:
            asked.append(f"WHEN {each.top} THEN {self._at(k, top, weights)}")
            others.remove(top)
        most = [self._at(k, gamma, weights) for gamma in others]
        if each.missing is None:
            most.append(NOTHING)
        return f"(CASE {' '.join(asked)} ELSE {_greatest(most)} END)"

    def _result(self, query: str, keep: Sequence[str], without: Collection[str]) -> str:
        code = self._coding.sql([f"g{k}" for k in range(len(self._compiled))])
        log2_tf, log2_tf_household = frequency_sums(self._comparisons, without)
        columns = ", ".join([*_PAIR, *map(identifier, keep)])
        return (
            f"SELECT {columns}, {code} AS code, {log2_tf} AS log2_tf, "
            f"{log2_tf_household} AS log2_tf_household FROM ({query})"
        )


def _double(value: float) -> str:
    """Return a number as SQL: without its type, it would be a DECIMAL and sums of it slow."""
    return f"{float(value)!r}::DOUBLE"


def _greatest(values: Sequence[str]) -> str:
    """Return SQL for the greatest: of the plain numbers, the greatest alone."""
    plain = [value for value in values if "(" not in value]
    rest = [value for value in values if "(" in value]
    best = [max(plain, key=lambda value: float(value.partition("::")[0]))] if plain else []
    every = [*best, *rest]
    return every[0] if len(every) == 1 else f"greatest({', '.join(every)})"
