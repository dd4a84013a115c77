"""Numbers of people and what was filled in, as the page shows them."""

import pytest

from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.report.page import page_record


def row(measure, method, estimate, **changes):
    said = {
        "source": "census",
        "lower": estimate - 0.01 if estimate < 1 else estimate - 100,
        "upper": estimate + 0.01 if estimate < 1 else estimate + 100,
        "level": 0.95,
        "n_records": 10_200,
        "grade": grade_of(method),
        "status": "ok",
        "assumptions": ("both sources are of one day",),
        **changes,
    }
    return Estimate(measure=measure, method=method, estimate=estimate, **said)


def people(method, estimate, **changes):
    return row(measures.POPULATION_SIZE, method, estimate, other="ssa", **changes)


def sections(page):
    return [each for chapter in page_record(page)["chapters"] for each in chapter["sections"]]


def section(page, name):
    return next(each for each in sections(page) if each["id"] == name)


def texts(part):
    return [[cell["text"] for cell in row.values()] for row in part["table"]["rows"]]


@pytest.fixture(scope="module")
def population(make_page):
    naive, corrected = measures.DUAL_SYSTEM_NAIVE, measures.DUAL_SYSTEM_CORRECTED
    of_race = {"characteristic": "race", "n_records": 1310}
    errors = [
        people(naive, 13_000.0),
        people(corrected, 12_000.0, n_reviewed=900),
        people(corrected, 12_100.0, n_reviewed=900, variable="race"),
        people(naive, 1_700.0, group="Black", **of_race),
        people(corrected, 1_500.0, group="Black", n_reviewed=300, **of_race),
        people(corrected, 12.0, group="NHOPI", n_reviewed=9, characteristic="race", n_records=9),
        row(
            measures.POPULATION_COVERAGE,
            corrected,
            0.85,
            other="ssa",
            variable="census",
            n_reviewed=900,
        ),
        row(
            measures.POPULATION_COVERAGE,
            corrected,
            0.8,
            other="ssa",
            variable="census",
            group="Black",
            n_reviewed=300,
            **of_race,
        ),
    ]
    return section(make_page(errors=errors), "population")


def test_the_number_of_people_stands_as_linked_and_as_corrected(population):
    (whole,) = (
        p for p in population["parts"] if p.get("heading", "").startswith("Number of people, ")
    )
    assert [cells[0] for cells in texts(whole)] == [
        "As linked",
        "Corrected for linkage errors",
        "Corrected for linkage errors, summed over groups by race and ethnicity",
    ]
    assert texts(whole)[1][2:5] == ["12,000", "11,900", "12,100"]


def test_groups_are_corrected_and_small_ones_held_back(population):
    (groups,) = (
        p
        for p in population["parts"]
        if p.get("heading", "").startswith("Number of people by race and ethnicity, corrected")
    )
    assert [cells[0] for cells in texts(groups)] == ["Black", "1 group too small to name"]
    assert texts(groups)[0][2] == "1,500"
    assert texts(groups)[1][2] == "suppressed [c]"


def test_no_single_figure_stands_for_a_group_as_linked(population):
    (groups,) = (
        p for p in population["parts"] if "by race and ethnicity, as linked" in p.get("heading", "")
    )
    assert texts(groups)[0][2:5] == ["[x]", "1,600", "1,800"]


def test_coverage_is_each_sources_share_of_the_people(population):
    (covered,) = (
        p for p in population["parts"] if p.get("heading", "").startswith("Share of all people")
    )
    assert "Census 2020" in covered["heading"]
    assert [cells[2] for cells in texts(covered)] == ["85.0%", "80.0%"]


def test_what_was_not_asked_for_has_no_section(make_page):
    assert "imputed" not in {each["id"] for each in sections(make_page())}
    assert "could be estimated" in str(section(make_page(), "population"))


@pytest.fixture(scope="module")
def imputed(make_page, make_config):
    said = {"missingness": {"imputation": {}}}
    outcome = {"source": "ssa", "column": "work", "kind": "binary"}
    analyses = [{"name": "in_work", "kind": "mean", "outcome": outcome, "by": "race"}]
    place = {"characteristic": "race", "group": "Black", "n_records": 1310}
    mean = {"other": "ssa", "variable": "in_work", **place}
    errors = [
        row(measures.IMPUTED_SHARE, measures.COMPLETE_CASE, 0.13, **place),
        row(measures.IMPUTED_SHARE, measures.IMPUTED, 0.15, **place),
        row(measures.IMPUTED_MEAN, measures.IMPUTED, 0.4, **mean),
        row(measures.IMPUTED_MEAN, measures.IMPUTED_MOVED, 0.5, stage="not_linked +1", **mean),
        row(measures.IMPUTED_MEAN, measures.IMPUTED_MOVED, 0.3, stage="not_linked -1", **mean),
        row(measures.IMPUTED_GAP, measures.IMPUTED, -0.1, reference="White", **mean),
        row(
            measures.TIPPING_POINT,
            measures.IMPUTED,
            0.75,
            stage="not_linked",
            finding="its sign turns",
            **mean,
        ),
    ]
    return section(
        make_page(settings=make_config(**said, analyses=analyses), errors=errors), "imputed"
    )


def tables(part_of):
    return [part for part in part_of["parts"] if "table" in part]


def test_known_values_stand_beside_those_filled_in(imputed):
    share, *_ = tables(imputed)
    assert [cells[1] for cells in texts(share)] == ["known values only", "filled in"]
    assert [cells[3] for cells in texts(share)] == ["[x]", "14.9%"]


def test_what_is_only_assumed_has_limits_and_no_figure(imputed):
    mean = tables(imputed)[1]
    assert [cells[1] for cells in texts(mean)] == [
        "filled in",
        "filled in, not linked \N{MINUS SIGN}1",
        "filled in, not linked +1",
    ]
    assert texts(mean)[2][3:6] == ["[x]", "48.9%", "51.1%"]


def test_a_gap_has_its_sign_and_its_tipping_point(imputed):
    gap, tipping = tables(imputed)[2:]
    assert texts(gap)[0][3] == "\N{MINUS SIGN}9.9"
    assert texts(tipping) == [["in work", "Black", "not linked", "+0.75", "its sign turns"]]
