"""Pairs with their levels on Spark: DuckDB finds the level, Spark does the rest."""

from collections.abc import Collection, Sequence

from linkage.engines.conditions import names_in
from linkage.engines.spark_functions import Functions
from linkage.engines.spark_names import quoted, spark_sql
from linkage.model.comparisons import Comparison
from linkage.model.patterns import coding
from linkage.sql import identifier

FREQUENCY = "%"
"""What the column of the -log2 term frequency of a value is called before its name."""

_NOTHING = "0.0::DOUBLE"


class Levels:
    """How the pairs of a set of comparisons are levelled.

    Parameters
    ----------
    functions
        Evaluates the levels.
    comparisons
        What is compared.
    held
        Every column of the records.
    """

    def __init__(
        self, functions: Functions, comparisons: Sequence[Comparison], held: Collection[str]
    ) -> None:
        self._comparisons = tuple(comparisons)
        read = [names_in(c.gamma_sql(), held) for c in comparisons]
        self.gammas = tuple(
            functions.call(c.gamma_sql(), columns, "tinyint")
            for c, columns in zip(comparisons, read, strict=True)
        )
        """Spark SQL for the gamma of each comparison, from columns that carry their side."""
        frequencies = [f"{FREQUENCY}{column}" for column in held]
        worth = [
            n
            for c in comparisons
            for sql in _frequency(c).values()
            for n in names_in(sql, frequencies)
        ]
        self.columns = tuple(dict.fromkeys([*(c for each in read for c in each), *worth]))
        """The columns, each with its side, that a query of pairs must have."""

    def levelled(self, pairs: str, keep: Sequence[str] = (), without: Collection[str] = ()) -> str:
        """Return a query of record_l, record_r, rules, ``keep`` and what the comparisons say.

        That is ``code``, ``log2_tf`` and ``log2_tf_household``; comparisons that read a column of
        ``without`` are left out of the sums.
        """
        gammas = ", ".join(f"{sql} AS g{k}" for k, sql in enumerate(self.gammas))
        log2_tf, log2_tf_household = map(spark_sql, _sums(self._comparisons, without))
        code = spark_sql(coding(self._comparisons).sql([f"g{k}" for k in range(len(self.gammas))]))
        columns = ", ".join(["record_l", "record_r", "rules", *map(quoted, keep)])
        return (
            f"SELECT {columns}, {code} AS code, {log2_tf} AS log2_tf, "
            f"{log2_tf_household} AS log2_tf_household FROM (SELECT *, {gammas} FROM ({pairs}))"
        )


def _frequency(comparison: Comparison) -> dict[int, str]:
    """Return SQL, by gamma, for the -log2 term frequency of the levels that carry one.

    The commoner of the two values counts, as in splink; where the level asks that they be equal,
    there is but one.
    """
    found = {}
    for gamma, column in comparison.term_frequency_levels().items():
        sides = [identifier(f"{FREQUENCY}{column}_{side}") for side in ("l", "r")]
        one_value = comparison.asks_equality(gamma, column)
        found[gamma] = sides[0] if one_value else f"least({sides[0]}, {sides[1]})"
    return found


def _sums(comparisons: Sequence[Comparison], without: Collection[str]) -> tuple[str, str]:
    """Return SQL for ``log2_tf`` and ``log2_tf_household``, from gammas called g0, g1, ...

    The second is over family and place comparisons alone; those that read a column of ``without``
    are in neither.
    """
    counted = [k for k, c in enumerate(comparisons) if not set(c.columns) & set(without)]
    shared = [k for k in counted if comparisons[k].family or comparisons[k].place]
    return _sum(comparisons, counted), _sum(comparisons, shared)


def _sum(comparisons: Sequence[Comparison], chosen: Sequence[int]) -> str:
    terms = [
        f"CASE WHEN g{k} = {gamma} THEN coalesce({worth}, {_NOTHING}) ELSE {_NOTHING} END"
        for k in chosen
        for gamma, worth in _frequency(comparisons[k]).items()
    ]
    return " + ".join(terms) or _NOTHING
