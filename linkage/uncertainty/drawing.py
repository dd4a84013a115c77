"""The draw stage: whole linkages that could have been, and intervals of the model's parameters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.decide.match_keys import met_alone
from linkage.model.evidence import Evidence, RandomPairs, blocks_of, gammas_of
from linkage.model.fitting import evidence_of, from_fitted_record
from linkage.model.method import Method, from_record, paired
from linkage.model.normalise import Index
from linkage.model.parameters import Gammas, exact_frequency, pattern_weights
from linkage.model.source_pairs import SourcePair
from linkage.model.training import Fitted
from linkage.runs.workspace import Workspace
from linkage.tables import DRAWN, PATTERN_BOUNDS, Table
from linkage.uncertainty.bootstrap import Refits, pattern_bounds, percentile, refit
from linkage.uncertainty.differences import drawn_table
from linkage.uncertainty.gibbs import gibbs
from linkage.uncertainty.posterior import Posterior

LABEL = "sampling uncertainty of the model's parameters, assuming the model is right"

_NOT_ASKED = "quality.draws is 0: nothing was drawn"
_NO_ONE_PARTNER = "a record may have several partners here, so that no linkages are drawn"


def draw(workspace: Workspace, config: Config) -> None:
    """Write ``drawn``, ``pattern_bounds`` and ``uncertainty.json``.

    The first two are empty where nothing is drawn: with ``quality.draws: 0``, or, as to linkages,
    where records form clusters.
    """
    draws, level = config.quality.draws, config.quality.level
    if not draws:
        workspace.write("drawn", _empty(DRAWN))
        workspace.write("pattern_bounds", _empty(PATTERN_BOUNDS))
        workspace.write_json("uncertainty", {"draws": 0, "refits": 0, "note": _NOT_ASKED})
        return
    method = from_record(workspace.read_json("method"))
    pairs = paired(workspace, config.sources, config.linkage.type)
    fitted = from_fitted_record(workspace.read_json("fitted"))
    gammas = gammas_of(workspace.read("patterns"), method.comparisons)
    seed = config.linkage.training.seed
    trained_on = evidence_of(workspace, method, pairs)
    refits = refit(trained_on, fitted, [pair.n_pairs for pair in pairs], seed=seed)
    workspace.write("pattern_bounds", _bounds(refits, trained_on, fitted, gammas, level))
    record = {"label": LABEL, "level": level} | _of_refits(refits, trained_on, fitted, level)
    if config.assignment == "clusters":
        workspace.write("drawn", _empty(DRAWN))
        record |= {"draws": 0, "note": _NO_ONE_PARTNER}
    else:
        posterior, drawn = _drawn(workspace, config, method, pairs, fitted, gammas)
        workspace.write("drawn", drawn)
        record |= _of_draws(posterior, pairs[0], level)
    workspace.write_json("uncertainty", record)


def _empty(table: Table) -> pa.Table:
    return pa.schema(table.columns.items()).empty_table()


def _drawn(
    workspace: Workspace,
    config: Config,
    method: Method,
    pairs: Sequence[SourcePair],
    fitted: Fitted,
    gammas: Gammas,
) -> tuple[Posterior, pa.Table]:
    candidates = workspace.read("candidates")
    evidence = evidence_of_candidates(candidates, gammas, method, pairs, fitted)
    (block,), (pair,) = evidence.blocks, pairs
    left, right = (candidates[c].to_numpy().astype(np.int64) for c in ("record_l", "record_r"))
    keyed = met_alone(left, right, candidates["rules"].to_numpy(), method.n_keys)
    draws, gates = config.quality.draws, config.quality.gates
    posterior = gibbs(
        evidence,
        fitted,
        draws=draws,
        seed=config.linkage.training.seed,
        fixed=np.flatnonzero(keyed[block.rows] >= 0),
        tallies=_groups(workspace, pair),
        enough=(gates.rhat, gates.effective_of(draws)),
    )
    return posterior, drawn_table(posterior, block, pair)


def evidence_of_candidates(
    candidates: pa.Table,
    gammas: Gammas,
    method: Method,
    pairs: Sequence[SourcePair],
    fitted: Fitted,
) -> Evidence:
    """Return the candidates of a whole run as evidence, without random pairs.

    Parameters
    ----------
    candidates
        The table of that name; its sums ``w_tf`` and ``w_household`` are parted again into what
        depends on the parameters and what is of the pair.
    gammas
        The run's ``patterns``.
    """
    nothing = RandomPairs(np.zeros((0, gammas.shape[1]), np.int64), np.zeros(0, np.int64))
    bare = Evidence(method.comparisons, gammas, (), nothing, None)
    said, household = (method.comparisons, gammas), bare.household
    shared = pattern_weights(fitted.parameters, gammas, household)
    shared += exact_frequency(fitted.parameters, *said, household)
    pattern = candidates["pattern"].to_numpy().astype(np.int64)
    exact = exact_frequency(fitted.parameters, *said)
    columns = {
        "record_l": candidates["record_l"],
        "record_r": candidates["record_r"],
        "log2_tf": candidates["w_tf"].to_numpy() - exact[pattern],
        "log2_tf_household": candidates["w_household"].to_numpy() - shared[pattern],
    }
    blocks = blocks_of(pa.table(columns), pattern, pairs)
    return Evidence(method.comparisons, gammas, blocks, nothing, None)


def _groups(workspace: Workspace, pair: SourcePair) -> list[Index]:
    """Return the group of each focal record, for every characteristic; missing is one."""
    name = f"records_{pair.focal_source.name}"
    columns = [c for c in workspace.schema(name).names if c.startswith("group_")]
    if not columns:
        return []
    batches = workspace.row_groups(name, ["record", *columns], columns)
    table = pa.Table.from_batches(batches).unify_dictionaries().sort_by("record")
    return [_numbered(table[column]) for column in columns]


def _numbered(column: pa.ChunkedArray) -> Index:
    codes = column.combine_chunks()
    numbers: Index = codes.indices.fill_null(len(codes.dictionary)).to_numpy().astype(np.int64)
    return np.unique(numbers, return_inverse=True)[1]


def _bounds(
    refits: Refits, evidence: Evidence, fitted: Fitted, gammas: Gammas, level: float
) -> pa.Table:
    """Return the interval of each pattern's weight, to which a pair's ``w_tf`` is to be added."""
    bounds = pattern_bounds(refits, evidence, gammas, level)
    exact = exact_frequency(fitted.parameters, evidence.comparisons, gammas)
    return pa.table(
        {
            "pattern": np.arange(len(gammas), dtype=np.int32),
            "w_lower": bounds.lower - exact,
            "w_upper": bounds.upper - exact,
        }
    )


def _of_draws(posterior: Posterior, pair: SourcePair, level: float) -> dict[str, Any]:
    rhat, effective = posterior.convergence()
    links = percentile(posterior.links.sum(axis=1), level)
    return {
        "draws": posterior.n,
        "source": pair.focal_source.name,
        "other": (pair.right if pair.focal == "l" else pair.left).name,
        # a chain that never moves has no R-hat; JSON no infinity
        "rhat": min(rhat, 1e3),
        "effective_draws": effective,
        "iterations": posterior.trace.shape[1],
        "collisions": posterior.collisions,
        "largest_component": posterior.largest_component,
        "large_components": posterior.large_components,
        "open_records": len(posterior.contest.record),
        "links_mean": float(posterior.links.sum(axis=1).mean()),
        "links_lower": float(links.lower),
        "links_upper": float(links.upper),
    }


def _of_refits(refits: Refits, evidence: Evidence, fitted: Fitted, level: float) -> dict[str, Any]:
    """Return the interval of every m, u and weight, and of what is shared."""
    levels = []
    for k, comparison in enumerate(evidence.comparisons):
        m, u = (
            np.stack([getattr(model.parameters, name)[k] for model in refits.fitted])
            for name in ("m", "u")
        )
        drawn = {"m": m, "u": u, "w": np.log2(m / u)}
        bounds = {name: percentile(values, level) for name, values in drawn.items()}
        fit = {"m": fitted.parameters.m[k], "u": fitted.parameters.u[k]}
        fit["w"] = np.log2(fit["m"] / fit["u"])
        for gamma in range(m.shape[1]):
            row = {"comparison": comparison.name, "gamma": gamma}
            row["level"] = comparison.scored[m.shape[1] - 1 - gamma].label
            for name, value in fit.items():
                row[name] = float(value[gamma])
                row[f"{name}_lower"] = float(bounds[name].lower[gamma])
                row[f"{name}_upper"] = float(bounds[name].upper[gamma])
            levels.append(row)
    return {"refits": len(refits.fitted), "levels": levels}
