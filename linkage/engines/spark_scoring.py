"""Pairs scored by splink on Spark: those whose match weight reaches the floor."""

import logging
from collections.abc import Iterator, Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from splink import Linker
from splink.backends.spark import SparkAPI

from linkage.engines.spark_records import People
from linkage.engines.weights import Weights
from linkage.model.comparisons import Comparison


def reaching(
    session: SparkSession,
    people: People,
    pairs: DataFrame,
    levels: Sequence[tuple[Comparison, str]],
    weights: Weights,
) -> DataFrame:
    """Return record_l, record_r and match_key of the pairs whose match weight reaches the floor.

    What is returned is kept where Spark computes, until it is told to forget it.

    Parameters
    ----------
    pairs
        record_l, record_r and ``rules``, which becomes the match_key.
    levels
        The comparisons, each with Spark SQL for its gamma.
    """
    api = SparkAPI(
        spark_session=session, break_lineage_method="persist", register_udfs_automatically=False
    )
    settings = _settings(levels, weights)
    linker = Linker(
        api.register(people.everyone), settings, log_level=logging.ERROR, validate_settings=False
    )
    for column, frequency in people.frequencies.items():
        linker.table_management.register_term_frequency_lookup(api.register(frequency), column)
    # one table of all sources: splink need not tell them apart, for the pairs are given to it
    blocked = pairs.select(
        f.col("rules").alias("match_key"),
        f.col("record_l").alias("join_key_l"),
        f.col("record_r").alias("join_key_r"),
    )
    linker.table_management.register_blocked_pairs_for_predict(api.register(blocked))
    return linker.inference.predict(threshold_match_weight=weights.floor).as_spark_dataframe()


def _settings(levels: Sequence[tuple[Comparison, str]], weights: Weights) -> dict[str, object]:
    return {
        "sql_dialect": "spark",
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "probability_two_random_records_match": 1 / (1 + 2**-weights.prior),
        "retain_matching_columns": False,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [
            {
                "output_column_name": comparison.name,
                "comparison_levels": list(_levels(comparison, gamma, k, weights)),
            }
            for k, (comparison, gamma) in enumerate(levels)
        ],
    }


def _levels(
    comparison: Comparison, gamma: str, k: int, weights: Weights
) -> Iterator[dict[str, object]]:
    frequencies = comparison.term_frequency_levels()
    for level, _ in comparison.conditions():
        if level < 0:
            yield {"sql_condition": f"{gamma} = -1", "is_null_level": True}
        else:
            yield _level(f"{gamma} = {level}", level, k, weights, frequencies.get(level))
    yield _level("ELSE", 0, k, weights, frequencies.get(0))


def _level(
    condition: str, gamma: int, k: int, weights: Weights, frequency: str | None
) -> dict[str, object]:
    log2_u = float(weights.log2_u[k][gamma])
    level: dict[str, object] = {
        "sql_condition": condition,
        "m_probability": 2 ** (log2_u + float(weights.levels[k][gamma])),
        "u_probability": 2**log2_u,
    }
    if frequency is not None:
        level |= {
            "tf_adjustment_column": frequency,
            "tf_adjustment_weight": 1.0,
            "disable_tf_exact_match_detection": True,
        }
    return level
