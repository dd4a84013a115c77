"""The section on where values were lost."""

import pytest

from linkage.config.schema import Config
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.report.lookup import Lookup
from quality.report.sections.lost_values import lost_values_section
from quality.report.sections.methods import _figure
from quality.report.sections.missing_patterns import missing_patterns_section


def config():
    columns = {"surname": "surname"}
    return Config.model_validate(
        {
            "name": "lost",
            "sources": {
                "a": {"path": "a.csv", "id": "id", "columns": columns},
                "b": {"path": "b.csv", "id": "id", "columns": columns, "label": "Register"},
            },
            "groups": {"sex": {"source": "a", "column": "sex", "standard": "sex"}},
            "missingness": {
                "variables": [{"source": "b", "column": "event", "label": "Type of event"}]
            },
        }
    )


def row(measure, stage=None, group=None, method=measures.REVIEW_AND_COUNTS, **changes):
    said = {
        "measure": measure,
        "method": method,
        "source": "a",
        "other": "b",
        "characteristic": None if group is None else "sex",
        "group": group,
        "variable": "event",
        "stage": stage,
        "estimate": 0.8,
        "lower": 0.7,
        "upper": 0.9,
        "level": 0.95,
        "interval_covers": "sampling only",
        "grade": grade_of(method),
        "n_records": 1000,
        "status": "ok",
        "assumptions": ("a thing is assumed",),
    }
    return Estimate(**{**said, **changes})


@pytest.fixture
def section():
    passed = [
        row(measures.STAGE_PASSED, stage, group)
        for group in ("Male", None, "unknown", "Female")
        for stage in ("answered", "covered", "blocked", "linked", "asked")
    ]
    seen = [
        row(measures.VALUE_THROUGH_LINK, stage, group, measures.WILSON)
        for group in ("Male", None, "unknown", "Female")
        for stage in ("observed_from_link", "prefer_not_to_say", "not_linked_undetermined")
    ]
    shares = [
        row(measures.STAGE_SHARE, "blocked", "Male", reference="Female", estimate=1.2, upper=1.6),
        row(measures.STAGE_SHARE, "linked", "Male", reference="Female", estimate=-0.2, lower=-0.5),
    ]
    return lost_values_section(Lookup(config(), (*passed, *seen, *shares)))


def table(section, text):
    return next(p.table for p in section.parts if p.table and text in p.table.caption)


def test_stages_stand_in_their_order_in_groups_in_the_order_of_their_list(section):
    found = table(section, "Stages passed")
    labels = [(cells[0].text, cells[1].text) for cells in found.rows]
    assert [group for group, _ in labels[::5]] == [
        "All records",
        "Female",
        "Male",
        "Group not known",
    ]
    assert [stage for _, stage in labels[:5]] == [
        "Has a partner in the other source",
        "Compared with it",
        "Linked to it",
        "Asked for the value",
        "Gave a value",
    ]
    assert "Type of event of Register" in found.caption


def test_preferring_not_to_say_has_a_row_in_every_group(section):
    found = table(section, "What the linked records show")
    rows = [cells[0].text for cells in found.rows if cells[1].text == "Preferred not to say"]
    assert rows == ["All records", "Female", "Male", "Group not known"]


def test_shares_below_none_and_above_all_are_printed_as_they_are(section):
    found = table(section, "Shares of the gap")
    assert [cells[3].text for cells in found.rows] == ["120%", "\N{MINUS SIGN}20%"]
    part = next(p for p in section.parts if p.table == found)
    assert len(part.figure.marks) == 2


def test_what_is_not_identified_is_named_without_a_number():
    unknown = row(
        measures.STAGE_PASSED,
        "covered",
        method=measures.NO_METHOD,
        **dict.fromkeys(("estimate", "lower", "upper", "n_records")),
        status="not_identified",
        assumptions=("a review would identify it",),
    )
    section = lost_values_section(Lookup(config(), (unknown,)))
    (bullets,) = (part.bullets for part in section.parts if part.heading and part.bullets)
    assert bullets == ("Has a partner in the other source: a review would identify it.",)
    assert _figure(unknown) == "Stage passed (event, covered)"


def test_groups_held_back_throughout_have_no_table():
    hidden = {"estimate": None, "lower": None, "upper": None, "status": "suppressed"}
    rows = tuple(
        row(measures.VALUE_LOST, "not_covered", sex, **hidden) for sex in ("Female", "Male")
    )
    section = lost_values_section(Lookup(config(), rows))
    assert not [part for part in section.parts if part.table]
    assert any("Suppressed [c] for all 2 groups" in t for p in section.parts for t in p.paragraphs)


def test_without_a_variable_the_section_says_why_it_is_empty():
    (part,) = lost_values_section(Lookup(config(), ())).parts
    assert "missingness.variables" in part.paragraphs[0]


def test_patterns_and_flux_have_a_table_each():
    pattern = {"other": None, "method": measures.WILSON}
    rows = (
        *(
            row(measures.MISSING_PATTERN, "ingest", variable=name, **pattern)
            for name in ("other patterns", "surname", "nothing missing")
        ),
        row(measures.INFLUX, variable="surname", other=None, estimate=0.104),
        row(measures.OUTFLUX, variable="surname", other=None, estimate=0.9),
        row(measures.CRAMERS_V, "sex", variable="surname", other=None, estimate=0.3),
        row(measures.MONOTONE_PATTERN, variable=None, other=None, estimate=0.975),
    )
    section = missing_patterns_section(Lookup(config(), rows))
    patterns, flux = (part.table for part in section.parts if part.table)
    assert [cells[1].text for cells in patterns.rows] == [
        "nothing missing",
        "surname",
        "other patterns",
    ]
    assert [cell.text for cell in flux.rows[0]] == ["Surname", "0.10", "0.90", "0.30"]
    assert flux.notes[0].startswith("97.5% of the records")


def test_groups_whose_gap_is_not_told_from_none_are_named_and_not_tabled():
    untold = dict.fromkeys(("estimate", "lower", "upper")) | {"status": "too_few_to_tell"}
    rows = (
        row(measures.STAGE_SHARE, "blocked", "Male", reference="Female"),
        row(measures.STAGE_SHARE, "blocked", "unknown", reference="Female", **untold),
    )
    section = lost_values_section(Lookup(config(), rows))
    found = table(section, "Shares of the gap")
    assert [cells[0].text for cells in found.rows] == ["Male"]
    part = next(p for p in section.parts if p.table == found)
    assert part.paragraphs[1] == "The gap is not told from none: Group not known."


def test_who_lacks_a_variable_stands_in_points_against_the_reference():
    effects = [
        row(measures.MISSING_AME, group=group, method=measures.LOGISTIC, other=None, **changes)
        for group, changes in (
            ("Male", {"estimate": 0.021, "lower": 0.01, "upper": 0.03, "reference": "Female"}),
            ("unknown", {"estimate": None, "status": "suppressed", "reference": "Female"}),
        )
    ]
    section = missing_patterns_section(Lookup(config(), tuple(effects)))
    (found,) = (part.table for part in section.parts if part.table)
    assert [cell.text for cell in found.rows[0][:5]] == ["Sex", "Male", "Female", "1,000", "+2.1"]
    assert len(found.rows) == 1
    assert found.notes[0].endswith(
        "0 groups whose interval holds zero, and 1 that are suppressed [c]."
    )
