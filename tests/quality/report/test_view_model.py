"""What the page says, before any HTML: findings, suppression in words, order, the checklist."""

import json
from dataclasses import replace

import pytest

from quality.report.build import build
from quality.report.lookup import Lookup
from quality.report.page import page_record
from quality.report.sections.headline import gap_points
from quality.report.sections.limits import limitations
from quality.report.sections.linked import objective_words

RARE = "1 group too small to name"


def section(page, identity):
    return next(each for each in page.sections if each.id == identity)


def points(page):
    return [point for chapter in page.chapters for point in chapter.points]


def tables(page):
    return [part.table for each in page.sections for part in each.parts if part.table]


def table(page, identity):
    return next(each for each in tables(page) if each.id == identity)


def texts(found, key):
    at = [column.key for column in found.columns].index(key)
    return {row[0].text: row[at].text for row in found.rows}


def test_the_title_is_the_finding(page):
    assert page.heading == (
        "95.0% of Census 2020 records were linked to Social security; how many links are wrong was "
        "not measured"
    )
    assert "How well a census is covered" in page.subtitle


def test_the_warning_says_that_nothing_was_measured(page):
    assert "no truth was supplied" in section(page, "answer-measured").parts[0].paragraphs[1]


def test_no_main_point_has_a_figure_without_an_interval(page):
    for point in points(page):
        assert "%" not in point or "interval" in point


def test_main_points_name_the_largest_gap_and_the_groups_not_shown(page):
    race = next(point for point in points(page) if point.startswith("By race"))
    assert "Latino: \N{MINUS SIGN}4.3 points (95% interval" in race
    assert "AIAN and 1 group too small to name" in race


def test_every_table_of_estimates_has_its_limits(page):
    counts_only = {
        "sources",
        "weights-table",
        "blocking-rules",
        "characteristics-table",
        "gates",
        "dependence",
    }
    for each in tables(page):
        keys = {column.key for column in each.columns}
        if each.id not in counts_only and not each.id.startswith(("flow", "checklist")):
            assert {"lower", "upper"} <= keys, each.id
        else:
            assert "no interval" in each.detail or not any(c.numeric for c in each.columns[3:])


def test_rates_by_group_say_base_grade_and_status(page):
    rates = table(page, "link_rate-census-ssa-race")
    keys = {column.key for column in rates.columns}
    assert {"base", "status"} <= keys
    assert "grade" not in keys  # they share one, which the caption says
    assert rates.detail.startswith("Grade A: measured. ")
    assert "cover chance in sampling only" in rates.detail
    assert "AIAN" not in texts(rates, "link_rate")
    assert any(note.startswith("Suppressed [c]: ") and "AIAN" in note for note in rates.notes)
    assert texts(rates, "link_rate")["Group not known"] == "81.3% [u]"
    assert texts(rates, "lower")["Group not known"] != "[c]"
    assert any(note.startswith("[u] ") for note in rates.shorthand)


def test_what_all_rows_share_stands_in_the_caption_alone(reviewed_page):
    shared = [each for each in tables(reviewed_page) if each.detail.startswith("Grade ")]
    assert shared
    for each in tables(reviewed_page):
        grades = {row.text for name, row in _column(each, "grade")}
        assert len(grades) != 1, each.id
        assert {row.text for name, row in _column(each, "status")} != {"shown"}, each.id


def _column(table, key):
    at = [k for k, column in enumerate(table.columns) if column.key == key]
    return [(row[0], row[k]) for row in table.rows for k in at]


def test_a_group_too_small_to_count_is_named_as_one_and_has_no_row(page):
    rates = table(page, "link_rate-census-ssa-race")
    assert RARE not in texts(rates, "base")
    assert any(RARE in note for note in rates.notes)


def test_a_rare_value_of_a_free_column_is_not_named(make_page, make_config):
    configured = {"state": {"source": "census", "column": "state"}}
    groups = {"state": [("qld", 900, 800), ("qdl", 3, 2), ("unknown", 200, 100), ("nhw", 1, 1)]}
    page = make_page(settings=make_config(groups=configured), groups=groups)
    rates = table(page, "link_rate-census-ssa-state")
    assert [row[0].text for row in rates.rows] == [
        "All records", "qld", "Group not known",
    ]  # fmt: skip
    assert rates.notes == ("Suppressed [c]: 2 groups too small to name.",)
    assert "nhw" not in json.dumps(page_record(page))


def test_a_small_group_of_a_harmonised_list_is_named(make_page, make_config):
    configured = {"sex": {"source": "census", "column": "sex", "standard": "sex"}}
    groups = {"sex": [("Female", 900, 800), ("Male", 3, 2)]}
    page = make_page(settings=make_config(groups=configured), groups=groups)
    assert "Suppressed [c]: Male." in table(page, "link_rate-census-ssa-sex").notes


def test_groups_stand_in_the_order_of_their_list(make_page, make_config):
    ages = ["85+", "5-9", "0-4", "unknown", "10-14", "20-29"]
    groups = {"age": [(name, 500, 450) for name in ages]}
    configured = {"age": {"source": "census", "column": "age"}}
    page = make_page(settings=make_config(groups=configured), groups=groups)
    rates = table(page, "link_rate-census-ssa-age")
    assert [row[0].text for row in rates.rows][1:] == [
        "0-4", "5-9", "10-14", "20-29", "85+", "Group not known",
    ]  # fmt: skip


def test_groups_of_a_harmonised_list_have_short_names(make_page, make_config):
    heading = "Black, Black British, Black Welsh, Caribbean or African"
    groups = {"ethnicity": [(f"{heading}: African", 500, 400), ("White: Roma", 500, 450)]}
    ethnicity = {"source": "census", "column": "e", "standard": "ethnicity.census_2021_19"}
    page = make_page(settings=make_config(groups={"ethnicity": ethnicity}), groups=groups)
    rates = table(page, "link_rate-census-ssa-ethnicity")
    assert [row[0].text for row in rates.rows] == ["All records", "Black African", "Roma"]


def test_bands_split_apart_stand_in_order(make_config, make_inputs):
    age = {
        "source": "census",
        "from": "date_of_birth",
        "on": "2020-04-01",
        "standard": "age.bands_8",
        "split": [20],
    }
    lookup = Lookup(make_config(groups={"age": age}), ())
    places = lookup.group_places("age", ["20-29", "16-19", "0-15", "85+", "30-34"])
    assert [*places] == ["0-15", "16-19", "20-29", "30-34", "85+"]


def test_without_groups_the_page_says_so(make_page, make_config):
    page = make_page(settings=make_config(groups={}), groups={})
    assert any(
        "No characteristic was configured" in text
        for text in section(page, "limitations").parts[0].bullets
    )
    reading = section(page, "groups")
    assert any("No characteristic was configured" in text for text in reading.parts[0].paragraphs)
    assert table(page, "link_rate-census-ssa")


def test_one_group_has_no_gap(make_page, make_config):
    configured = {"sex": {"source": "census", "column": "sex"}}
    page = make_page(settings=make_config(groups=configured), groups={"sex": [("F", 900, 800)]})
    said = section(page, "groups").parts[0].paragraphs
    assert any("No gap could be estimated" in text for text in said)
    assert texts(table(page, "link_rate-census-ssa-sex"), "link_rate")["F"] == "88.9%"


def test_when_all_is_suppressed_no_number_is_left(make_page, make_config):
    configured = {"sex": {"source": "census", "column": "sex"}}
    groups = {"sex": [("F", 60, 5), ("M", 30, 2)]}
    page = make_page(settings=make_config(groups=configured), groups=groups, missing={})
    assert page.heading == (
        "Linkage of Census 2020 and Social security: nothing was measured, and no link rate can be "
        "shown"
    )
    parts = section(page, "by-sex").parts
    assert any("Suppressed [c] for all 2 groups" in "".join(part.paragraphs) for part in parts)
    assert all(part.figure is None for part in parts)


def test_a_characteristic_of_another_source_is_not_identified(make_page, make_config):
    configured = {"benefit": {"source": "ssa", "column": "benefit"}}
    page = make_page(settings=make_config(groups=configured), groups={})
    (part,) = [p for p in section(page, "by-benefit").parts if p.heading and "benefit" in p.heading]
    assert "Not identified by the data" in part.paragraphs[0]


def test_the_flow_has_a_box_a_step_and_says_what_was_lost(page):
    flow = table(page, "flow-census-ssa")
    steps = texts(flow, "records")
    assert steps["Linked records"] == "9,685"
    assert steps["Candidates, but no link"] == "310"
    assert (
        texts(table(page, "flow-ssa"), "what")["Left out: among the values to drop"] == "left out"
    )
    assert texts(flow, "what")["Candidates, but no link"] == "not linked"
    assert texts(table(page, "flow-ssa"), "records")["Linked from Census 2020"] == "9,685"


def test_a_loss_next_to_a_suppressed_count_is_suppressed(make_page, make_config):
    configured = {"sex": {"source": "census", "column": "sex"}}
    page = make_page(settings=make_config(groups=configured), groups={"sex": [("F", 5000, 4984)]})
    steps = texts(table(page, "flow-census-ssa"), "records")
    assert steps["Records with a candidate"] == "suppressed [c]"
    assert steps["Candidates, but no link"] == "suppressed [c]"


def test_a_small_loss_is_not_given(make_inputs):
    inputs = make_inputs()
    changed = tuple(
        replace(each, estimate=9_690.0)
        if (each.measure, each.group) == ("with_candidate", None)
        else each
        for each in inputs.estimates
    )
    steps = texts(table(build(replace(inputs, estimates=changed)), "flow-census-ssa"), "records")
    assert steps["Candidates, but no link"] == "fewer than 10"


def test_reasons_are_kept_apart(page):
    missing = table(page, "missing-census")
    rows = [(row[0].text, row[2].text) for row in missing.rows]
    assert [reason for name, reason in rows if name == "Date of birth"] == [
        "any reason",
        "not answered",
        "stand-in value",
        "not a possible value",
    ]
    assert ("Postcode", "not answered") in rows
    assert ("Postcode", "any reason") not in rows


def test_groups_suppressed_throughout_have_no_row_but_are_named(page):
    missing = table(page, "missing-census-race")
    assert not any(row[1].text == RARE for row in missing.rows)
    assert any("without a row" in note and RARE in note for note in missing.notes)


def test_a_very_long_table_keeps_the_reasons_for_the_file(make_page, make_config):
    configured = {"area": {"source": "census", "column": "area"}}
    groups = {"area": [(f"area {k}", 10_000, 9_000) for k in range(60)]}
    page = make_page(settings=make_config(groups=configured), groups=groups)
    missing = table(page, "missing-census-area")
    assert {row[2].text for row in missing.rows} == {"any reason"}
    assert any("by reason stand in the estimates" in note for note in missing.notes)


def test_the_threshold_has_its_objective_and_trust(page):
    facts = {f.key: f.cell.text for part in section(page, "linked").parts for f in part.facts}
    assert facts["threshold"] == "0.416"
    assert "best balance of precision and recall" in facts["chosen"]
    assert facts["trust"].startswith("Indicative")
    assert facts["ties"] == "15"


def test_what_the_model_expects_is_only_indicative(page):
    expected = table(page, "expected")
    assert expected.detail.startswith("Grade C: model only. ")
    assert set(texts(expected, "lower").values()) == {"[x]"}


def test_a_run_without_model_or_decision_has_a_page(make_page):
    page = make_page(training={}, manifest={})
    assert "No model was trained" in section(page, "model").parts[0].paragraphs[0]
    assert "No blocking rule" in section(page, "blocking").parts[0].paragraphs[0]


def test_the_household_class_is_shown_when_it_took_pairs(make_page, page):
    def shares(found):
        return {fact.key for part in section(found, "model").parts for fact in part.facts}

    assert shares(page) == {"prior", "household_share"}
    assert shares(make_page(training={"household_share": 0.0, "comparisons": [_COMPARISON]})) == (
        set()
    )


_COMPARISON = {
    "name": "sex",
    "columns": ["sex"],
    "levels": [{"label": "equal", "m": 0.98, "u": 0.5, "weight": 0.97, "missing": False}],
}


def test_rules_are_named_in_words(page):
    rules = table(page, "blocking-rules")
    assert [row[0].text for row in rules.rows] == [
        "Date of birth and first initial",
        "First name and surname",
    ]


def test_every_item_of_the_checklist_is_there_or_not_supplied(page):
    items = texts(table(page, "checklist-report-items-table"), "held")
    assert list(items) == [f"{number:02}" for number in range(1, 19)]
    assert set(items.values()) == {"given", "given in part", "not supplied"}
    assert items["06"] == "not supplied"


def test_provenance_has_hashes_and_versions(page):
    facts = {f.key: f.cell.text for part in section(page, "provenance").parts for f in part.facts}
    assert facts["input_census"] == "ab" * 32
    assert len(facts["settings"]) == 64
    assert "splink 5.0.0" in facts["versions"]


def test_deduplication_speaks_of_duplicates(make_config, make_inputs):
    settings = make_config(linkage={"type": "deduplicate"}, groups={})
    inputs = make_inputs(settings=settings, groups={})
    rate = next(e for e in inputs.estimates if e.measure == "link_rate")
    duplicates = replace(rate, measure="duplicate_rate", other=None, estimate=0.12)
    page = build(replace(inputs, estimates=(duplicates,)))
    assert (
        page.heading
        == "12.0% of Census 2020 records are thought to share their person with another record; "
        "how many links are wrong was not measured"
    )
    assert not any("no partner" in text for text in limitations(Lookup(settings, ()), inputs))


def test_an_interval_too_wide_for_one_figure_is_given_by_its_limits(page, make_inputs, make_config):
    estimates = make_inputs().estimates
    wide = [replace(each, status="too_few_to_tell") for each in estimates]
    for rows, said in ((estimates, "15.2 points (95%"), (wide, "95% interval")):
        lookup = Lookup(make_config(), tuple(rows))
        race = next(point for point in gap_points(lookup) if point.startswith("By race"))
        assert said in race  # a clear gap has its figure
    assert "Group not known: 95% interval" in race


def test_the_record_has_every_table(page):
    record = page_record(page)
    found = [
        part["table"]["id"]
        for chapter in record["chapters"]
        for each in chapter["sections"]
        for part in each["parts"]
        if "table" in part
    ]
    assert found == [each.id for each in tables(page)]


def test_a_row_must_fit_its_columns(page):
    found = tables(page)[0]
    with pytest.raises(ValueError, match="does not fit"):
        replace(found, rows=((found.rows[0][0],),))


def test_variables_bear_their_labels(make_inputs, make_config):
    variables = [
        {"source": "census", "column": "nssec", "label": "Occupation"},
        {"source": "census", "column": "tenure_2021"},
    ]
    settings = make_config(missingness={"variables": variables})
    inputs = make_inputs(settings=settings)
    postcode = [e for e in inputs.estimates if (e.source, e.variable) == ("census", "postcode")]
    named = [
        replace(each, measure="missing_variable", variable=name)
        for each in postcode
        for name in ("nssec", "tenure_2021")
    ]
    page = build(replace(inputs, estimates=tuple(named)))
    assert [row[0].text for row in table(page, "missing-census").rows] == [
        "Occupation",
        "Tenure 2021",
    ]


def test_the_unknown_of_a_characteristic_is_told_from_an_identifier(make_inputs):
    inputs = make_inputs()
    postcode = [
        replace(each, measure="missing_group", variable="race")
        for each in inputs.estimates
        if (each.source, each.variable, each.characteristic) == ("census", "postcode", None)
    ]
    page = build(replace(inputs, estimates=tuple(postcode)))
    assert table(page, "missing-census").rows[0][0].text == "Race and ethnicity (group)"


def test_what_is_suppressed_in_every_group_is_said_once(make_page):
    page = make_page(missing={("census", "surname"): {"not_answered": 0.0004}})
    parts = section(page, "missing").parts
    assert not any(part.table and "by race" in part.table.caption for part in parts)
    said = [text for part in parts for text in part.paragraphs]
    (line,) = [text for text in said if "suppressed [c] for every group by" in text]
    assert line.startswith("Missing in Census 2020: suppressed [c]")
    assert "race and ethnicity and sex" in line


def test_a_reason_of_one_kind_is_not_hidden_by_does_not_apply(make_page):
    page = make_page(missing={("census", "postcode"): {"does_not_apply": 0.2}})
    reasons = [row[2].text for row in table(page, "missing-census").rows]
    assert reasons == ["any reason", "does not apply"]


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        ("precision>=0.99", "precision of at least 0.99"),
        ("recall >= .95", "recall of at least .95"),
    ],
)
def test_an_objective_in_words(objective, words):
    assert objective_words(objective) == words


def test_the_method_follows_the_configuration(make_page, make_config):
    linkage = {
        "deterministic": [["first_name", "date_of_birth"]],
        "blocking": [["surname"]],
        "decide": {"assignment": "clusters", "threshold": 0.9},
    }
    page = make_page(settings=make_config(linkage=linkage))
    notes = " ".join(section(page, "methods").parts[0].bullets)
    assert "first name and date of birth" in notes
    assert "set by the analyst" in notes
    assert "joined into entities" in notes
    facts = {f.key: f.cell.text for part in section(page, "linked").parts for f in part.facts}
    assert facts["chosen"] == "Set in the configuration"
