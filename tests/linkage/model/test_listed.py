"""Comparisons that a configuration lists, on pairs made by hand."""

import pytest

from linkage.config.linkage_settings import Comparison as Said
from linkage.model.listed import listed

HELD = (
    "first_name",
    "name",
    "surname",
    "date_of_birth",
    "date_of_birth_text",
    "birth_year",
    "birth_month",
    "birth_day",
    "postcode",
    "postcode_sector",
    "postcode_district",
    "postcode_area",
    "town",
)


def made(held=HELD, **said):
    return listed(Said.model_validate(said), held)


def label(label_of, comparison, left, right, kind="VARCHAR"):
    column = comparison.columns[0]
    return label_of(comparison, {column: left}, {column: right}, {column: kind})


def test_exact(label_of):
    comparison = made(column="first_name")
    assert label(label_of, comparison, "ANN", "ANN") == "equal"
    assert label(label_of, comparison, "ANN", "ANNE") == "different"
    assert label(label_of, comparison, "ANN", None) == "missing"


def test_term_frequency_is_used_only_where_asked():
    assert made(column="first_name").term_frequency_levels() == {}
    asked = made(column="first_name", term_frequency=True)
    assert asked.term_frequency_levels() == {1: "first_name"}


@pytest.mark.parametrize(
    ("levels", "right", "expected"),
    [
        ((), "MARTHA", "equal"),
        ((), "MARHTA", "similarity 0.92"),
        ((), "MARTINA", "similarity 0.8"),
        ((), "ZOE", "different"),
        ((0.97,), "MARHTA", "different"),
        ((0.5,), "MIRA", "similarity 0.5"),
    ],
)
def test_jaro_winkler(label_of, levels, right, expected):
    comparison = made(column="first_name", kind="jaro_winkler", levels=levels)
    assert label(label_of, comparison, "MARTHA", right) == expected


@pytest.mark.parametrize(
    ("levels", "right", "expected"),
    [
        ((), "SMITH", "equal"),
        ((), "SMIHT", "edits 1"),
        ((), "SMYTHE", "edits 2"),
        ((), "SCHMIDT", "different"),
        ((3.0,), "SCHMIT", "edits 3"),
    ],
)
def test_levenshtein(label_of, levels, right, expected):
    comparison = made(column="surname", kind="levenshtein", levels=levels)
    assert label(label_of, comparison, "SMITH", right) == expected
    assert comparison.family


@pytest.mark.parametrize(
    ("levels", "right", "expected"),
    [
        ((), "2001-03-10", "equal"),
        ((), "2001-03-09", "within 1 days"),
        ((), "2001-04-09", "within 31 days"),
        ((), "2002-03-11", "within 366 days"),
        ((), "2003-03-11", "different"),
        ((7.0,), "2001-03-17", "within 7 days"),
    ],
)
def test_dates(label_of, levels, right, expected):
    comparison = made((*HELD, "moved"), column="moved", kind="date", levels=levels)
    assert label(label_of, comparison, "2001-03-10", right, "DATE") == expected


def test_a_date_of_birth_is_compared_part_by_part_unless_days_are_asked(label_of):
    assert made(column="date_of_birth", kind="date").columns[0] == "date_of_birth_text"
    in_days = made(column="date_of_birth", kind="date", levels=(3.0,))
    assert label(label_of, in_days, "1980-01-02", "1980-01-05", "DATE") == "within 3 days"


@pytest.mark.parametrize(
    ("levels", "right", "expected"),
    [
        ((), 10.0, "equal"),
        ((), 11.0, "different"),
        ((1.0, 5.0), 11.0, "within 1"),
        ((1.0, 5.0), 5.0, "within 5"),
        ((1.0, 5.0), 4.0, "different"),
        ((1.0, 5.0), None, "missing"),
    ],
)
def test_numbers(label_of, levels, right, expected):
    comparison = made((*HELD, "income"), column="income", kind="number", levels=levels)
    assert label(label_of, comparison, 10.0, right, "DOUBLE") == expected


@pytest.mark.parametrize(
    ("levels", "right", "expected"),
    [
        ((), ["b"], "1 or more shared"),
        ((), ["z"], "different"),
        ((3.0, 2.0), ["a", "b"], "2 or more shared"),
        ((3.0, 2.0), ["a", "b", "c"], "3 or more shared"),
        ((3.0, 2.0), ["a"], "different"),
        ((), None, "missing"),
    ],
)
def test_arrays(label_of, levels, right, expected):
    comparison = made((*HELD, "aliases"), column="aliases", kind="array", levels=levels)
    assert label(label_of, comparison, ["a", "b", "c"], right, "VARCHAR[]") == expected


def test_a_uk_postcode_is_compared_with_its_parts(label_of):
    comparison = made(column="postcode", kind="postcode")
    near = {"postcode_sector": "PO15 5"}
    left, right = {"postcode": "PO15 5RR", **near}, {"postcode": "PO15 5AB", **near}
    assert label_of(comparison, left, right) == "same sector"
    assert comparison.place


def test_a_plain_postcode_is_compared_without_parts():
    comparison = made(("postcode",), column="postcode", kind="postcode")
    assert comparison.columns == ("postcode",)


def test_another_column_may_hold_postcodes(label_of):
    comparison = made((*HELD, "workplace"), column="workplace", kind="postcode")
    assert comparison.columns == ("workplace",)
    assert label(label_of, comparison, "PO15 5RR", "PO15 5RP") == "nearly equal"


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (("ANN", "LEE", "BATH"), "3 agree"),
        (("ANN", "KAY", "BATH"), "2 agree"),
        (("ANN", None, None), "1 agree"),
        (("ZOE", None, "YORK"), "none agree"),
        ((None, None, None), "missing"),
    ],
)
def test_several_columns_are_compared_by_how_many_agree(label_of, right, expected):
    columns = ("first_name", "surname", "town")
    comparison = made(columns=columns)
    left = dict(zip(columns, ("ANN", "LEE", "BATH"), strict=True))
    assert label_of(comparison, left, dict(zip(columns, right, strict=True))) == expected
    assert (comparison.name, comparison.family, comparison.place) == (
        "first_name_surname_town",
        True,
        True,
    )


def test_custom_conditions(label_of):
    comparison = made(
        kind="custom",
        name="age",
        sql=("birth_year_l = birth_year_r", "abs(birth_year_l - birth_year_r) <= 2"),
    )
    assert comparison.columns == ("birth_year",)
    years = {right: label(label_of, comparison, 1980, right, "INT") for right in (1980, 1982, 1990)}
    assert years == {1980: "condition 1", 1982: "condition 2", 1990: "different"}
    assert label(label_of, comparison, 1980, None, "INT") == "missing"


def test_custom_conditions_read_whole_names_only():
    comparison = made(kind="custom", name="first", sql=("first_name_l = first_name_r",))
    assert comparison.columns == ("first_name",)


def test_a_custom_condition_across_columns_needs_only_the_sides_it_names(label_of):
    comparison = made(kind="custom", name="maiden", sql=("surname_l = NAME_R",))
    assert comparison.columns == ("name", "surname")
    assert label_of(comparison, {"surname": "LEE"}, {"name": "LEE"}) == "condition 1"
    assert label_of(comparison, {"surname": "LEE"}, {"surname": "LEE"}) == "missing"


def test_a_comparison_may_have_a_name_of_its_own():
    assert made(column="first_name", name="given").name == "given"
    assert made(column="first_name").gamma == "gamma_first_name"
