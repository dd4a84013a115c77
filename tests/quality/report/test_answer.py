"""The first screen: what it answers of a run nobody reviewed, of one reviewed, and inside."""

from dataclasses import replace

import pytest

from quality import measures
from quality.gates import Verdict
from quality.report.lookup import Lookup
from quality.report.sections.answer import answer_sections


def said(lookup, verdicts=(), **options):
    sections = answer_sections(lookup, verdicts, **options)
    return {each.id.removeprefix("answer-"): each.parts[0].paragraphs for each in sections}


@pytest.fixture
def lookup(make_inputs, make_errors, make_config):
    def made(errors):
        return Lookup(make_config(), make_inputs(errors=errors).estimates)

    return made


@pytest.fixture
def reviewed(make_errors, groups):
    return make_errors(groups, reviewed=True)


def test_the_chapters_are_the_twelve_in_their_order(page):
    assert [each.number for each in page.chapters] == [*range(1, 13)]
    assert page.chapters[0].title == "The answer"
    assert [each.id for each in page.chapters[2].sections][:2] == ["link-rates", "errors-by-group"]


def test_without_a_review_nothing_is_known_of_any_group(lookup):
    found = said(lookup(()))
    assert found["use"][0] == "Not known, for any group"
    assert found["missed"][0] == "Not known: nobody measured it"
    assert found["missed"][1].startswith(
        "Linked least: records of which the race and ethnicity is not known. With a link: fewer"
    )
    assert "reviewed" in found["change"][0]


def test_with_a_review_the_group_missed_most_has_its_figures(lookup, reviewed):
    found = said(lookup(reviewed))
    assert found["use"][0] == "Not for every group alike"
    assert found["missed"][0].endswith(": measured")
    assert found["missed"][1].startswith("Share of its matches that was found: 95% interval")
    assert found["missed"][1].endswith(
        "12.0 points fewer than of White (difference, 95% interval "
        "\N{MINUS SIGN}15.0 to \N{MINUS SIGN}9.0)."
    )
    assert found["change"][0].startswith("See in chapter 3 where matches of records of which")
    assert not any("link review sample" in text for text in found["change"])


def test_no_gap_found_is_not_said_to_be_none(lookup, reviewed):
    alike = [
        replace(row, finding=measures.NOT_TOLD_APART) if row.measure == measures.RECALL_GAP else row
        for row in reviewed
    ]
    found = said(lookup(alike))
    assert found["use"][0] == "For all records together; for every group it is not proven"
    assert "leave room for a gap" in found["use"][1]
    small = [
        replace(row, finding=measures.NO_MATERIAL_GAP, status="ok")
        if row.measure == measures.RECALL_GAP
        else row
        for row in lookup(alike).estimates
    ]
    assert said(replace(lookup(alike), estimates=tuple(small)))["use"][0].startswith("Yes: ")
    assert found["missed"][0] == "No group stands out from chance: measured"


def test_rates_of_all_records_alone_are_said_to_be_alone(lookup, make_errors):
    found = said(lookup(make_errors({}, reviewed=True)))
    assert found["use"][0] == "For all records together only"


def test_what_was_measured_in_part_is_known_in_part(lookup, make_errors):
    rows = [row for row in make_errors({}, reviewed=True) if row.measure == measures.PRECISION]
    assert said(lookup(rows))["use"][0] == "Known in part"


def test_a_failed_gate_comes_before_everything(lookup, reviewed):
    failed = Verdict(
        gate="recall_lower", limit=0.99, value=0.9, outcome="failed", fails=True, source="census"
    )
    assert said(lookup(reviewed), (failed,))["use"][0].startswith("Not as they stand")


def test_the_stage_that_loses_a_group_says_what_to_change(lookup, reviewed):
    made = lookup(reviewed)
    gap = min(made.of(measures.RECALL_GAP), key=lambda each: each.estimate or 0)
    main = replace(gap, measure=measures.MAIN_LOSS, finding="blocking")
    found = said(replace(made, estimates=(*made.estimates, main)))
    assert found["change"][0].startswith("Add a rule")


def test_an_internal_page_must_not_leave(lookup):
    made = lookup(())
    assert said(made)["publish"][0].startswith("Not before a checker")
    assert said(made, internal=True)["publish"][0] == "No: this page must not leave"
