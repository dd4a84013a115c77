"""How many records of each group would be linked under other thresholds: counts of people."""

from collections.abc import Iterator, Sequence

import numpy as np

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.errors.record_groups import everyone
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.sensitivity.tried import tried
from quality.share import share
from quality.tally import Tally

ASSUMED = (
    "decided anew from this run's candidates by the same model: a run with this threshold from the "
    "start would train and link alike",
    "pairs below the run's weight floor are gone, and would not be links",
)


def threshold_tallies(workspace: Workspace, config: Config) -> Iterator[Tally]:
    """Yield how many focal records would be linked, at each other threshold.

    By group at the two farthest thresholds only. Nothing where a threshold does not apply: see
    :func:`quality.sensitivity.tried.applies`.
    """
    found = tried(workspace, config)
    if found is None:
        return
    kept, made = found
    for each in made:
        by_group = kept.groups if each.factor in measures.FARTHEST else ()
        for groups in (everyone(kept.focal.n), *by_group):
            counts = np.bincount(groups.group[each.linked], minlength=len(groups.names))
            for name, k, n in zip(groups.names, counts, groups.n_records, strict=False):
                yield Tally(
                    measure=measures.LINKED_AT,
                    source=kept.focal.name,
                    other=kept.other.name,
                    characteristic=groups.characteristic,
                    group=name,
                    variable=each.factor,
                    stage=measures.DECIDE,
                    k=int(k),
                    n=int(n),
                )


def rates_at_thresholds(
    tallies: Sequence[Tally], level: float, material_gap: float
) -> list[Estimate]:
    """Return the link rate at each other threshold, and of all records the number linked."""
    counted = [each for each in tallies if each.measure == measures.LINKED_AT]
    rates = [share(each, measures.LINK_RATE_AT, level, material_gap, ASSUMED) for each in counted]
    return [*rates, *(_count(each) for each in counted if each.characteristic is None)]


def _count(tally: Tally) -> Estimate:
    return Estimate(
        measure=measures.LINKED_AT,
        method=measures.COUNT,
        source=tally.source,
        other=tally.other,
        variable=tally.variable,
        stage=tally.stage,
        estimate=None if tally.k is None else float(tally.k),
        grade=grade_of(measures.COUNT),
        n_records=tally.n,
        status="suppressed" if tally.k is None else "ok",
        assumptions=ASSUMED,
    )
