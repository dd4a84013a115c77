"""What thresholds by group buy and cost: the same run, had every group the common threshold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from linkage.config.linkage_settings import Decide
from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.finished_run import FinishedRun
from quality.what_if.decided import decided
from quality.what_if.kept import Kept, read_kept
from quality.what_if.known import known_rates, read_known
from quality.what_if.outcome import Outcome, outcome
from quality.what_if.reviewed import read_findings, reviewed_rates
from quality.what_if.scenario import Scenario

_MEASURES = {
    measures.PRECISION: measures.PRECISION_COMMON,
    measures.RECALL: measures.RECALL_COMMON,
}
_ASSUMED = (
    "decided anew from this run's candidates, as if no group had a threshold of its own; the model "
    "is the same",
)


def common_threshold(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield precision and recall had every group the common threshold, where groups have their own.

    As truth or a review measures them; nothing where neither is there, or no group has its own.
    ``drawn`` is not read: these rates are of other links than those it is of.
    """
    said = config.linkage.decide.threshold_by_group
    if said is None:
        return
    run = FinishedRun(config, workspace.restricted, workspace.connection, workspace.scratch)
    kept = read_kept(run)
    kept = replace(kept, groups=(kept.by(said.characteristic),))
    scenario = _common(config.linkage.decide)
    result = outcome(kept, decided(kept, scenario))
    for row in _rates(kept, scenario, result):
        if row.measure in _MEASURES:
            yield replace(
                row,
                measure=_MEASURES[row.measure],
                interval_covers=measures.SAMPLING_ONLY,
                assumptions=_ASSUMED,
            )


def _common(said: Decide) -> Scenario:
    if said.threshold == "auto":
        return Scenario(objective=said.objective)
    return Scenario(threshold=said.threshold)


def _rates(kept: Kept, scenario: Scenario, result: Outcome) -> Iterable[Estimate]:
    quality = kept.run.config.quality
    if quality.truth is not None:
        yield from known_rates(kept, result, read_known(kept, quality.truth))
    if quality.review is not None:
        yield from reviewed_rates(kept, scenario, result, read_findings(kept, quality.review))
