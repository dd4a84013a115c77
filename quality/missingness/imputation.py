"""Shares and means with missing values filled in, through the drawn linkages.

Each drawn linkage gives every focal record its partner's values, or none; what is missing then is
imputed once, and what the completed data sets say is pooled. How much hangs on the assumption that
missing values are like those of the same kind of people is shown by moving them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from linkage.config.schema import Config, Imputation
from linkage.runs.workspace import Workspace
from quality.bias.references import chosen_references, named_references
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.missingness.complete_case import complete_case
from quality.missingness.figures import AS_FOUND, Figure, Key, MeanTarget, ShareTarget
from quality.missingness.imputed_rows import Settings, gap_rows, mean_rows, share_rows
from quality.missingness.plan import Plan, Target, plan_of
from quality.missingness.tipping import GRID
from quality.uncertainty.pooling import pooled

MOST = 100
"""No more data sets are completed, however much information is missing."""

Figures = Mapping[Key, Sequence[Figure]]


def imputed_rows(workspace: Workspace, config: Config, _drawn: Drawn) -> Iterator[Estimate]:
    """Yield shares, means and gaps as complete cases have them, and as imputed; and tipping points.

    Nothing, where ``missingness.imputation`` is not written.
    """
    settings = config.missingness.imputation
    plan = None if settings is None else plan_of(workspace, config)
    if settings is None or plan is None:
        return
    yield from complete_case(plan, config)
    found = _figures(plan, settings, config.linkage.training.seed)
    said = Settings.of(config, settings, plan, len(next(iter(found.values()), [])))
    references = _references(plan, config)
    for at, target in enumerate(plan.targets):
        own = {key: figures for key, figures in found.items() if key.target == at}
        if isinstance(target, ShareTarget):
            yield from share_rows(plan, target, own, said)
        else:
            yield from mean_rows(plan, target, own, said)
            reference = references.get(target.by.name) if target.by else None
            if reference is not None:
                yield from gap_rows(plan, target, own, said, reference)


def _figures(plan: Plan, settings: Imputation, seed: int) -> Figures:
    """Return the figures of every completed data set, as many as the missing information asks for.

    *Rule*: a data set for each hundredth of the largest share of missing information.
    """
    found = _completed(plan, settings, settings.imputations, seed)
    lost = max(
        (
            float(pooled([f.value for f in each], [f.variance for f in each]).missing_information)
            for key, each in found.items()
            if key.stage == AS_FOUND
        ),
        default=0.0,
    )
    wanted = min(MOST, ceil(100 * lost))
    if plan.draws is not None:
        wanted = min(wanted, plan.draws.n)
    if wanted > settings.imputations:
        found = _completed(plan, settings, wanted, seed)
    return found


def _completed(plan: Plan, settings: Imputation, imputations: int, seed: int) -> Figures:
    found: dict[Key, list[Figure]] = defaultdict(list)
    sets = 0
    for completed in plan.completed(imputations, seed):
        sets += 1
        for at, target in enumerate(plan.targets):
            for key, figure in target.figures(completed, at, _deltas(target, settings)):
                found[key].append(figure)
    # a group that some data sets leave empty has no figure
    return {key: each for key, each in found.items() if len(each) == sets}


def _deltas(target: Target, settings: Imputation) -> list[float]:
    asked = {delta for delta in settings.deltas if delta}
    return sorted(asked | set(GRID)) if isinstance(target, MeanTarget) else sorted(asked)


def _references(plan: Plan, config: Config) -> Mapping[str, str]:
    """Return the reference group of each characteristic that a mean is taken by."""
    own = {name: group.reference for name, group in config.groups.items()}
    named = named_references(own, (), config.quality.reference)
    sizes = {
        target.by.name: target.by.sizes
        for target in plan.targets
        if isinstance(target, MeanTarget) and target.by is not None
    }
    return chosen_references(sizes, named)
