"""DuckDB's expressions inside Spark: one meaning of every level, whatever runs it.

Spark's own functions, and the similarity functions that splink ships for it, differ from DuckDB's:
of 100,000 pairs of texts in plain letters 2.7 % had another Jaro-Winkler similarity, because
transpositions are halved to a whole number there; letters with marks are one character there,
several bytes here. So the conditions of levels, a user's own among them, are evaluated by DuckDB
on the machines of Spark, a batch of pairs at a time.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.functions import arrow_udf

from linkage.engines.spark_names import quoted

SHUT = {
    "threads": 1,
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "lock_configuration": True,
}
"""One core, and no way out: a user's condition reaches the pairs it is given and nothing else."""


class Functions:
    """DuckDB expressions made known to one Spark session, each once."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._names: dict[tuple[str, tuple[str, ...], str], str] = {}

    def call(self, sql: str, columns: Sequence[str], kind: str, of: str = "") -> str:
        """Return Spark SQL for DuckDB's ``sql`` over ``columns``.

        Parameters
        ----------
        kind
            Spark's name of the result's type.
        of
            The relation that holds the columns, as ``l``.
        """
        key = (sql, tuple(columns), kind)
        if key not in self._names:
            name = f"duckdb_{len(self._names)}"
            function = arrow_udf(_evaluator(sql, tuple(columns)), kind)
            self._session.udf.register(name, function)
            self._names[key] = name
        arguments = ", ".join(quoted(column, of) for column in columns)
        return f"{self._names[key]}({arguments})"


def _evaluator(sql: str, columns: tuple[str, ...]) -> Callable[..., pa.Array]:
    """Return a function of Arrow arrays that travels to Spark's machines by value."""
    opened: list[Any] = []  # on each machine a connection of its own, from the first batch on

    def evaluate(*values: pa.Array) -> pa.Array:
        import duckdb  # noqa: PLC0415 - on the machine that evaluates
        import pyarrow  # noqa: PLC0415

        if not opened:
            opened.append(duckdb.connect(config=SHUT))
        connection = opened[0]
        connection.register("given", pyarrow.table(dict(zip(columns, values, strict=True))))
        try:
            result = connection.sql(f"SELECT {sql} AS value FROM given").to_arrow_table()
        except duckdb.Error as error:  # its text may quote a value, and ends in Spark's log
            raise RuntimeError(type(error).__name__) from None
        return result["value"].combine_chunks()

    return evaluate
