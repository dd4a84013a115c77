"""Pairs with their levels on Spark: DuckDB finds the level, Spark does the rest."""

from collections.abc import Collection, Sequence

from linkage.engines.levels import frequency, read_by
from linkage.engines.spark_functions import Functions
from linkage.engines.spark_names import quoted, spark_sql
from linkage.model.comparisons import Comparison
from linkage.model.patterns import coding


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
        self._frequency = tuple(frequency(c) for c in comparisons)
        read = [read_by([c.gamma_sql()], held) for c in comparisons]
        self.gammas = tuple(
            functions.call(c.gamma_sql(), columns, "tinyint")
            for c, columns in zip(comparisons, read, strict=True)
        )
        """Spark SQL for the gamma of each comparison, from columns that carry their side."""
        worth = read_by((sql for found in self._frequency for sql in found.values()), held)
        self.columns = tuple(dict.fromkeys([*(c for each in read for c in each), *worth]))
        """The columns, each with its side, that a query of pairs must have."""

    def levelled(self, pairs: str, keep: Sequence[str] = (), without: Collection[str] = ()) -> str:
        """Return what :meth:`linkage.engines.plan.Plan.levelled` does, in Spark's SQL."""
        gammas = ", ".join(f"{sql} AS g{k}" for k, sql in enumerate(self.gammas))
        counted = [k for k, c in enumerate(self._comparisons) if not set(c.columns) & set(without)]
        shared = [k for k in counted if self._comparisons[k].family or self._comparisons[k].place]
        code = spark_sql(coding(self._comparisons).sql([f"g{k}" for k in range(len(self.gammas))]))
        columns = ", ".join(["record_l", "record_r", "rules", *map(quoted, keep)])
        return (
            f"SELECT {columns}, {code} AS code, {self._worth(counted)} AS log2_tf, "
            f"{self._worth(shared)} AS log2_tf_household FROM (SELECT *, {gammas} FROM ({pairs}))"
        )

    def _worth(self, chosen: Sequence[int]) -> str:
        terms = [
            f"CASE WHEN g{k} = {gamma} THEN coalesce({spark_sql(worth)}, 0D) ELSE 0D END"
            for k in chosen
            for gamma, worth in self._frequency[k].items()
        ]
        return " + ".join(terms) or "0D"
