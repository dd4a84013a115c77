"""Pairs with their levels on Spark: DuckDB finds the level, Spark does the rest."""

from collections.abc import Collection, Sequence

from linkage.engines.levels import frequency, frequency_sums, read_by
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
        read = [read_by([c.gamma_sql()], held) for c in comparisons]
        self.gammas = tuple(
            functions.call(c.gamma_sql(), columns, "tinyint")
            for c, columns in zip(comparisons, read, strict=True)
        )
        """Spark SQL for the gamma of each comparison, from columns that carry their side."""
        worth = read_by((sql for c in comparisons for sql in frequency(c).values()), held)
        self.columns = tuple(dict.fromkeys([*(c for each in read for c in each), *worth]))
        """The columns, each with its side, that a query of pairs must have."""

    def levelled(self, pairs: str, keep: Sequence[str] = (), without: Collection[str] = ()) -> str:
        """Return what :meth:`linkage.engines.plan.Plan.levelled` does, in Spark's SQL."""
        gammas = ", ".join(f"{sql} AS g{k}" for k, sql in enumerate(self.gammas))
        log2_tf, log2_tf_household = map(spark_sql, frequency_sums(self._comparisons, without))
        code = spark_sql(coding(self._comparisons).sql([f"g{k}" for k in range(len(self.gammas))]))
        columns = ", ".join(["record_l", "record_r", "rules", *map(quoted, keep)])
        return (
            f"SELECT {columns}, {code} AS code, {log2_tf} AS log2_tf, "
            f"{log2_tf_household} AS log2_tf_household FROM (SELECT *, {gammas} FROM ({pairs}))"
        )
