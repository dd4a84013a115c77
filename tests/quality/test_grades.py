"""A grade follows from the method, and only from the method."""

from pathlib import Path

import pytest

import quality
from quality import measures
from quality.grades import GRADES, grade_of


def test_only_a_review_or_truth_or_a_count_measures() -> None:
    measured = {method for method, grade in GRADES.items() if grade == "A"}
    counted = {
        measures.COUNT,
        measures.WILSON,
        measures.NEWCOMBE,
        measures.KATZ,
        measures.WOOLF,
        measures.WELCH,
        measures.SURVEY_WEIGHTED,
        measures.REVIEW_AND_COUNTS,
        measures.COUNTED_STAGES,
        measures.FLUX,
        measures.LINKED_RECORDS,
    }
    assert measured == {*measures.MEASURED, *counted}


def test_what_a_model_says_is_never_more_than_indicative() -> None:
    bounds = (measures.CAPTURE_RECAPTURE, measures.IMPOSSIBLE_LINKS)
    assert {grade_of(method) for method in (*measures.MODELLED, *bounds)} == {"C"}


def test_borrowing_from_outside_the_cell_takes_a_grade() -> None:
    assert grade_of(measures.REVIEW, borrowed=True) == "B"
    assert grade_of(measures.FABL, borrowed=True) == "C"


def test_a_method_without_a_grade_is_refused() -> None:
    with pytest.raises(KeyError):
        grade_of("a hunch")


def test_no_grade_is_typed_in() -> None:
    """Rows take their grade from the table: ``grade="A"`` stands nowhere."""
    written = [
        path.name
        for path in Path(quality.__file__).parent.rglob("*.py")
        if 'grade="' in path.read_text(encoding="utf-8")
    ]
    assert written == []
