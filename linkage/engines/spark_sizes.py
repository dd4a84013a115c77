"""How many pairs a rule makes, from the sizes of its blocks.

Choosing rules asks this some hundreds of times, and a question to Spark takes a third of a second
however small it is: where few records are looked at, they are fetched once and counted here.
"""

from collections.abc import Mapping, Sequence

import duckdb
from pyspark.sql import DataFrame

from linkage.engines.sampling import drawn
from linkage.engines.spark_functions import SHUT, Functions
from linkage.engines.spark_names import quoted, spark_sql
from linkage.model.blocking import Rule
from linkage.sql import identifier

_FEW = 300_000
"""So many records of all sources together, each with what the rules ask, are fetched."""

_LOOKED_AT = "looked_at"


class Sizes:
    """The records that rules are counted on.

    Parameters
    ----------
    people
        All records: source, record and the columns of rules.
    columns
        What any rule asks.
    n
        The number of records.
    """

    def __init__(
        self, people: DataFrame, functions: Functions, columns: Sequence[str], n: int
    ) -> None:
        self._people = people
        self._functions = functions
        self._columns = tuple(columns)
        self._n = n
        self._fetched: dict[float, duckdb.DuckDBPyConnection] = {}

    def of(self, rule: Rule, share: float) -> Mapping[tuple[int, int], int]:
        """Return how many pairs of a share of the records meet ``rule``, by sources' numbers."""
        left, right = (_blocks(rule, side) for side in ("l", "r"))
        same = " AND ".join(f"l.k{i} = r.k{i}" for i in range(len(rule.terms)))
        rows = self._rows(
            "SELECT l.source, r.source, sum(l.n * r.n)::BIGINT "
            f"FROM ({left}) l JOIN ({right}) r ON {same} GROUP BY l.source, r.source",
            share,
        )
        return {(left, right): n for left, right, n in rows}

    def with_themselves(self, rule: Rule, share: float) -> Mapping[int, int]:
        """Return how many of a share of the records meet ``rule`` alone, by source's number."""
        met = rule.sql("p", "p")
        sql = f"SELECT source, count(*) FROM {_LOOKED_AT} p WHERE {met} GROUP BY source"
        return {source: n for source, n in self._rows(sql, share)}

    def _rows(self, sql: str, share: float) -> list[tuple[int, ...]]:
        if self._n * share <= _FEW:
            return list(self._here(share).execute(sql).fetchall())
        looked_at = self._looked_at(share)
        looked_at.createOrReplaceTempView(_LOOKED_AT)
        return list(looked_at.sparkSession.sql(spark_sql(sql)).collect())

    def _here(self, share: float) -> duckdb.DuckDBPyConnection:
        if share not in self._fetched:
            connection = duckdb.connect(config=SHUT)
            connection.register("fetched", self._looked_at(share).toArrow())
            connection.execute(f"CREATE TABLE {_LOOKED_AT} AS SELECT * FROM fetched").fetchall()
            connection.unregister("fetched")
            self._fetched[share] = connection
        return self._fetched[share]

    def _looked_at(self, share: float) -> DataFrame:
        people = self._people.select("source", "record", *map(quoted, self._columns))
        if share >= 1:
            return people
        condition = drawn(share, "record", seed="count")
        return people.where(self._functions.call(condition, ("record",), "boolean"))


def _blocks(rule: Rule, side: str) -> str:
    """Return source, the values that ``rule`` asks for on one side, and how many have them."""
    columns = list(map(identifier, rule.side_columns(side)))
    keys = ", ".join(f"{column} AS k{i}" for i, column in enumerate(columns))
    every = ", ".join(["source", *columns])
    return f"SELECT source, {keys}, count(*) AS n FROM {_LOOKED_AT} GROUP BY {every}"
