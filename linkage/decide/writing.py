"""What the decide stage writes: links, entities, and the model's summary for the report."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from linkage.config.linkage_settings import Linkage
from linkage.config.source_settings import Source
from linkage.decide.deciding import Candidates, Decision, decide, read_candidates
from linkage.decide.spine import entity_names
from linkage.decide.ties import count_ties
from linkage.model.fitting import from_fitted_record
from linkage.model.method import Method, from_record, paired
from linkage.model.training import Fitted
from linkage.runs.workspace import Workspace
from linkage.tables import ENTITIES, LINKS


def link(
    workspace: Workspace, sources: Mapping[str, Source], linkage: Linkage, assignment: str
) -> None:
    """Write ``links``, ``entities``, ``tie_counts`` and ``training.json``."""
    method = from_record(workspace.read_json("method"))
    pairs = paired(workspace, sources, linkage.type)
    weights = workspace.read_json("weights")
    table = workspace.read("candidates")
    candidates = read_candidates(table, method.n_keys)
    seed = linkage.training.seed
    expected = float(sum(weights["expected_matches"].values()))
    decision = decide(candidates, pairs, assignment, linkage.decide, expected, seed)
    keys = workspace.read("record_keys")
    entity = entity_names(decision.group, seed)
    workspace.write("links", _links(table, candidates, decision, keys, entity, method))
    workspace.write("entities", _entities(keys, entity))
    count_ties(workspace, sources)
    record = workspace.read_json("fitted")
    summary = _model(method, from_fitted_record(record), record["prior"], weights)
    chosen = table["match_weight"].to_numpy()[decision.links]
    edges = np.array(weights["edges"])
    histogram = np.histogram(np.clip(chosen, edges[0], edges[-1]), edges)[0]
    summary["weight_histogram"] = {
        "edges": weights["edges"],
        "candidates": weights["candidates"],
        "links": histogram.tolist(),
    }
    summary["decision"] = _decision(decision, linkage, assignment)
    workspace.write_json("training", summary)


def _links(
    table: pa.Table,
    candidates: Candidates,
    decision: Decision,
    keys: pa.Table,
    entity: list[str],
    method: Method,
) -> pa.Table:
    rows = np.flatnonzero(decision.links)
    chosen = table.take(rows)
    ids = keys.sort_by("record")["record_id"]
    names = [
        "probabilistic",
        *(f"deterministic: {rule.name}" for rule in method.rules[: method.n_keys]),
    ]
    columns = {
        "source_l": chosen["source_l"],
        "record_id_l": ids.take(chosen["record_l"]),
        "source_r": chosen["source_r"],
        "record_id_r": ids.take(chosen["record_r"]),
        "match_weight": chosen["match_weight"],
        "match_probability": chosen["match_probability"],
        "p_link": candidates.p[rows],
        "grade": pa.array(["C"] * len(rows), pa.string()),
        "tie": decision.ties[rows],
        "method": pa.array([names[i + 1] for i in candidates.key[rows]], pa.string()),
        "entity": pa.array([entity[i] for i in candidates.left[rows]], pa.string()),
    }
    schema = pa.schema(LINKS.columns.items())
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)


def _entities(keys: pa.Table, entity: list[str]) -> pa.Table:
    keys = keys.sort_by("record")
    columns = [keys["source"], keys["record_id"], pa.array(entity, pa.string())]
    return pa.table(columns, schema=pa.schema(ENTITIES.columns.items()))


def _model(
    method: Method, fitted: Fitted, prior: float, weights: Mapping[str, Any]
) -> dict[str, Any]:
    comparisons = []
    for k, comparison in enumerate(method.comparisons):
        m, u = fitted.parameters.m[k][::-1], fitted.parameters.u[k][::-1]
        levels = [
            {
                "label": level.label,
                "m": float(m[i]),
                "u": float(u[i]),
                "weight": float(np.log2(m[i] / u[i])),
                "missing": False,
            }
            for i, level in enumerate(comparison.scored)
        ]
        comparisons.append(
            {"name": comparison.name, "columns": list(comparison.columns), "levels": levels}
        )
    return {
        "prior": prior,
        "pi": {name: share.partnered for name, share in fitted.shares.items()},
        "household_share": max(share.household for share in fitted.shares.values()),
        "rounds": fitted.rounds,
        "comparisons": comparisons,
        "left_out": list(method.left_out),
        "estimated_blocking_loss": method.estimated_loss,
        "expected_matches": weights["expected_matches"],
        "n_candidates": weights["n_candidates"],
        "rules": [
            {"name": rule.name, "pairs": pairs, "new_pairs": new}
            for rule, pairs, new in zip(
                method.rules, method.n_pairs, weights["new_pairs"], strict=True
            )
        ],
    }


def _decision(decision: Decision, linkage: Linkage, assignment: str) -> dict[str, Any]:
    said = linkage.decide
    return {
        "threshold": decision.cut.threshold,
        "chosen": said.threshold == "auto",
        "objective": said.objective,
        "expected_precision": decision.cut.precision,
        "expected_recall": decision.cut.recall,
        "expected_f1": decision.cut.f1,
        "n_links": decision.cut.n,
        "n_ties": int(decision.ties.sum()),
        "assignment": assignment,
        "trust": (
            "Expected from the model alone (grade C). Matches lost in blocking are not in it, and "
            "a wrong model is wrong here too: review links before relying on it."
        ),
    }
