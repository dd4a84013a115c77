"""The cells of a review: what was found of all records, or of one group, ready to be estimated."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from linkage.config.schema import Config
from linkage.decide.assignment import Flags
from linkage.runs.workspace import Workspace
from quality import measures
from quality.errors.cell import Reviewed, merged
from quality.errors.record_groups import RecordGroups, everyone, record_groups
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.groupings import all_groupings, held_by
from quality.review.reviewed import Review, as_errors, cell_of, read_review_of

_FINDABLE = (
    "partners that are not among the 30 best candidates of the whole other source are no more than "
    "those found in the second half of the list, as a share of all"
)
_LISTED = (
    "of the partners of unlinked records {share:.0%} are among the 30 candidates shown, as the "
    "model reckons from the encodings of all others: taken to be known as from six partners"
)
_TWO_REVIEWERS = (
    "reviewers miss the same share of errors in records that one of them saw as in those that two "
    "saw; two together miss none, and who settled what they called errors was right"
)
_ONE_REVIEWER = "one reviewer decided, and was right in every case: nobody looked a second time"


@dataclass(frozen=True)
class Cell:
    """What the review found in one cell, and in every reading of "unsure".

    ``n_records`` are the focal records of the cell, of which ``n_reviewed`` were decided on.
    """

    characteristic: str | None
    group: str | None
    n_records: int
    n_reviewed: int
    found: Reviewed
    readings: tuple[Reviewed, ...]


def reviewed_cells(
    workspace: Workspace, config: Config, folder: Path
) -> tuple[Review, dict[str | None, list[Cell]]]:
    """Return a review and its cells by characteristic; None is that of all records.

    Raises
    ------
    ConfigError, DataError
        When the review does not fit the run: see :func:`quality.review.reviewed.read_review_of`.
    """
    review = read_review_of(workspace, config, folder)
    groupings = cell_groups(workspace, config, review)
    return review, {groups.characteristic: list(cells_of(review, groups)) for groups in groupings}


def cell_groups(workspace: Workspace, config: Config, review: Review) -> list[RecordGroups]:
    """Return the groups whose cells a review is estimated in: everyone, then by characteristic."""
    source = review.focal.source
    own = held_by(source, config.groups, all_groupings(config.groups, config.intersections))
    return [everyone(len(review.focal.record)), *record_groups(workspace, source, own)]


def cells_of(review: Review, groups: RecordGroups) -> Iterator[Cell]:
    """Yield the cell of every group of a characteristic."""
    readings = [
        as_errors(review, links=links, unlinked=unlinked)
        for links, unlinked in product((True, False), repeat=2)
    ]
    for number, name in enumerate(groups.names):
        member: Flags = groups.group == number
        found = cell_of(review, member)
        yield Cell(
            groups.characteristic,
            name,
            int(member.sum()),
            int(found.reviewed.sum()),
            merged(found),
            tuple(merged(cell_of(each, member)) for each in readings),
        )


def row_of(review: Review, cell: Cell) -> Estimate:
    """Return the row of a cell without its measure and figures."""
    alone, share = review.reviewers.links is None, review.listed_share
    return Estimate(
        measure="",
        method=measures.REVIEW,
        source=review.focal.source,
        other=review.focal.other,
        characteristic=cell.characteristic,
        group=cell.group,
        stage=measures.DECIDE,
        interval_covers=measures.SAMPLING_ONLY if alone else measures.SAMPLING_AND_REVIEWER,
        grade=grade_of(measures.REVIEW),
        n_records=cell.n_records,
        n_reviewed=cell.n_reviewed,
        status="not_identified",
        assumptions=(
            _FINDABLE if share is None else _LISTED.format(share=share),
            _ONE_REVIEWER if alone else _TWO_REVIEWERS,
        ),
    )
