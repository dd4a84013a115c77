"""The first screen: what it answers of a run nobody reviewed, of one reviewed, and inside."""

from dataclasses import replace

import pytest

from linkage.config.documentation_settings import TruthDocumentation
from quality import measures
from quality.gates import Verdict
from quality.report.folding import MOST_BYTES, folded
from quality.report.lookup import Lookup
from quality.report.render import render
from quality.report.sections.answer import answer_sections
from quality.report.sections.warning import truth_words

CAUSED = "measured causes: less often in b (non-coverage)"


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
    assert [each.id for each in page.chapters[2].sections][:2] == ["groups", "by-race"]


def test_without_a_review_nothing_is_known_of_any_group(lookup):
    found = said(lookup(()))
    assert found["use"][0] == "Not known, for any group"
    assert found["missed"][0] == "Not known: nobody measured it"
    assert found["missed"][1].startswith(
        "Linked least: records of which the race and ethnicity is not known. With a link: 15.2 "
        "percentage points fewer than of White (95% interval"
    )
    assert "reviewed" in found["change"][0]


def test_with_a_review_the_group_missed_most_has_its_figures(lookup, reviewed):
    found = said(lookup(reviewed))
    assert found["use"][0] == "Not as they stand, for every group"
    assert "do not put right a rate inside a group" in found["use"][2]
    assert found["use"][3].startswith("No estimate was examined")
    assert found["missed"][0] == "Records of which the race and ethnicity is not known"
    assert found["missed"][1].startswith("Measured: 74.3% to 100.0% (95% interval) of its")
    assert found["missed"][1].endswith(
        "of its matches were found, 12.0 percentage points fewer than of White (95% interval "
        "\N{MINUS SIGN}15.0 to \N{MINUS SIGN}9.0 points)."
    )
    assert found["change"][0].startswith("See in chapter 3 where matches of records of which")
    assert not any("link review sample" in text for text in found["change"])


def test_no_gap_found_is_not_said_to_be_none(lookup, reviewed):
    alike = [
        replace(row, finding=measures.NOT_TOLD_APART) if row.measure == measures.RECALL_GAP else row
        for row in reviewed
    ]
    found = said(lookup(alike))
    assert found["use"][0] == (
        "As far as the links themselves go, for all records together, yes; for groups it is not "
        "proven"
    )
    assert found["use"][2].startswith("No estimate was examined")
    assert "a gap of 5.0 points is not ruled out for" in found["use"][1]
    small = [
        replace(row, finding=measures.NO_MATERIAL_GAP, status="ok")
        if row.measure == measures.RECALL_GAP
        else row
        for row in lookup(alike).estimates
    ]
    proven = said(replace(lookup(alike), estimates=tuple(small)))["use"]
    assert proven[0].startswith("As far as the links themselves go, yes: no group was found")
    assert found["missed"][0] == "No group stands out from chance"
    assert found["change"][0].startswith("Have more records reviewed")


def test_a_review_too_small_to_see_a_gap_says_so_and_whom_it_found_least(lookup, reviewed):
    alike = [
        replace(row, finding=measures.NOT_TOLD_APART) if row.measure == measures.RECALL_GAP else row
        for row in reviewed
    ]
    made = lookup(alike)
    gap = min(made.of(measures.RECALL_GAP), key=lambda row: row.group != "Asian")
    worse = replace(gap, estimate=-0.134, lower=-0.3, upper=0.0, status="ok")
    smallest = replace(
        gap, measure=measures.DETECTABLE_GAP, variable=gap.measure, estimate=0.081, status="ok"
    )
    others = [row for row in made.estimates if row is not gap]
    found = said(replace(made, estimates=(*others, worse, smallest)))["missed"]
    assert found[0].endswith("from chance, and the review is too small to rule gaps out")
    assert found[1].startswith("Found least often in what was reviewed, perhaps by chance: Asian, ")
    assert "13.4 percentage points fewer than of White (95% interval" in found[1]
    assert found[2].endswith("depending on the group: 8.1 points by race and ethnicity.")
    seen = replace(smallest, estimate=0.04)
    found = said(replace(made, estimates=(*others, worse, seen)))["missed"]
    assert found[0] == "No group stands out from chance"


@pytest.fixture
def open_gap(lookup, reviewed):
    """Return a lookup whose one gap in recall is not told apart, with the smallest gap found."""

    def made(n_reviewed, smallest, lost):
        rows = lookup(reviewed).estimates
        found = next(row for row in rows if row.measure == measures.RECALL_GAP)
        gap = replace(
            found, finding=measures.NOT_TOLD_APART, status="ok", estimate=-0.04, lower=-0.1, upper=0
        )
        gap = replace(gap, n_records=600, n_reviewed=n_reviewed)
        others = [row for row in rows if row.measure != measures.RECALL_GAP]
        finds = replace(
            gap, measure=measures.DETECTABLE_GAP, variable=gap.measure, estimate=smallest
        )
        main = replace(
            gap, measure=measures.MAIN_LOSS, finding="perhaps threshold", estimate=lost, lower=0
        )
        return said(replace(lookup(()), estimates=(*others, gap, finds, main)))["change"]

    return made


def test_more_review_is_asked_for_by_number_or_not_at_all(open_gap):
    found = open_gap(60, 0.1, 0.04)
    assert found[0] == "Have more records reviewed, of each group that is large enough"
    assert "by race and ethnicity, about 180 (" in found[1]
    assert found[1].partition(". ")[0].endswith("of 1 group")
    small = open_gap(590, 0.1, 0.04)
    assert small[0].startswith("The groups are too small")
    assert small[1].startswith("Too small for this question, even if every record were reviewed: ")


def test_no_stage_is_to_be_changed_for_a_handful_of_people(open_gap):
    few = " ".join(open_gap(60, 0.1, 0.04))
    assert "rests on fewer than 10 people" in few
    assert "ower threshold" not in few
    assert "try a lower threshold" in " ".join(open_gap(600, 0.1, 0.04))


def test_what_link_rates_come_from_stands_on_the_first_screen(lookup, reviewed):
    alike = [
        replace(row, finding=measures.NOT_TOLD_APART) if row.measure == measures.RECALL_GAP else row
        for row in reviewed
    ]
    made = lookup(alike)
    assert not any("a link less often" in text for text in said(made)["use"])

    def caused(row):
        if row.measure != measures.LINK_RATE_GAP or row.finding != measures.LOWER:
            return row
        return replace(row, assumptions=(CAUSED,))

    found = said(replace(made, estimates=tuple(map(caused, made.estimates))))["use"]
    (text,) = [each for each in found if "a link less often than White" in each]
    assert "does not hold were told apart as a cause for 2 of them, missed matches for none" in text

    def small(row):
        row = caused(row)
        apart = row.measure == measures.LINK_RATE_GAP and row.assumptions[:1] == (CAUSED,)
        return replace(row, finding=measures.NO_MATERIAL_GAP) if apart else row

    found = said(replace(made, estimates=tuple(map(small, made.estimates))))["use"]
    (text,) = [each for each in found if "a link less often than White" in each]
    assert "2 groups have a link less often than White (by less than 5.0 points), least" in text


def test_rates_of_all_records_alone_are_said_to_be_alone(lookup, make_errors):
    found = said(lookup(make_errors({}, reviewed=True)))
    assert found["use"][0].endswith("go, for all records together only")
    assert any(text.startswith("No estimate was examined") for text in found["use"])


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
    assert found["change"][0] == "Add a blocking rule on other fields"
    assert "this run cannot say" in found["change"][1]


def test_a_field_is_named_only_where_compared_pairs_show_it(lookup, reviewed):
    made = lookup(reviewed)
    gap = min(made.of(measures.RECALL_GAP), key=lambda each: each.estimate or 0)
    main = replace(gap, measure=measures.MAIN_LOSS, finding="threshold")
    cost = replace(
        gap, measure=measures.FIELD_COST_GAP, variable="surname", method="model", lower=0.4, upper=1
    )
    found = said(replace(made, estimates=(*made.estimates, main, cost)))
    assert "surname costs this group most" in found["change"][1]
    unsure = replace(cost, lower=-0.1)
    found = said(replace(made, estimates=(*made.estimates, main, unsure)))
    assert "No single field stands out" in found["change"][1]


def test_a_checker_is_told_what_is_missing(make_config, make_inputs):
    config = make_config(documentation={"legal_gateway": "An act"})
    estimates = make_inputs(settings=config).estimates
    assert "legal gateway (chapter 2)" in said(Lookup(config, estimates))["publish"][1]
    without = said(Lookup(make_config(), estimates))["publish"][1]
    assert "legal gateway (not supplied)" in without
    assert "its level is given for 0 of 4 areas" in without


def test_every_link_of_the_answer_leads_somewhere(page, reviewed_page):
    for each in (page, reviewed_page):
        for section in each.chapters[0].sections:
            for link in section.parts[0].links:
                assert link.target(each.anchors), (section.id, link)
    missed = next(s for s in reviewed_page.sections if s.id == "answer-missed")
    (link,) = missed.parts[0].links
    assert link.target(reviewed_page.anchors) == "recall_gap-review-census-ssa-race-caption"


def test_a_link_to_a_table_that_was_left_out_leads_to_its_section(reviewed_page):
    small = folded(reviewed_page, 10 * MOST_BYTES, lambda part: 1_000 if part.table else 0)
    missed = next(s for s in small.sections if s.id == "answer-use")
    target = missed.parts[0].links[0].target(small.anchors)
    assert target in {"by-race", "summary-review-census-ssa-race-caption"}
    assert f'href="#{target}"' in render(small)


def test_the_title_is_what_matters(page, modelled_page, reviewed_page):
    assert page.heading.endswith("; how many links are wrong was not measured")
    assert modelled_page.heading.endswith("was not measured")
    assert reviewed_page.heading.startswith(
        "98.1% of links are right; for records of which the race and ethnicity is not known, 12.0"
    )
    assert reviewed_page.title == f"Linkage report: {reviewed_page.heading}"


def test_the_title_says_when_no_group_was_measured(make_page, make_errors):
    page = make_page(errors=make_errors({}, reviewed=True))
    assert page.heading.endswith("95.2% of matches were found, by group not measured")


def test_what_is_not_known_of_the_truth_file_is_not_supplied():
    assert truth_words(TruthDocumentation()).endswith("are not supplied")
    words = truth_words(TruthDocumentation(source="a survey", independent=False))
    assert words == (
        "made from: a survey; date: not supplied; made by: not supplied; independent of the "
        "identifiers that link: no"
    )


def test_the_margin_stands_under_tables_that_call_a_gap_small(make_page, make_errors, groups):
    alike = [
        replace(row, finding=measures.NO_MATERIAL_GAP)
        if row.measure == measures.RECALL_GAP
        else row
        for row in make_errors(groups, reviewed=True)
    ]
    tables = [p.table for s in make_page(errors=alike).sections for p in s.parts if p.table]
    small = [each for each in tables if "no material gap" in str(each.rows)]
    assert small
    for each in small:
        assert any("a gap of 5.0 percentage points" in note for note in each.notes)


def test_rates_inside_a_group_that_is_missed_have_a_bound(make_page, make_errors, groups):
    page = make_page(errors=make_errors(groups, reviewed=True))
    section = next(each for each in page.sections if each.id == "corrections")
    tables = [part.table for part in section.parts if part.table]
    bounds = next(each for each in tables if each.id == "inside")
    assert all("%" not in row[2].text for row in bounds.rows)
    assert "interval" in bounds.detail


def test_an_internal_page_must_not_leave(lookup):
    made = lookup(())
    assert said(made)["publish"][0].startswith("Not before a checker")
    assert said(made, internal=True)["publish"][0] == "No: this page must not leave"
