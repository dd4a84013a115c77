"""The score stage: every candidate's weight and probabilities, the worthwhile ones kept."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.config.linkage_settings import Linkage
from linkage.config.source_settings import Source
from linkage.decide.clusters import components
from linkage.engines.duckdb import DuckDBEngine
from linkage.model.counting import source_names
from linkage.model.evidence import (
    Evidence,
    RandomPairs,
    blocks_of,
    gammas_of,
    number_patterns,
)
from linkage.model.fitting import from_fitted_record
from linkage.model.method import from_record, paired
from linkage.model.normalise import Reals
from linkage.model.parameters import exact_frequency, pattern_weights
from linkage.model.source_pairs import SourcePair
from linkage.model.training import Fitted, probabilities
from linkage.runs.workspace import Workspace
from linkage.tables import CANDIDATES

WEIGHT_FLOOR = -10.0
"""Candidates with a lower match weight (a probability under 0.001) are not kept."""

HISTOGRAM = np.arange(-30.0, 41.0, 2.0)


def score(workspace: Workspace, sources: Mapping[str, Source], linkage: Linkage) -> None:
    """Write ``candidates`` and ``weights.json``, the histogram of all candidates' weights."""
    method = from_record(workspace.read_json("method"))
    record = workspace.read_json("fitted")
    fitted = from_fitted_record(record)
    pairs = paired(workspace, sources, linkage.type)
    engine = DuckDBEngine(workspace.connection, pairs)
    engine.prepare(method.comparisons, method.rules)
    engine.block(method.rules)
    table = engine.compare(method.comparisons)
    workspace.progress(table.num_rows, table.num_rows, "pairs")
    gammas, pattern = number_patterns(gammas_of(table, method.comparisons), method.comparisons)
    evidence = Evidence(
        method.comparisons,
        gammas,
        blocks_of(table, pattern, pairs),
        RandomPairs(np.zeros((0, len(method.comparisons)), dtype=np.int64), np.zeros(0, np.int64)),
        None,
    )
    scored = _scored(evidence, fitted, record["prior"], table, pattern)
    kept = _worth_keeping(table, scored, method.n_keys)
    known = _numbers_of(gammas, gammas_of(workspace.read("patterns"), method.comparisons), evidence)
    workspace.write("candidates", _candidates(table, known[pattern], scored, kept, pairs))
    weights = np.clip(scored["match_weight"], HISTOGRAM[0], HISTOGRAM[-1])
    counts = np.histogram(weights, HISTOGRAM)[0]
    totals = {block.name: float(scored["p_record"][block.rows].sum()) for block in evidence.blocks}
    workspace.write_json(
        "weights",
        {
            "edges": HISTOGRAM.tolist(),
            "candidates": counts.tolist(),
            "expected_matches": totals,
            "n_candidates": table.num_rows,
            "new_pairs": _new_pairs(table, len(method.rules)),
        },
    )


def _scored(
    evidence: Evidence,
    fitted: Fitted,
    prior: float,
    table: pa.Table,
    pattern: npt.NDArray[np.int64],
) -> dict[str, Reals]:
    comparisons, gammas, parameters = evidence.comparisons, evidence.gammas, fitted.parameters
    chosen = evidence.household
    exact = exact_frequency(parameters, comparisons, gammas)
    exact_household = exact_frequency(parameters, comparisons, gammas, chosen)
    w_tf = table["log2_tf"].to_numpy() + exact[pattern]
    w_household = (
        pattern_weights(parameters, gammas, chosen)[pattern]
        + exact_household[pattern]
        + table["log2_tf_household"].to_numpy()
    )
    weight = np.log2(prior / (1 - prior)) + pattern_weights(parameters, gammas)[pattern] + w_tf
    p, unmatched = np.zeros(table.num_rows), np.full(table.num_rows, np.nan)
    for block in evidence.blocks:
        normalised = probabilities(evidence, fitted, block)
        p[block.rows] = normalised.p
        if block.competing:
            unmatched[block.rows] = normalised.unmatched[block.focal]
    return {
        "w_tf": w_tf,
        "w_household": w_household,
        "match_weight": weight,
        "match_probability": 1 / (1 + np.exp2(-np.clip(weight, -1000, 1000))),
        "p_record": p,
        "p_unmatched": unmatched,
    }


def _worth_keeping(
    table: pa.Table, scored: Mapping[str, Reals], n_keys: int
) -> npt.NDArray[np.bool_]:
    """Return which pairs decisions need: the likely ones, and those that speak against or for them.

    Pairs above the floor; every pair inside a group of records that likely pairs join, because a
    group is judged by all its pairs, those that disagree too; and whatever meets a match-key.
    """
    left, right = (table[side].to_numpy().astype(np.int64) for side in ("record_l", "record_r"))
    likely = scored["p_record"] > 0.5
    group = components(left[likely], right[likely], int(max(left.max(), right.max(), 0)) + 1)
    kept: npt.NDArray[np.bool_] = (
        (scored["match_weight"] >= WEIGHT_FLOOR)
        | (scored["p_record"] >= 0.001)
        | (group[left] == group[right])
        | (table["rules"].to_numpy() & ((1 << n_keys) - 1) > 0)
    )
    return kept


def _numbers_of(
    gammas: npt.NDArray[np.int64], known: npt.NDArray[np.int64], evidence: Evidence
) -> npt.NDArray[np.int64]:
    """Return each pattern's number in the run's pattern table; -1 for one not seen in counting."""
    both, number = number_patterns(np.concatenate([known, gammas]), evidence.comparisons)
    place = np.full(len(both), -1, dtype=np.int64)
    place[number[: len(known)]] = np.arange(len(known))
    return place[number[len(known) :]]


def _candidates(
    table: pa.Table,
    pattern: npt.NDArray[np.int64],
    scored: Mapping[str, Reals],
    kept: npt.NDArray[np.bool_],
    pairs: Sequence[SourcePair],
) -> pa.Table:
    rows = np.flatnonzero(kept)
    table = table.take(rows)
    left, right = source_names(table, pairs)
    columns = {
        "source_l": left,
        "source_r": right,
        "record_l": table["record_l"],
        "record_r": table["record_r"],
        "pattern": pattern[rows],
        "rules": table["rules"],
        **{name: values[rows] for name, values in scored.items()},
    }
    schema = pa.schema(CANDIDATES.columns.items())
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)


def _new_pairs(table: pa.Table, n_rules: int) -> list[int]:
    """Return how many pairs each rule adds to those before it."""
    mask = table["rules"].to_numpy()
    lowest = mask & -mask
    return [int((lowest == 1 << k).sum()) for k in range(n_rules)]
