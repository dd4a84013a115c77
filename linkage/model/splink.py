"""The model as splink's settings: what ``model.json`` holds, and splink itself can load."""

from collections.abc import Sequence

from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.parameters import Parameters

_LINK_TYPES = {
    "link": "link_only",
    "deduplicate": "dedupe_only",
    "link_and_deduplicate": "link_and_dedupe",
}


def settings(
    comparisons: Sequence[Comparison],
    parameters: Parameters,
    rules: Sequence[Rule],
    prior: float,
    kind: str,
) -> dict[str, object]:
    """Return splink 5 settings with every m and u filled in.

    Parameters
    ----------
    prior
        ``probability_two_random_records_match``.
    kind
        ``linkage.type`` of the configuration.
    """
    return {
        "sql_dialect": "duckdb",
        "link_type": _LINK_TYPES[kind],
        "unique_id_column_name": "record",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "comparisons": [
            _comparison(comparison, parameters, k) for k, comparison in enumerate(comparisons)
        ],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule.sql("l", "r"), "sql_dialect": "duckdb"} for rule in rules
        ],
    }


def _comparison(comparison: Comparison, parameters: Parameters, k: int) -> dict[str, object]:
    top = len(comparison.scored)
    levels: list[dict[str, object]] = []
    for level in comparison.levels:
        entry: dict[str, object] = {
            "sql_condition": level.sql,
            "label_for_charts": level.label,
        }
        if level.missing:
            entry["is_null_level"] = True
        else:
            top -= 1
            entry["m_probability"] = float(parameters.m[k][top])
            entry["u_probability"] = float(parameters.u[k][top])
        if level.term_frequency:
            entry |= {
                "tf_adjustment_column": level.term_frequency,
                "tf_adjustment_weight": 1.0,
                "disable_tf_exact_match_detection": True,
            }
        levels.append(entry)
    return {
        "output_column_name": comparison.name,
        "comparison_description": comparison.name,
        "comparison_levels": levels,
    }
