"""The train stage: from counted patterns to a fitted model and splink's settings."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from linkage.config.linkage_settings import Linkage
from linkage.config.source_settings import Source
from linkage.errors import DataError, Fault
from linkage.model.evidence import Evidence, blocks_of, gammas_of, random_pairs
from linkage.model.household import KeyPairs
from linkage.model.method import Method, from_record, paired
from linkage.model.parameters import Parameters
from linkage.model.source_pairs import SourcePair
from linkage.model.splink import settings
from linkage.model.training import Fitted, Shares, expected_patterns, train
from linkage.runs.workspace import Workspace


def fit(workspace: Workspace, sources: Mapping[str, Source], linkage: Linkage) -> None:
    """Write ``fitted.json`` and the run's ``model.json``, which splink loads.

    Raises
    ------
    DataError
        A listed comparison has a level that candidates show but training never saw.
    """
    method = from_record(workspace.read_json("method"))
    pairs = paired(workspace, sources, linkage.type)
    evidence = evidence_of(workspace, method, pairs)
    fitted = train(evidence)
    _prove_trained(evidence, fitted, linkage)
    matched = sum(fitted.shares[p.name].matched * p.n_pairs for p in pairs)
    prior = matched / sum(p.n_pairs for p in pairs)
    workspace.write_json("fitted", as_record(fitted, prior))
    model = settings(method.comparisons, fitted.parameters, method.rules, prior, linkage.type)
    workspace.publish(Path("model.json"), f"{json.dumps(model, indent=2)}\n".encode())


def as_record(fitted: Fitted, prior: float) -> dict[str, Any]:
    """Return a fitted model as plain values, to the last digit."""
    return {
        "m": [m.tolist() for m in fitted.parameters.m],
        "u": [u.tolist() for u in fitted.parameters.u],
        "shares": {
            name: {
                "partnered": share.partnered,
                "matched": share.matched,
                "household": share.household,
            }
            for name, share in fitted.shares.items()
        },
        "rounds": fitted.rounds,
        "change": fitted.change,
        "prior": prior,
    }


def from_fitted_record(record: Mapping[str, Any]) -> Fitted:
    """Return the model that :func:`as_record` wrote down."""
    m, u = (tuple(np.array(each) for each in record[name]) for name in ("m", "u"))
    shares = {name: Shares(**share) for name, share in record["shares"].items()}
    return Fitted(Parameters(m, u), shares, record["rounds"], record["change"])


def evidence_of(workspace: Workspace, method: Method, pairs: Sequence[SourcePair]) -> Evidence:
    """Return what the count stage left for training."""
    comparisons = method.comparisons
    gammas = gammas_of(workspace.read("counted_patterns"), comparisons)
    candidates = workspace.read("record_patterns")
    drawn = workspace.read("sampled_records")
    number, record = (drawn[name].to_numpy().astype(np.int64) for name in ("pair", "record"))
    sampled = [record[number == at] for at in range(len(pairs))] if len(drawn) else None
    pattern = candidates["pattern"].to_numpy().astype(np.int64)
    return Evidence(
        comparisons,
        gammas,
        blocks_of(candidates, pattern, pairs, sampled),
        random_pairs(workspace.read("random_patterns"), comparisons),
        _sharing(workspace, gammas, pairs),
    )


def _sharing(
    workspace: Workspace, gammas: np.ndarray[Any, Any], pairs: Sequence[SourcePair]
) -> KeyPairs | None:
    counts = workspace.read_json("counts")
    if not counts["n_sharing"]:
        return None
    table = workspace.read("household_patterns")
    return KeyPairs(
        tuple(counts["key"]),
        gammas,
        table["pattern"].to_numpy().astype(np.int64),
        table["log2_tf"].to_numpy(),
        table["log2_tf_household"].to_numpy(),
        counts["n_sharing"],
        sum(pair.n_pairs for pair in pairs),
    )


def _prove_trained(evidence: Evidence, fitted: Fitted, linkage: Linkage) -> None:
    """Refuse a listed comparison with a level whose m and u nothing but the start value made."""
    if linkage.comparisons == "auto" or linkage.training.allow_untrained:
        return
    expected = expected_patterns(evidence, fitted)
    faults = []
    for k, comparison in enumerate(evidence.comparisons):
        n = len(comparison.scored)
        seen = evidence.gammas[:, k] >= 0
        matches = np.bincount(evidence.gammas[seen, k], weights=expected[seen], minlength=n)
        shown = np.bincount(evidence.gammas[seen, k], minlength=n)
        chance = evidence.random.levels(k, n)
        for gamma in np.flatnonzero((shown > 0) & (matches < 0.5) & (chance < 1)):
            label = comparison.scored[n - 1 - gamma].label
            faults.append(
                Fault(
                    "D343",
                    f'the level "{label}" of the comparison {comparison.name} was never trained: '
                    "neither matches nor random pairs show it",
                    "merge it with a neighbouring level, or write "
                    "linkage.training.allow_untrained: true",
                    path=f"linkage.comparisons[{comparison.name}]",
                )
            )
    if faults:
        raise DataError(faults)
