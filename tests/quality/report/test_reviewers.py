"""How the page tells of the review: shares of few records as few, and what unsure ones change."""

from dataclasses import replace

import pytest

from linkage.config.schema import Disclosure
from quality import measures
from quality.report.lookup import Lookup
from quality.report.sections.errors import assumptions_section
from quality.report.sections.reviewers import reviewers_parts
from quality.review.reviewing import Reviewing
from quality.review.unsure import unsure_words

RULES = Disclosure(threshold=10, rounding=5)
MADE = Reviewing(reviewers=2, records=1202, doubled=261, agreed=247, adjudicated=35, unsure=13)
PAIR = ("census", "ssa")


@pytest.fixture
def lookup(make_inputs, make_errors, make_config, groups):
    rows = make_inputs(errors=make_errors(groups, reviewed=True)).estimates

    def moved(row):
        ends = (0.8, 0.95) if row.group == "Asian" else (0.95, 0.952)
        held = row.method == measures.REVIEW and row.measure == measures.RECALL
        return replace(row, assumptions=(unsure_words(*ends), "else")) if held else row

    return Lookup(make_config(), tuple(map(moved, rows)))


def shown(lookup, made=MADE):
    return [part.table for part in reviewers_parts(lookup, made, RULES, PAIR)]


def texts(table):
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def test_the_review_is_told_with_intervals_of_its_shares(lookup):
    review = texts(shown(lookup)[0])
    assert review["People who reviewed, beside whoever only settled"][0] == "2"
    assert review["Records reviewed"][0] == "1,200"
    assert review["both said the same, share of those"][0] == "94.6%"
    assert all(text.endswith("%") for text in review["left unsure, share of records"])


def test_shares_of_few_records_are_told_as_few(lookup):
    made = replace(MADE, agreed=260, unsure=3)
    review = texts(shown(lookup, made)[0])
    assert review["both said the same, share of those"] == ["over 96.2%", "93.1%", "100.0%"]
    assert review["left unsure, share of records"] == ["under 0.8%", "0.0%", "1.5%"]
    few = texts(shown(lookup, replace(MADE, doubled=4, agreed=4))[0])
    assert few["both said the same, share of those"][0] == "[x]"


def test_only_figures_that_unsure_records_move_have_a_row(lookup):
    rows = texts(shown(lookup)[1])
    assert set(rows) == {"All records", "Asian"}
    assert rows["Asian"][-2:] == ["80.0%", "95.0%"]


def test_assumptions_do_not_say_it_again_figure_by_figure(lookup):
    (part,) = assumptions_section(lookup).parts
    (review,) = [text for text in part.bullets if text.startswith("Review: ")]
    assert review.count("unsure") == 1
    assert "chapter 2 says what they could change" in review


def test_nothing_is_told_where_nobody_reviewed(lookup):
    assert shown(lookup, None) == []
