"""What a run would do and cost, found out before anything is paid for.

The stages up to blocking are done, in a folder of their own that is removed again: how many pairs
each rule makes can be counted exactly from the standardised records.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from linkage import pipeline
from linkage.config.schema import Config
from linkage.execution import planned
from linkage.model.cost import expected, new_pairs
from linkage.model.counting import sample_share
from linkage.model.method import Method, from_record, paired
from linkage.pipeline import Observer, Stage
from linkage.runs.connection import memory_limit
from linkage.runs.workspace import Workspace
from linkage.trial import trial

_LAST = "block"
_COUNTED = 2_000_000_000
"""Pairs. Rules that make more are not counted together: that alone would take minutes."""


@dataclass(frozen=True)
class SourcePlan:
    """A source, and how many records of it are linked."""

    name: str
    file: str
    records: int


@dataclass(frozen=True)
class RulePlan:
    """A blocking rule: its pairs, those that no rule before it makes, and all so far.

    The last two are None where there are too many pairs to be counted together.
    """

    name: str
    pairs: int
    new: int | None
    cumulative: int | None


@dataclass(frozen=True)
class Plan:
    """What a run would do. ``memory`` and ``memory_limit`` are in bytes."""

    name: str
    sources: tuple[SourcePlan, ...]
    stages: tuple[tuple[str, bool], ...]
    comparisons: tuple[tuple[str, int, tuple[str, ...]], ...]
    rules: tuple[RulePlan, ...]
    estimated_loss: float | None
    pairs: int
    seconds: float
    memory: int
    memory_limit: int


def make_plan(stages: Sequence[Stage], config: Config, observer: Observer) -> Plan:
    """Return the plan of a run of ``stages``; what had to be done for it is removed.

    Raises
    ------
    LockedError
        When a run of the same configuration is going on.
    """
    with trial(config) as (workspace, inputs):
        done = [(each.stage.name, each.skipped) for each in planned(stages, config, inputs)]
        first = [stage.name for stage in stages].index(_LAST) + 1
        run = pipeline.run(stages[:first], config, workspace, inputs, observer)
        return _read_plan(workspace, config, done, sum(each.seconds for each in run))


def _read_plan(
    workspace: Workspace, config: Config, stages: Sequence[tuple[str, bool]], seconds: float
) -> Plan:
    method = from_record(workspace.read_json("method"))
    pairs = paired(workspace, config.sources, config.linkage.type)
    rules = _rule_plans(method, _new(workspace, config, method))
    n_pairs = rules[-1].cumulative if rules[-1].cumulative is not None else sum(method.n_pairs)
    share = sample_share(pairs, config.linkage.training.record_sample)
    sizes = {s.name: s.n for pair in pairs for s in (pair.left, pair.right)}
    cost = expected(n_pairs, sum(sizes.values()), len(method.comparisons), share)
    return Plan(
        name=config.name,
        sources=tuple(
            SourcePlan(name, source.path.name, sizes[name])
            for name, source in config.sources.items()
        ),
        stages=tuple(stages),
        comparisons=tuple((c.name, len(c.scored), c.columns) for c in method.comparisons),
        rules=rules,
        estimated_loss=method.estimated_loss,
        pairs=n_pairs,
        seconds=seconds + cost.seconds,
        memory=cost.memory,
        memory_limit=memory_limit(config.engine),
    )


def _new(workspace: Workspace, config: Config, method: Method) -> tuple[int, ...] | None:
    if sum(method.n_pairs) > _COUNTED:
        return None
    pairs = paired(workspace, config.sources, config.linkage.type)
    return new_pairs(workspace.connection, pairs, method.rules)


def _rule_plans(method: Method, new: Sequence[int] | None) -> tuple[RulePlan, ...]:
    plans, total = [], 0
    for k, (rule, n) in enumerate(zip(method.rules, method.n_pairs, strict=True)):
        if new is None:
            plans.append(RulePlan(rule.name, n, None, None))
        else:
            total += new[k]
            plans.append(RulePlan(rule.name, n, new[k], total))
    return tuple(plans)
