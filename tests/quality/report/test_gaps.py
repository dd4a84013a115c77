"""What stands beside a gap: how small a one is found, what one in the link rate is made of."""

import pytest

from linkage.config.schema import Config
from quality import measures
from quality.report.lookup import Lookup
from quality.report.sections.gaps import gap_parts
from quality.report.sections.headline import gap_points
from tests.quality.report.test_causes import CONFIG

REVIEWED = {"method": measures.REVIEW, "reference": "y", "characteristic": "race", "group": "x"}
COUNTED = REVIEWED | {"method": measures.NEWCOMBE}
CAUSE = "measured causes: less often in b (non-coverage)"


@pytest.fixture
def shown(rate):
    def make(*rows):
        lookup = Lookup(Config.model_validate(CONFIG), tuple(rate(**row) for row in rows))
        return {part.table.id: part.table for part in gap_parts(lookup, "race") if part.table}

    return make


def cells(table):
    (row,) = table.rows
    return {column.key: cell.text for column, cell in zip(table.columns, row, strict=True)}


def gap(measure, estimate, lower, upper, **more):
    return {"measure": measure, "estimate": estimate, "lower": lower, "upper": upper, **more}


def test_beside_a_gap_in_recall_stand_the_smallest_found_and_that_in_precision(shown):
    found = shown(
        gap(measures.RECALL_GAP, -0.027, -0.101, -0.003, **REVIEWED),
        gap(measures.PRECISION_GAP, -0.002, -0.095, 0.007, **REVIEWED),
        gap(measures.DETECTABLE_GAP, 0.089, None, None, variable="recall_gap", **REVIEWED),
        gap(measures.DETECTABLE_GAP, 0.064, None, None, variable="coverage_gap", **REVIEWED),
    )
    table = found["recall_gap-review-a-b-race"]
    beside = cells(table)
    assert beside["detectable"] == "8.9"
    assert beside["precision"] == "\N{MINUS SIGN}0.2 (\N{MINUS SIGN}9.5 to +0.7)"
    assert any("Of a smaller one, not told apart says nothing" in note for note in table.notes)
    assert any(note.startswith("Gaps look beyond the records of this run") for note in table.notes)


def test_a_gap_in_the_link_rate_has_its_parts_and_their_cause(shown):
    part = f"{measures.LINK_RATE_GAP}_{{}}"
    found = shown(
        gap(measures.LINK_RATE_GAP, -0.135, -0.179, -0.097, assumptions=(CAUSE,), **COUNTED),
        gap(part.format(measures.COVERAGE_PART), -0.127, -0.18, -0.09, **REVIEWED),
        gap(part.format(measures.RECALL_PART), -0.002, -0.063, 0.005, **REVIEWED),
    )
    beside = cells(found["link_rate_gap-a-b-race"])
    assert beside["from-coverage"] == (
        "\N{MINUS SIGN}12.7 (\N{MINUS SIGN}18.0 to \N{MINUS SIGN}9.0)"
    )
    assert beside["from-missed-matches"].startswith("\N{MINUS SIGN}0.2")
    assert "from-false-links" not in beside
    assert beside["causes"] == "less often in b (non-coverage)"
    (note,) = [each for each in found["link_rate_gap-a-b-race"].notes if "three parts" in each]
    assert "rounded to 5, which moves that of the smallest group here by up to" in note


def test_a_gap_of_which_nothing_was_measured_stands_beside_that_to_everyone_else(shown):
    rest = measures.comparison(measures.LINK_RATE, measures.GAP, rest=True)
    found = shown(
        gap(measures.LINK_RATE_GAP, -0.03, -0.05, -0.01, **COUNTED),
        gap(rest, -0.02, -0.04, 0.0, **COUNTED | {"reference": measures.EVERYONE_ELSE}),
    )
    beside = cells(found["link_rate_gap-a-b-race"])
    assert beside["rest"].startswith("\N{MINUS SIGN}2.0 (")
    assert "causes" not in beside


def test_an_interval_without_zero_beside_no_finding_is_explained(rate):
    def said(upper):
        row = rate(
            **gap(measures.PRECISION_GAP, -0.004, -0.671, upper, **REVIEWED),
            finding=measures.NOT_TOLD_APART,
            n_tests=432,
        )
        (point,) = gap_points(Lookup(Config.model_validate(CONFIG), (row,)))
        return point

    assert said(-0.003).endswith(
        "leaves out zero by itself, as is expected beside 432 comparisons."
    )
    assert said(0.003).endswith("stands out from chance by race.")
