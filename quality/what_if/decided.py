"""A scenario carried out: which of the run's candidates would be links."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from linkage.config.linkage_settings import Decide
from linkage.decide.assignment import Flags
from linkage.decide.deciding import Candidates, Decision, decide, read_candidates
from linkage.decide.threshold import choose_cut
from linkage.errors import ConfigError, Fault
from linkage.model.normalise import Index, Reals
from quality.what_if.kept import Kept
from quality.what_if.reweighted import Reweighted, renormalised, with_m_by_group
from quality.what_if.scenario import Scenario

_LOWEST = 0.1
"""No group gets a lower threshold for the sake of equal recall: most such links would be wrong."""


@dataclass(frozen=True)
class Decided:
    """What a scenario decides of the run's candidates: (P,) each.

    ``p`` are the match probabilities that it goes by, of a candidate that it leaves out as the run
    has it; ``links`` which are links. ``thresholds`` are by group, where groups have their own.
    """

    scenario: Scenario
    p: Reals
    links: Flags
    threshold: float
    thresholds: Mapping[str, float]
    kappa: Mapping[str, float]


def decided(kept: Kept, scenario: Scenario) -> Decided:
    """Decide over the candidates of a run as ``scenario`` has it.

    The model stays as it was trained, and only pairs that the run kept can be links: rules can be
    left out, not added.

    Raises
    ------
    ConfigError
        C136 for an assignment that the sources do not allow, C208 for an unknown characteristic,
        R452 for an unknown rule.
    """
    rows, table = _left(kept, scenario)
    made = _probabilities(kept, scenario, rows)
    place = table.schema.get_field_index("p_record")
    table = table.set_column(place, "p_record", pa.array(made.p))
    candidates = read_candidates(table, kept.method.n_keys)
    anew = scenario.m_by is not None or len(rows) < kept.table.num_rows
    task = _Task(
        kept,
        rows,
        candidates,
        _assignment(kept, scenario),
        scenario.decide(kept.run.config.linkage.decide),
        float(candidates.p.sum()) if anew else kept.expected,
    )
    thresholds = _thresholds(task, scenario)
    decision = task.decide(thresholds)
    p, links = kept.p.copy(), np.zeros(kept.table.num_rows, dtype=bool)
    p[rows], links[rows] = candidates.p, decision.links
    names = [comparison.name for comparison in kept.method.comparisons]
    kappa = dict(zip(names, made.kappa, strict=True)) if made.kappa else {}
    return Decided(
        scenario, p, links, decision.cut.threshold, thresholds.limits if thresholds else {}, kappa
    )


@dataclass(frozen=True)
class _Thresholds:
    """Thresholds of their own for some groups of a characteristic."""

    characteristic: str
    limits: Mapping[str, float]


@dataclass(frozen=True)
class _Task:
    """Candidates ``rows`` of a run, and how they are to become links."""

    kept: Kept
    rows: Index
    candidates: Candidates
    assignment: str
    said: Decide
    expected: float

    def decide(self, thresholds: _Thresholds | None) -> Decision:
        """Return the links."""
        return decide(
            self.candidates,
            [self.kept.pair],
            self.assignment,
            self.said,
            self.expected,
            self.kept.run.config.linkage.training.seed,
            None if thresholds is None else self._own(thresholds),
        )

    def group(self, characteristic: str) -> tuple[Index, tuple[str | None, ...]]:
        """Return the group of each candidate's focal record, and the names of the groups."""
        groups = self.kept.by(characteristic)
        return groups.group[self.kept.records()[0][self.rows]], groups.names

    def _own(self, thresholds: _Thresholds) -> Reals:
        group, names = self.group(thresholds.characteristic)
        limit = np.array([thresholds.limits.get(str(name), np.nan) for name in names])
        return limit[group]


def _left(kept: Kept, scenario: Scenario) -> tuple[Index, pa.Table]:
    """Return the candidates that some rule of the scenario brings together, and their table.

    Pairs that no rule of the run brought together either, which stand among the candidates because
    others of their records do, stay.
    """
    mask = scenario.mask
    if mask is None:
        return np.arange(kept.table.num_rows), kept.table
    _prove_rules(kept, mask)
    met = kept.table["rules"].to_numpy()
    rows = np.flatnonzero((met & mask != 0) | (met == 0))
    table = kept.table.take(pa.array(rows))
    place = table.schema.get_field_index("rules")
    return rows, table.set_column(place, "rules", pa.array(met[rows] & mask))


def _prove_rules(kept: Kept, mask: int) -> None:
    if mask >> len(kept.method.rules):
        listed = ", ".join(f"{at}: {rule.name}" for at, rule in enumerate(kept.method.rules, 1))
        fix = f"give the numbers of rules to keep; the run has {listed}"
        raise ConfigError(Fault("R452", "the run has no rule of that number", fix, path="--try"))


def _probabilities(kept: Kept, scenario: Scenario, rows: Index) -> Reweighted:
    if scenario.m_by is not None:
        return with_m_by_group(kept, rows, kept.by(scenario.m_by))
    if len(rows) < kept.table.num_rows:
        return Reweighted(renormalised(kept, rows))
    return Reweighted(kept.p)


def _assignment(kept: Kept, scenario: Scenario) -> str:
    """Return how records may be shared; refuse what the sources do not allow."""
    config = kept.run.config
    unique = [source.one_record_per_person for source in config.sources.values()]
    allowed = {"one_to_one": all(unique), "many_to_one": any(unique)}
    asked = scenario.assignment or config.assignment
    if scenario.assignment is not None and not allowed[scenario.assignment]:
        few = "both sources" if scenario.assignment == "one_to_one" else "one of the sources"
        raise ConfigError(
            Fault(
                "C136",
                f"{scenario.assignment} needs {few} to hold each person at most once",
                "try the other assignment, or say so of the source and run again",
            )
        )
    return asked


def _thresholds(task: _Task, scenario: Scenario) -> _Thresholds | None:
    """Return the thresholds by group: those tried, else the run's own where none is tried."""
    if scenario.equal_recall is not None:
        return _equal_recall(task, scenario.equal_recall)
    own = task.kept.run.config.linkage.decide.threshold_by_group
    if own is None or scenario.threshold is not None or scenario.objective is not None:
        return None
    return _Thresholds(own.characteristic, own.thresholds)


def _equal_recall(task: _Task, characteristic: str) -> _Thresholds:
    """Return the threshold of each group at which the model expects the recall of all records.

    Of each group the highest such threshold, but none below :data:`_LOWEST`.
    """
    overall = task.decide(None)
    target = float(task.candidates.p[overall.links].sum() / max(task.candidates.p.sum(), 1e-9))
    lowest = replace(task, said=task.said.model_copy(update={"threshold": _LOWEST}))
    chosen = lowest.decide(None).links
    group, names = task.group(characteristic)
    limits = {}
    for at, name in enumerate(names):
        member = group == at
        expected, p = float(task.candidates.p[member].sum()), task.candidates.p[member & chosen]
        cut = choose_cut(p, expected, f"recall>={target}")
        limits[str(name)] = max(cut.threshold, _LOWEST)
    return _Thresholds(characteristic, limits)
