import pytest

from linkage.config.schema import Config
from quality import measures
from quality.report.lookup import Lookup
from quality.report.sections.causes import cause_parts, causes_section

CONFIG = {
    "name": "made",
    "sources": {
        name: {"path": f"{name}.csv", "id": "id", "columns": {"surname": "s"}} for name in "ab"
    },
    "groups": {"race": {"source": "a", "column": "r", "label": "race"}},
}


@pytest.fixture
def section(rate):
    def make(*rows):
        made = tuple(rate(**row) for row in rows)
        lookup = Lookup(Config.model_validate(CONFIG), made)
        return [*causes_section(lookup).parts, *cause_parts(lookup, "race")]

    return make


def tables(parts):
    return {part.table.id: part.table for part in parts if part.table is not None}


def texts(row):
    return [cell.text for cell in row]


def group(name, **more):
    return {"characteristic": "race", "group": name, **more}


def test_the_stage_that_lost_most_is_named_with_what_to_do(section):
    lost = {"measure": measures.MAIN_LOSS, "estimate": 0.05, "lower": 0.02, "upper": 0.09}
    parts = section(
        {**lost, "finding": "perhaps threshold"},
        group("x", **lost, finding="blocking"),
    )
    overall, x = (texts(row) for row in tables(parts)["main-loss-a-b-race"].rows)
    assert overall == ["All records", "perhaps threshold", "5.0%", "2.0%", "9.0%"]
    assert x[:2] == ["x", "blocking"]
    said = [text for part in parts for text in part.bullets]
    assert any(text.startswith("Blocking (x): add a blocking rule") for text in said)
    assert not any(text.startswith("Threshold") for text in said)


def test_every_stage_has_its_share_where_it_was_measured(section):
    stages = (measures.BLOCKING_LOSS, measures.THRESHOLD_LOSS, measures.ASSIGNMENT_LOSS)
    truth = {"method": measures.TRUTH, "estimate": 0.2, "lower": 0.14, "upper": 0.26}
    found = tables(
        section(
            group("y", measure=measures.MAIN_LOSS, finding="blocking"),
            group("z", measure=measures.MAIN_LOSS, finding=measures.NOTHING_LOST),
            *(group("y", measure=measure, **truth) for measure in stages),
        )
    )["main-loss-a-b-race"]
    (y,) = (texts(row) for row in found.rows)
    assert y == ["y", "blocking", *["20.0% (14.0% to 26.0%)"] * 3]
    assert found.notes == ("No match was seen lost, with limits in tables/errors.csv: z.",)


def test_where_stages_read_alike_none_is_named(section):
    few = {"method": measures.TRUTH, "estimate": 0.0012, "lower": 0.0, "upper": 0.012}
    stages = (measures.BLOCKING_LOSS, measures.THRESHOLD_LOSS, measures.ASSIGNMENT_LOSS)
    parts = section(
        group("y", measure=measures.MAIN_LOSS, finding="perhaps assignment"),
        group("z", measure=measures.MAIN_LOSS, finding="perhaps assignment"),
        *(group("y", measure=measure, **few) for measure in stages),
        *(group("z", measure=measure, **few) for measure in stages[:2]),
        group("z", measure=stages[2], **few | {"estimate": 0.004}),
    )
    y, z = (texts(row) for row in tables(parts)["main-loss-a-b-race"].rows)
    assert y[1] == "no stage more than another"
    assert z[1] == "perhaps wrong partner"


def test_the_field_that_costs_most_and_the_level_that_shows_it(section):
    gap = {"measure": measures.FIELD_COST_GAP, "method": "weighted_candidates", "estimate": None}
    gap |= {"reference": "x", "grade": "C"}
    m = {"measure": measures.M_BY_GROUP, "method": "shrunken_m", "estimate": None}
    m |= {"grade": "C", "variable": "first_name"}
    table = tables(
        section(
            group("y", **gap, variable="surname", lower=0.1, upper=0.5),
            group("y", **gap, variable="first_name", lower=0.8, upper=2.5),
            group("z", **gap, variable="surname", lower=-0.3, upper=0.4),
            group("x", **m, stage="swapped with another name", lower=0.0, upper=0.02),
            group("y", **m, stage="swapped with another name", lower=0.1, upper=0.2),
            group("x", **m, stage="different", lower=0.01, upper=0.03),
            group("y", **m, stage="different", lower=0.02, upper=0.05),
        )
    )["field-costs-a-b-race"]
    (y,) = (texts(row) for row in table.rows)
    assert y[2:6] == ["First name", "+0.8", "+2.5", "swapped with another name"]
    assert y[6].startswith("The comparison has a level for this error")
    assert table.notes == ("No field surely costs more: z.",)


def test_what_nothing_measured_is_said(section):
    found = section(
        {
            "measure": measures.MAIN_LOSS,
            "method": "none",
            "grade": "E",
            "status": "not_identified",
            "assumptions": ("a review would identify it",),
        }
    )
    assert found[0].heading == "By stage: not identified"
    assert found[0].paragraphs == ("A review would identify it.",)
