"""What of the loss of a value the run does not identify, by name, and what would."""

from collections.abc import Iterator, Mapping

from linkage.config.schema import Config
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.groupings import all_groupings, held_by
from quality.missingness.basis import Basis
from quality.missingness.counted import Place, Variable

_SPLIT = (
    "coverage, blocking and linking are lost in one: the same links fit records that were missed "
    "and records that have no partner",
    "a review of linked and unlinked records (quality.review) would identify each stage; known "
    "coverage by group (missingness.coverage) would split coverage from the rest",
)
_BOUNDS = (
    *_SPLIT,
    "were every link right, coverage would lie between the link rate and 1; nothing narrower is "
    "known",
)
_FROM_THE_LINK = (
    "the group is known only for records of another source, so only for records that linked: who "
    "lost the value has no group",
    "the characteristic held by the focal source itself would identify it",
)


def unidentified_rows(
    config: Config, variable: Variable, found: Mapping[Place, Basis]
) -> Iterator[Estimate]:
    """Yield a row for every stage of all records that is not known, and for groups that are not.

    With coverage from outside, blocking and linking are still one.
    """
    everyone = found.get((None, None))
    stages = () if everyone is None else everyone.stages
    for stage in (measures.COVERED, measures.BLOCKED, measures.RIGHTLY_LINKED):
        if stage not in stages:
            why = _BOUNDS if stage == measures.COVERED else _SPLIT
            yield _row(config, variable, measures.STAGE_PASSED, stage, None, why)
    if measures.COVERED not in stages or measures.BLOCKED not in stages:
        yield _row(config, variable, measures.OBSERVED_RATE, None, None, _SPLIT)
    groupings = all_groupings(config.groups, config.intersections)
    own = held_by(config.focal, config.groups, groupings)
    for grouping in groupings:
        if grouping not in own:
            measure = measures.OBSERVED_RATE
            yield _row(config, variable, measure, None, grouping.name, _FROM_THE_LINK)


def _row(
    config: Config,
    variable: Variable,
    measure: str,
    stage: str | None,
    characteristic: str | None,
    assumptions: tuple[str, ...],
) -> Estimate:
    return Estimate(
        measure=measure,
        method=measures.NO_METHOD,
        source=config.focal,
        other=variable[0],
        characteristic=characteristic,
        variable=variable[1],
        stage=stage,
        grade=grade_of(measures.NO_METHOD),
        status="not_identified",
        assumptions=assumptions,
    )
