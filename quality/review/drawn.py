"""Joint draws of what a review measured: kept, so that whatever joins figures can carry them on."""

from collections.abc import Iterator, Sequence

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.drawn import DRAWS, CellDraws, Drawn, gathered
from quality.errors.audit import joint_draws, point
from quality.errors.cell import Reviewed, merged
from quality.errors.record_groups import RecordGroups
from quality.review.cells import cell_groups, cells_of
from quality.review.reviewed import Review, cell_of, read_review_of

_SEED = 1


def review_draws(workspace: Workspace, config: Config) -> Drawn | None:
    """Return the draws of every rate of every cell; None where there is no review.

    Cells of one characteristic are drawn apart, and share their draws of the reviewers; those of
    two characteristics are not joint. Everyone outside a group is a cell of its own: a sum of the
    other groups' draws would add the doubt of each, an error's mass a group.
    """
    if config.quality.review is None:
        return None
    review = read_review_of(workspace, config, config.quality.review)
    return draws_of(review, cell_groups(workspace, config, review))


def draws_of(review: Review, groupings: Sequence[RecordGroups]) -> Drawn:
    """Return the draws of every cell of a review: all records first, then by characteristic."""
    rest = gathered(measures.REVIEW, (each for g in groupings for each in _outside(review, g)))
    return gathered(measures.REVIEW, (each for g in groupings for each in _within(review, g)), rest)


def _within(review: Review, groups: RecordGroups) -> Iterator[CellDraws]:
    for cell in cells_of(review, groups):
        yield _draws(review, groups.characteristic, cell.group, cell.found)


def _outside(review: Review, groups: RecordGroups) -> Iterator[CellDraws]:
    """Yield everyone outside each group; nothing of the one cell that holds everyone."""
    for number, name in enumerate(groups.names):
        member = groups.group != number
        if member.any():
            yield _draws(review, groups.characteristic, name, merged(cell_of(review, member)))


def _draws(
    review: Review, characteristic: str | None, group: str | None, found: Reviewed
) -> CellDraws:
    return CellDraws(
        review.focal.other,
        characteristic,
        group,
        point(found, review.reviewers),
        joint_draws(found, DRAWS, _SEED, review.reviewers),
    )
