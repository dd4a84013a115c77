"""Error rates measured by a review: of all records, and of every group of the focal source."""

from collections.abc import Iterator
from dataclasses import replace

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.errors.audit import error_rates, point
from quality.errors.cell import Reviewed
from quality.errors.outcome_rates import RATES
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.review.cells import Cell, reviewed_cells, row_of
from quality.review.reviewed import Review
from quality.review.unsure import unsure_words
from quality.share import status_of

_NOT_ONE = "no record that would tell was reviewed"


def reviewed_rates(workspace: Workspace, config: Config) -> Iterator[Estimate]:
    """Yield what the review of ``quality.review`` measured; nothing where there is no review.

    Rates of all records and of every group.

    Raises
    ------
    ConfigError, DataError
        When the review does not fit the run: see :func:`quality.review.reviewed.read_review_of`.
    """
    if config.quality.review is None:
        return
    review, cells = reviewed_cells(workspace, config, config.quality.review)
    for each in cells.values():
        for cell in each:
            yield from _rows(review, cell, config)


def _rows(review: Review, cell: Cell, config: Config) -> Iterator[Estimate]:
    """Yield a row a rate; one without figures where nothing that would tell was reviewed."""
    found = error_rates(cell.found, config.quality.level, wanted=RATES, reviewers=review.reviewers)
    row = row_of(review, cell)
    for measure in RATES:
        if measure in found:
            interval = found[measure]
            yield replace(
                row,
                measure=measure,
                grade=review.grade(measure),
                estimate=interval.value,
                lower=interval.lower,
                upper=interval.upper,
                level=interval.level,
                status=status_of(interval, config.quality.material_gap),
                assumptions=(
                    *row.assumptions,
                    *_of_unsure(review, cell, measure),
                    *_of_all(review, cell),
                ),
            )
        elif _is_asked(cell.found, measure):
            grade = grade_of(measures.NO_METHOD)
            yield replace(row, measure=measure, grade=grade, assumptions=(_NOT_ONE,))


def _is_asked(found: Reviewed, measure: str) -> bool:
    """Say whether a reader may miss a rate: precision where there are links, recall anywhere."""
    return measure == measures.RECALL or (
        measure == measures.PRECISION and bool(found.linked.any())
    )


def _of_unsure(review: Review, cell: Cell, measure: str) -> Iterator[str]:
    """Yield what the figure would be, had reviewers been sure; nothing where they were.

    What reviewers overlook is made up for as in the figure itself, so that it lies between.
    """
    ends = [point(each, review.reviewers).get(measure) for each in cell.readings]
    known = [end for end in ends if end is not None]
    if len(known) == len(ends) and min(known) < max(known):
        yield unsure_words(min(known), max(known))


def _of_all(review: Review, cell: Cell) -> Iterator[str]:
    """Yield how far the review has come, beside the figures of all records."""
    if cell.characteristic is not None:
        return
    left = review.n_units - review.final.num_rows
    if left:
        yield (
            f"{left} of {review.n_units} records drawn were not reviewed yet: those that were "
            "stand for them"
        )
    if review.n_open:
        yield (
            f"{review.n_open} records are left out until somebody settles them: two reviewers "
            "differ, or one called an error"
        )
