"""What each method is worth: the one place where grades are settled.

A grade follows from the method that made a figure, never from the figure: no row has a grade
typed in.
"""

from collections.abc import Mapping
from typing import Final

from quality import measures
from quality.estimate import Grade

GRADES: Final[Mapping[str, Grade]] = {
    measures.COUNT: "A",
    measures.WILSON: "A",
    measures.NEWCOMBE: "A",
    measures.KATZ: "A",
    measures.WOOLF: "A",
    measures.WELCH: "A",
    measures.SURVEY_WEIGHTED: "A",
    measures.REVIEW: "A",
    measures.TRUTH: "A",
    measures.REVIEW_AND_COUNTS: "A",
    measures.COUNTED_STAGES: "A",
    measures.FLUX: "A",
    measures.LINKED_RECORDS: "A",
    measures.FALSE_LINKS_REMOVED: "B",
    measures.COVERAGE_GIVEN: "B",
    measures.CALIBRATED: "B",
    measures.LOGISTIC: "B",
    measures.MAIHDA: "B",
    measures.EMPIRICAL_BAYES: "B",
    measures.FALSE_LINK_CORRECTED: "B",
    measures.INVERSE_PROBABILITY: "B",
    measures.NAIVE: "C",
    measures.WEIGHTED: "C",
    measures.LINKAGE_DRAWS: "C",
    measures.OUTCOME_INFORMED: "C",
    measures.MODEL_NORMALISED: "C",
    measures.MODEL_TWO_QUALITY: "C",
    measures.MODEL_TWO_QUALITY_BOTH: "C",
    measures.FABL: "C",
    measures.MODEL_RANGE: "C",
    measures.CAPTURE_RECAPTURE: "C",
    measures.IMPOSSIBLE_LINKS: "C",
    measures.WEIGHTED_CANDIDATES: "C",
    measures.SHRUNKEN_M: "C",
    measures.COMPLETE_CASE: "C",
    measures.IMPUTED: "B",
    measures.IMPUTED_MOVED: "C",
    measures.DUAL_SYSTEM_NAIVE: "C",
    measures.DUAL_SYSTEM_CORRECTED: "B",
    measures.DUAL_SYSTEM_UNLINKED: "C",
    measures.NO_METHOD: "E",
}
"""The grade of every method; a method that is not here has none and cannot be printed."""


def grade_of(method: str, *, borrowed: bool = False) -> Grade:
    """Return the grade of a figure that ``method`` made.

    Parameters
    ----------
    borrowed
        Whether the figure of a cell rests on records outside the cell too: strata that were merged
        over groups, or shrinkage. What was measured there is then B, measured and modelled.

    Raises
    ------
    KeyError
        When the method has no grade.

    Examples
    --------
    >>> grade_of("review"), grade_of("review", borrowed=True), grade_of("fabl")
    ('A', 'B', 'C')
    """
    grade = GRADES[method]
    return "B" if borrowed and grade == "A" else grade
