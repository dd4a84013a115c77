"""What the links alone cannot say, said: which figure is not identified, and what would give it."""

from collections.abc import Container, Iterator, Sequence

from linkage.config.schema import Config
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.groupings import all_groupings, held_by

_REVIEW = (
    "the same links fit records that were missed and records that have no partner",
    "a review of unlinked records against the whole other source, or a known coverage, would "
    "identify it",
)
_FROM_THE_LINK = (
    "the group is known only for records of another source, so only for records that linked",
    "the characteristic held by the focal source itself would identify it",
)


def not_identified(
    config: Config, measured: Container[tuple[str, str | None]] = ()
) -> list[Estimate]:
    """Return a row for every figure that a reader may look for and nothing in the run gives.

    ``measured`` holds the measures that a review or truth gave, each with the other source.
    """
    if config.linkage.type == "deduplicate":
        return []
    others = [name for name in config.sources if name != config.focal]
    return [row for other in others for row in _of_pair(config, other, measured)]


def _of_pair(
    config: Config, other: str, measured: Container[tuple[str, str | None]]
) -> Iterator[Estimate]:
    for measure in (measures.MISSED_MATCH_RATE, measures.COVERAGE):
        if (measure, other) not in measured:
            yield _row(config, other, measure, None, _REVIEW)
    groupings = all_groupings(config.groups, config.intersections)
    own = held_by(config.focal, config.groups, groupings)
    for grouping in groupings:
        if grouping not in own:
            yield _row(config, other, measures.LINK_RATE, grouping.name, _FROM_THE_LINK)


def _row(
    config: Config,
    other: str,
    measure: str,
    characteristic: str | None,
    assumptions: Sequence[str],
) -> Estimate:
    return Estimate(
        measure=measure,
        method=measures.NO_METHOD,
        source=config.focal,
        other=other,
        characteristic=characteristic,
        stage=measures.DECIDE,
        grade=grade_of(measures.NO_METHOD),
        status="not_identified",
        assumptions=tuple(assumptions),
    )
