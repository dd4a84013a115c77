"""Names and texts in Spark's SQL."""

import sqlglot


def quoted(name: str, of: str = "") -> str:
    """Return ``name`` as an identifier of Spark's SQL, of the relation ``of`` where it is given."""
    text = f"`{name.replace('`', '``')}`"
    return f"{of}.{text}" if of else text


def spark_sql(sql: str) -> str:
    """Return an expression that DuckDB and Spark understand alike, as Spark writes it."""
    return str(sqlglot.transpile(sql, read="duckdb", write="spark")[0])
