"""All there is to say of a pair: its weight, its probability, and what became of it and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from linkage.errors import ConfigError, Fault
from linkage.model.fitting import from_fitted_record
from linkage.model.method import from_record
from linkage.runs.audit import append_audit
from linkage.runs.events import Event
from quality.explain.decision import Decision, decision_of
from quality.explain.pair import Pair, find_pair
from quality.explain.weights import Part, parts_of, rules_met
from quality.finished_run import FinishedRun, finished_run, refuse_encoded, require_readable


@dataclass(frozen=True)
class Scored:
    """What the run kept of a pair that it scored: a row of ``candidates``.

    ``w_household`` is log2 of how much likelier the pair is as two people of one household than by
    chance; ``p_record`` the probability once both records' other candidates compete,
    ``p_unmatched`` that the focal record has no partner at all, None where nothing competes.
    """

    match_weight: float
    w_household: float
    p_record: float
    p_unmatched: float | None


@dataclass(frozen=True)
class Explanation:
    """Why a pair has its weight: log2 prior odds and each comparison's parts add up to it.

    ``rules`` says of each match-key and blocking rule whether the pair meets it; ``scored`` is None
    for a pair that the run never scored, or did not keep. ``against`` is how much the household
    class takes off the weight.
    """

    pair: Pair
    parts: Sequence[Part]
    log2_prior_odds: float
    rules: Sequence[tuple[str, bool]]
    n_keys: int
    scored: Scored | None
    against: float | None
    decision: Decision

    @property
    def match_weight(self) -> float:
        """The prior and all parts together: splink's match weight."""
        return self.log2_prior_odds + sum(each.weight + each.frequency for each in self.parts)

    @property
    def match_probability(self) -> float:
        """The probability that the weight means for the pair alone."""
        return float(1 / (1 + np.exp2(-np.clip(self.match_weight, -1000, 1000))))


def explain(
    folder: Path,
    ids: Sequence[str],
    source: str | None = None,
    other: str | None = None,
    values: bool = False,
) -> Explanation:
    """Explain the pair of two records of a finished run; ``values``: they will be shown too.

    That somebody asked is written to the run's audit log, and of which pair is not.

    Raises
    ------
    ConfigError
        R420, R480, R484, R486 and R487: not a finished run, not its source, not what it kept, not
        its records, not one pair of them; C186 for the values of a run that linked encodings.
    RefusedError
        R488 for whoever may not read the records.
    """
    require_readable(folder)
    with finished_run(folder) as run:
        _require_kept(run)
        if values:
            refuse_encoded(run, "--values")
        root = run.restricted.parent
        append_audit(run.restricted / "audit.jsonl", Event("explanation_asked", root.name))
        return _explained(run, find_pair(run, ids, source, other))


def _explained(run: FinishedRun, pair: Pair) -> Explanation:
    method = from_record(run.read_json("method"))
    record = run.read_json("fitted")
    fitted = from_fitted_record(record)
    prior = float(record["prior"])
    parts = parts_of(run, method, fitted.parameters, pair)
    met = rules_met(run, method, pair)
    scored = _scored(run, pair)
    household = fitted.shares[pair.sources.name].household
    made = Explanation(
        pair,
        parts,
        float(np.log2(prior / (1 - prior))),
        tuple(zip((rule.name for rule in method.rules), met, strict=True)),
        method.n_keys,
        scored,
        None if scored is None else _against(scored, household),
        Decision("", ()),
    )
    p = None if scored is None else scored.p_record
    return replace(made, decision=decision_of(run, pair, p, made.match_weight, any(met)))


def _scored(run: FinishedRun, pair: Pair) -> Scored | None:
    rows = run.connection.execute(
        f"SELECT match_weight, w_household, p_record, nullif(p_unmatched, 'nan') "  # noqa: S608 - quoted
        f"FROM {run.view('candidates')} WHERE record_l = $left AND record_r = $right",
        {"left": pair.left.record, "right": pair.right.record},
    ).fetchall()
    return Scored(*rows[0]) if rows else None


def _against(scored: Scored, share: float) -> float:
    """Return log2 of chance and household together, against chance alone, with its sign turned."""
    ratio = np.exp2(min(scored.w_household, 60.0))
    return -float(np.log2(share * ratio + 1 - share))


def _require_kept(run: FinishedRun) -> None:
    """Refuse a run that did not keep what a pair is explained from."""
    tables = [f"records_{name}.parquet" for name in run.config.sources]
    tables += ["record_keys.parquet", "candidates.parquet", "entities.parquet"]
    wanted = [*tables, "method.json", "fitted.json", "training.json"]
    lost = [name.partition(".")[0] for name in wanted if not (run.restricted / name).is_file()]
    if lost:
        raise ConfigError(
            Fault(
                "R484",
                f"the run has not kept what a pair is explained from: {', '.join(lost)}",
                "run again, and ask the new run",
                file=run.restricted.parent,
            )
        )
