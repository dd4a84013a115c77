"""The records as Spark holds them: all sources in one view, with what their values are worth."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from linkage.engines.spark_levels import FREQUENCY
from linkage.engines.spark_names import quoted


@dataclass(frozen=True)
class People:
    """Every record, and the term frequencies ``tf_<column>`` of the values of some columns.

    ``everyone`` holds ``source`` (its place among the sources), record, the columns asked for (NULL
    where a source lacks one), and the -log2 term frequency beside those that have one.
    """

    everyone: DataFrame
    frequencies: Mapping[str, DataFrame]


def load(
    session: SparkSession,
    paths: Mapping[str, Path],
    columns: Sequence[str],
    frequencies: Sequence[str],
) -> People:
    """Return the records of all sources with ``columns``, kept where Spark computes.

    Term frequencies are shares of all values of all sources together, as splink counts them.
    """
    sources = [
        _of_source(session, path, number, columns) for number, path in enumerate(paths.values())
    ]
    records = reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), sources)
    found = {column: _frequency(records, column).persist() for column in frequencies}
    people = records
    for column, frequency in found.items():
        worth = (-f.log2(f.col(quoted(f"tf_{column}")))).alias(FREQUENCY + column)
        people = people.join(frequency.select(quoted(column), worth), on=column, how="left")
    return People(people.persist(), found)


def _of_source(session: SparkSession, path: Path, number: int, columns: Sequence[str]) -> DataFrame:
    records = session.read.parquet(located(path))
    held = [quoted(column) for column in ("record", *columns) if column in records.columns]
    return records.select(f.lit(number).alias("source"), *held)


def located(path: Path) -> str:
    """Return ``path`` as Spark reads it: a file of this name, not a pattern of names."""
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.resolve()))


def _frequency(records: DataFrame, column: str) -> DataFrame:
    name = quoted(column)
    counts = records.where(f.col(name).isNotNull()).groupBy(name).agg(f.count("*").alias("n"))
    total = counts.agg(f.sum("n").alias("total"))
    share = (f.col("n") / f.col("total")).alias(f"tf_{column}")
    return counts.crossJoin(total).select(name, share)
