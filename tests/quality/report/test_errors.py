"""The section on error rates: what was measured can be told from what was only modelled."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from quality import measures
from quality.errors.dependence import Dependence
from quality.report.build import build
from quality.report.figures import IntervalPlot
from quality.report.page import page_record
from quality.report.render import render
from quality.report.sections.warning import UNMEASURED

GROUPS = ("White", "Black", "Latino", "Asian", "AIAN", "F", "M", "Group not known")
GROUPS_OF_RUN = {
    "race": [("White", 6120, 5902), ("Black", 1310, 1228)],
    "sex": [("F", 5172, 4911), ("M", 4988, 4735)],
}
ERROR_WORDS = re.compile(
    r"precision|recall|false link|missed match|lost at|lost to|be right", re.IGNORECASE
)
MODELLED_CAPTION = "modelled, not measured"
MODELLED_HEADING = re.compile(r"^(Range over models|Modelled bound): ")
PERCENTAGE = re.compile(r"\d%")


class Tables(HTMLParser):
    """Every table of a page as a reader meets it: caption, headings and rows of text."""

    def __init__(self, html):
        super().__init__()
        self.tables, self.outside, self._open, self._cell = [], [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append({"caption": "", "headings": [], "rows": []})
        if tag in {"caption", "th", "td", "style", "svg", "thead"}:
            self._open.append(tag)
        if tag == "tr" and "thead" not in self._open:
            self.tables[-1]["rows"].append([])
        if tag in {"th", "td"}:
            self._cells().append("")

    def handle_endtag(self, tag):
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data):
        if "caption" in self._open:
            self.tables[-1]["caption"] += data
        elif {"th", "td"} & set(self._open):
            self._cells()[-1] += data
        elif not {"style", "svg"} & set(self._open):
            self.outside.append(data)

    def _cells(self):
        table = self.tables[-1]
        return table["headings"] if "thead" in self._open else table["rows"][-1]


@pytest.fixture(scope="module")
def unreviewed(modelled_page):
    return Tables(render(modelled_page))


def parts(page):
    shown = [each for each in page.sections if each.id.startswith(("errors", "by-"))]
    return [part for each in shown for part in each.parts]


def tables(page):
    return [part.table for part in parts(page) if part.table is not None]


def measured(page):
    (section,) = [each for each in page.sections if each.id == "answer-measured"]
    return section.parts[0].paragraphs


def limitations(page):
    (section,) = [each for each in page.sections if each.id == "limitations"]
    return section.parts[0].bullets


def points(page):
    return [point for chapter in page.chapters for point in chapter.points]


def of_groups(table):
    return any(row and row[0] in GROUPS for row in table["rows"])


def test_a_page_without_review_says_first_that_nothing_was_measured(unreviewed, modelled_page):
    text = " ".join(unreviewed.outside)
    assert (
        measured(modelled_page)[0] == UNMEASURED == "No error rate on this page has been measured"
    )
    first_figure = re.search(r"precision|recall", text, re.IGNORECASE).start()
    assert text.index(UNMEASURED) < first_figure


def test_without_review_no_error_rate_of_a_group_can_be_quoted_as_measured(unreviewed):
    """Each stands in a table whose caption and headings say that it is a modelled range."""
    found = [
        table
        for table in unreviewed.tables
        if of_groups(table) and ERROR_WORDS.search(table["caption"])
    ]
    assert len(found) >= 6
    for table in found:
        assert MODELLED_CAPTION in table["caption"], table["caption"]
        for row in table["rows"]:
            for heading, cell in zip(table["headings"], row, strict=True):
                if PERCENTAGE.search(cell):
                    assert MODELLED_HEADING.match(heading), (heading, cell)
                assert "A: measured" not in cell
        assert not any("interval" in heading or "limit" in heading for heading in table["headings"])


def test_without_review_no_sentence_has_an_error_rate_of_a_group(unreviewed):
    for text in unreviewed.outside:
        named = any(re.search(rf"\b{group}\b", text) for group in GROUPS)
        if named and PERCENTAGE.search(text):
            assert not ERROR_WORDS.search(text), text


def test_without_review_no_figure_of_a_group_has_an_estimate_or_its_number(modelled_page):
    drawn = [p.figure for p in parts(modelled_page) if isinstance(p.figure, IntervalPlot)]
    plots = [plot for plot in drawn if not plot.title.startswith("Link rate")]
    assert plots
    for plot in plots:
        assert MODELLED_CAPTION in plot.title
        assert "not measured" in plot.description
        for mark in plot.marks:
            assert mark.centre is None
            assert mark.modelled == (mark.start is not None)
            assert not PERCENTAGE.search(mark.text)


def test_ranges_are_drawn_between_hollow_ends(modelled_page, reviewed_page):
    figures = re.findall(r"<svg.*?</svg>", render(modelled_page), flags=re.DOTALL)
    drawn = [each for each in figures if MODELLED_CAPTION in each]
    assert drawn
    for each in drawn:
        assert 'class="range"' in each
        assert '<path class="hollow"' in each
        assert 'class="interval"' not in each
    assert 'class="interval"' in render(reviewed_page).split('<h3 id="by-race"')[1]


def test_no_row_of_a_run_without_review_is_graded_as_measured(modelled_page):
    shown = [each for each in tables(modelled_page) if "link rate" not in each.caption.lower()]
    graded = [each.detail for each in shown if "Grade " in each.detail]
    assert graded
    assert all("Grade C: model only." in detail for detail in graded)
    assert not [each for each in shown if "grade" in {column.key for column in each.columns}]


def test_every_measure_stands_by_every_method_with_grade_and_limits(reviewed_page):
    overall = tables(reviewed_page)[0]
    rows = {(row[0].text, row[1].text): [cell.text for cell in row] for row in overall.rows}
    keys = [column.key for column in overall.columns]
    assert {"estimate", "lower", "upper", "covers", "reviewed", "grade"} <= set(keys)
    review = dict(zip(keys, rows["Precision", "Review"], strict=True))
    assert (review["estimate"], review["covers"]) == ("98.1%", "95% interval")
    assert (review["reviewed"], review["grade"]) == ("600", "A: measured")
    model = dict(zip(keys, rows["Precision", "Model range"], strict=True))
    assert (model["covers"], model["grade"]) == ("range over models", "C: model only")
    assert {("Lost at blocking", "Capture-recapture"), ("False links", "Impossible links")} <= set(
        rows
    )


def test_a_reviewed_page_says_what_was_measured_by_how_many_reviews(reviewed_page):
    assert measured(reviewed_page)[0] == (
        "Error rates on this page were measured by a review of a sample"
    )
    said = " ".join(measured(reviewed_page))
    assert "Links that are right (precision): 98.1% (95% interval" in said
    assert "from about 600 reviewed records" in said
    assert "race and ethnicity and sex" in said
    (limits,) = [each for each in reviewed_page.sections if each.id == "limitations"]
    assert any("not errors of reviewers" in text for text in limits.parts[-1].paragraphs)
    assert not any("not measured" in text for text in limitations(reviewed_page))


def test_a_reviewed_page_has_measured_groups_and_their_gaps(reviewed_page):
    captions = [table.caption for table in tables(reviewed_page)]
    for start in ("Link rate, recall and precision", "Gap in the recall by review"):
        assert any(caption.startswith(start) for caption in captions), start
    assert any("recall differs most for" in point for point in points(reviewed_page))


def test_intervals_that_cover_different_things_are_told_apart(make_page, make_errors):
    both = [
        replace(row, interval_covers=measures.SAMPLING_AND_REVIEWER)
        if row.measure == measures.RECALL
        else row
        for row in make_errors({}, reviewed=True)
    ]
    notes = tables(make_page(errors=both))[0].notes
    assert any(note.startswith("Interval of recall: ") for note in notes)
    assert any(note.startswith("Interval of precision, ") for note in notes)


def test_characteristics_without_a_gap_in_error_share_one_point(make_page, make_errors):
    alike = [
        replace(row, finding=measures.NOT_TOLD_APART) if row.measure == measures.RECALL_GAP else row
        for row in make_errors(GROUPS_OF_RUN, reviewed=True)
    ]
    found = [point for point in points(make_page(errors=alike)) if "recall" in point]
    assert found == ["No gap in the recall stands out from chance by race and ethnicity and sex."]


def test_what_models_did_not_see_stands_beside_what_was_measured(make_page, make_errors):
    """Where groups were measured, a range stands only where the measured interval is outside it."""
    low = {"estimate": 0.61, "lower": 0.55, "upper": 0.66}
    rows = [
        replace(row, **low)
        if (row.measure, row.method, row.group) == (measures.PRECISION, measures.REVIEW, "Black")
        else row
        for row in make_errors(GROUPS_OF_RUN, reviewed=True)
    ]
    page = make_page(errors=rows)
    ranges = [t for t in tables(page) if any(c.key == "lowest" for c in t.columns)]
    (by_race,) = [table for table in ranges if table.id == "contrast-census-ssa-race"]
    assert MODELLED_CAPTION in by_race.caption
    seen = [[cell.text for cell in row] for row in by_race.rows if row[1].text == "Precision"]
    assert [row[0] for row in seen] == ["Black"]
    assert seen[0][4:] == ["61.0%", "55.0%", "66.0%"]
    said = [text for part in parts(page) for text in part.paragraphs]
    assert any(text.startswith("Models miss what was measured of Black") for text in said)


def test_truth_is_told_from_review(make_page, make_errors):
    rows = [
        replace(row, method=measures.TRUTH, interval_covers=None, n_reviewed=None)
        for row in make_errors({}, reviewed=True)
        if row.method == measures.REVIEW
    ]
    page = make_page(errors=rows)
    assert measured(page)[0] == "Error rates on this page were measured against a truth file"
    assert any("The truth file: source, date, maker" in text for text in measured(page))
    assert not any("reviewed records" in text for text in measured(page))


def test_what_was_reviewed_in_part_is_said_to_be_in_part(make_page, make_errors):
    rows = [
        row
        for row in make_errors({}, reviewed=True)
        if row.measure in {measures.PRECISION, measures.FALSE_LINK_RATE}
    ]
    page = make_page(errors=rows)
    said = " ".join(measured(page))
    assert "Not measured: recall of Census 2020 to Social security." in said
    assert limitations(page)[0].startswith("Some error rates are not measured")
    assert any("missed match or may have no partner" in text for text in limitations(page))


def test_a_review_too_small_to_show_measures_nothing_on_the_page(make_page, make_errors):
    rows = [replace(row, n_reviewed=4) for row in make_errors({}, reviewed=True)]
    assert measured(make_page(errors=rows))[0] == UNMEASURED


def test_gates_stand_with_their_verdicts(make_page, make_config, make_errors):
    settings = make_config(quality={"gates": {"precision_lower": 0.9, "recall_lower": 0.97}})
    for reviewed, expected in ((True, "Failed"), (False, "Nothing measured it: failed")):
        errors = make_errors({}, reviewed=reviewed)
        found = tables(make_page(settings=settings, errors=errors))
        (gates,) = [table for table in found if table.id == "gates"]
        verdicts = {row[0].text: row[3].text for row in gates.rows}
        assert verdicts["Lower limit of recall, at least"] == expected


def test_a_run_with_nothing_to_say_says_so(page):
    (first, *_) = parts(page)
    assert first.paragraphs[0].startswith("Nothing in this run says how wrong the links are")


def test_assumptions_are_said_by_method(reviewed_page):
    (section,) = [each for each in reviewed_page.sections if each.id == "assumptions"]
    (part,) = section.parts
    assert "Review: reviewers are right." in part.bullets
    assert "Model range: the models err in different ways." in part.bullets


def dependence(remedy, correlation=0.31):
    return Dependence(
        first="surname",
        second="house_number",
        among="random pairs",
        correlation=correlation,
        first_level="equal",
        second_level="equal",
        observed=812.0,
        expected=90.0,
        residual=76.1,
        remedy=remedy,
    )


def test_comparisons_that_go_together_have_a_remedy_and_no_number_of_pairs(make_inputs):
    found = (
        dependence("merge the comparisons surname and house_number into one"),
        dependence(None),
    )
    page = build(replace(make_inputs(), dependences=found))
    (table,) = [each for each in tables(page) if each.id == "dependence"]
    (row,) = [[cell.text for cell in row] for row in table.rows]
    assert row[:4] == ["Surname", "house number", "random pairs", "+0.31"]
    assert row[4] == "Merge the comparisons surname and house number into one."
    assert not {"812", "90", "76.1"} & set(row)


def test_comparisons_that_do_not_go_together_are_said_not_to(make_inputs):
    page = build(replace(make_inputs(), dependences=(dependence(None, 0.02),)))
    said = [text for part in parts(page) for text in part.paragraphs]
    assert any(text.startswith("No two comparisons of this model do") for text in said)
    assert "dependence" not in {table.id for table in tables(page)}


def test_how_the_drawing_went_stands_beside_the_uncertain_links(modelled_page):
    facts = {f.key: f.cell.text for part in parts(modelled_page) for f in part.facts}
    assert (facts["rhat"], facts["effective_draws"]) == ("1.012", "163")
    assert facts["collisions"] == "0.8%"


def test_parameters_have_limits_where_the_model_was_fitted_again(modelled_page):
    (model,) = [each for each in modelled_page.sections if each.id == "model"]
    (table,) = [part.table for part in model.parts if part.table is not None]
    keys = [column.key for column in table.columns]
    rows = {tuple(c.text for c in row[:2]): [c.text for c in row] for row in table.rows}
    same = dict(zip(keys, rows["First name", "same"], strict=True))
    assert (same["m_limits"], same["lower"], same["upper"]) == ("0.929 to 0.938", "+7.0", "+7.1")
    missing = dict(zip(keys, rows["First name", "missing"], strict=True))
    assert (missing["m_limits"], missing["lower"]) == ("[x]", "[x]")
    assert "They cover no mistake of the model" in table.detail


def test_every_number_stands_in_the_record(reviewed_page):
    record = str(page_record(reviewed_page))
    for table in tables(reviewed_page):
        assert table.id in record
    ids = [table.id for table in tables(reviewed_page)]
    assert len(ids) == len(set(ids))
