"""The model and the decision in figures, for the report."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from linkage.config.linkage_settings import Linkage
from linkage.decide.deciding import Decision
from linkage.model.fitting import from_fitted_record
from linkage.model.method import Method
from linkage.model.normalise import Reals
from linkage.model.training import Fitted


def summarise(
    method: Method,
    fitted: Mapping[str, Any],
    weights: Mapping[str, Any],
    linked: Reals,
    decision: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what ``training.json`` holds.

    Parameters
    ----------
    fitted, weights
        ``fitted.json`` and ``weights.json``.
    linked
        Match weights of the links.
    decision
        See :func:`describe`.
    """
    edges = np.array(weights["edges"])
    histogram = np.histogram(np.clip(linked, edges[0], edges[-1]), edges)[0]
    return {
        **_model(method, from_fitted_record(fitted), fitted["prior"], weights),
        "weight_histogram": {
            "edges": weights["edges"],
            "candidates": weights["candidates"],
            "links": histogram.tolist(),
        },
        "decision": decision,
    }


def describe(decision: Decision, linkage: Linkage, assignment: str) -> dict[str, Any]:
    """Return where the cut was made, why, and what the model expects of the links."""
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
            "a wrong model is wrong here too: rely on what a review measured."
        ),
    }


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
