"""Plain splink on one public set: the baseline that ours stands beside.

``python -m benchmarks.accuracy.plain_splink SET FOLDER`` writes pairs.parquet and, when
deduplicating, entities.parquet. The model is what a first user types: library comparisons at their
defaults, a few blocking rules, u from random pairs, m by EM on two rules, links at 0.95.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on, comparison_library

from benchmarks.accuracy.sets import HERE, PublicSet, public_sets, read_yaml
from linkage.sql import identifier, literal

THRESHOLD = 0.95
_U_PAIRS, _SEED = 1_000_000, 1
_ID = "unique_id"


def run(the_set: PublicSet, folder: Path) -> None:
    """Link ``the_set`` with plain splink and write what it found to ``folder``."""
    plan = read_yaml(HERE / "plain" / f"{the_set.name}.yaml")
    connection = duckdb.connect()
    linker = _linker(connection, the_set, plan)
    _train(linker, plan)
    scored = linker.inference.predict()
    connection.sql(_pairs(the_set, scored.physical_name)).write_parquet(
        str(folder / "pairs.parquet")
    )
    if the_set.type == "deduplicate":
        (source,) = the_set.sources
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(
            scored, threshold_match_probability=THRESHOLD
        )
        connection.sql(
            f"SELECT {literal(source)} AS source, {_ID} AS record_id, "  # noqa: S608
            f"cluster_id AS entity FROM {identifier(found.physical_name)}"
        ).write_parquet(str(folder / "entities.parquet"))


def _linker(
    connection: duckdb.DuckDBPyConnection, the_set: PublicSet, plan: Mapping[str, Any]
) -> Linker:
    api = DuckDBAPI(connection)
    frames = []
    for name, source in the_set.sources.items():
        columns = plan["columns"] | plan.get("columns_of", {}).get(name, {})
        selected = ", ".join(f"{said} AS {identifier(column)}" for column, said in columns.items())
        key = f"CAST({identifier(source.id)} AS VARCHAR) AS {_ID}"
        connection.sql(source.rows(f"{key}, {selected}")).create(name)
        frames.append(api.register(name, dataset_display_name=name))
    settings = SettingsCreator(
        link_type="dedupe_only" if the_set.type == "deduplicate" else "link_only",
        comparisons=[_comparison(said) for said in plan["comparisons"]],
        blocking_rules_to_generate_predictions=_rules(plan["blocking"]),
        unique_id_column_name=_ID,
        retain_matching_columns=False,
    )
    return Linker(frames, settings)


def _comparison(said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - splink has no public type for it
    settings = dict(said)
    make = getattr(comparison_library, settings.pop("use"))
    frequency = settings.pop("term_frequency", False)
    columns = settings.pop("columns", None) or [settings.pop("column")]
    comparison = make(*columns, **settings)
    return comparison.configure(term_frequency_adjustments=True) if frequency else comparison


def _rules(rules: Sequence[Sequence[str]]) -> list[Any]:
    return [block_on(*columns) for columns in rules]


def _train(linker: Linker, plan: Mapping[str, Any]) -> None:
    prior = plan["prior"]
    linker.training.estimate_probability_two_random_records_match(
        _rules(prior["rules"]), recall=prior["recall"]
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_U_PAIRS, seed=_SEED)
    for rule in _rules(plan["training"]):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def _pairs(the_set: PublicSet, scored: str) -> str:
    if the_set.type == "deduplicate":
        (source,) = the_set.sources
        sources = [literal(source)] * 2
    else:
        sources = ["source_dataset_l", "source_dataset_r"]
    return (
        f"SELECT {sources[0]} AS source_l, {_ID}_l AS record_id_l, "  # noqa: S608
        f"{sources[1]} AS source_r, {_ID}_r AS record_id_r, match_probability AS probability "
        f"FROM {identifier(scored)}"
    )


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.ERROR)
    run(public_sets()[sys.argv[1]], Path(sys.argv[2]))
