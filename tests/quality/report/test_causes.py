import pytest

from linkage.config.schema import Config
from quality import measures
from quality.report.lookup import Lookup
from quality.report.sections.causes import causes_section

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
        return causes_section(Lookup(Config.model_validate(CONFIG), made))

    return make


def tables(section):
    return {part.table.id: part.table for part in section.parts if part.table is not None}


def texts(row):
    return [cell.text for cell in row]


def group(name, **more):
    return {"characteristic": "race", "group": name, **more}


def test_the_stage_that_lost_most_is_named_with_what_to_do(section):
    lost = {"measure": measures.MAIN_LOSS, "estimate": 0.05, "lower": 0.02, "upper": 0.09}
    found = tables(
        section(
            {**lost, "finding": "perhaps threshold"},
            group("x", **lost, finding="blocking"),
        )
    )
    overall, x = (texts(row) for row in found["main-loss-a-b-race"].rows)
    assert overall[:5] == ["All records", "1,234", "5.0%", "2.0%", "9.0%"]
    assert overall[5] == "perhaps threshold"
    assert overall[6].startswith("Compare with levels")
    assert x[5] == "blocking"
    assert x[6].startswith("Add a rule")


def test_each_stage_has_its_cost_and_its_part_of_the_gap(section):
    rows = [
        group("y", measure=measure, stage=stage, reference="x", estimate=0.02, lower=-0.01)
        for measure, stage in zip(
            measures.STAGE_GAPS, ("blocking", "threshold", "assignment"), strict=True
        )
    ]
    share = group(
        "y",
        measure=measures.RECALL_GAP_SHARE,
        stage="blocking",
        estimate=0.6,
        lower=-0.1,
        upper=1.2,
    )
    main = group("y", measure=measures.MAIN_LOSS, finding="blocking")
    table = tables(section(*rows, share, main))["stage-gaps-a-b-race"]
    assert [row[1].text for row in table.rows] == ["Blocking", "Threshold", "Assignment"]
    assert [row[6].text for row in table.rows] == ["60% (\N{MINUS SIGN}10% to 120%)", "[x]", "[x]"]


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
    y, z = (texts(row) for row in table.rows)
    assert y[2:6] == ["First name", "+0.8", "+2.5", "swapped with another name"]
    assert y[6].startswith("The comparison knows this error")
    assert z[2] == "none told apart"


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
    assert found.parts[0].heading == "By stage: not identified"
    assert found.parts[0].paragraphs == ("A review would identify it.",)
