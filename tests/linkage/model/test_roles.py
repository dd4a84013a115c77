"""What ``comparisons: auto`` makes of each role, on pairs made by hand."""

import pytest

from linkage.model.roles import by_role

PERSON = {
    "first_name",
    "first_initial",
    "first_name_phonetic",
    "middle_name",
    "middle_initial",
    "surname",
    "surname_initial",
    "surname_phonetic",
    "date_of_birth",
    "date_of_birth_text",
    "birth_year",
    "birth_month",
    "birth_day",
    "sex",
}
UK_POSTCODE = {"postcode", "postcode_sector", "postcode_district", "postcode_area"}


def comparison(name, held):
    return next(c for c in by_role(held, plain=("colour",)) if c.name == name)


def first(name, phonetic=None, surname="LEE", middle=None):
    return {
        "first_name": name,
        "first_initial": name and name[0],
        "first_name_phonetic": phonetic or name,
        "surname": surname,
        "middle_name": middle,
    }


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        (first("ANNA"), first(None), "missing"),
        (first("ANNA"), first("ANNA"), "equal"),
        (first("CATHERINE"), first("CATHERINA"), "nearly equal"),
        (first("JON"), first("JOHN"), "nearly equal"),
        (first("ANNA", surname="LEE"), first("LEE", surname="ANNA"), "swapped with another name"),
        (first("ANNA", middle="ROSE"), first("ROSE", middle="ANNA"), "swapped with another name"),
        (first("MARY ELIZABETH"), first("ELIZABETH"), "contained"),
        (first("GEORGE", "JORJ"), first("JORDAN", "JORJ"), "alike"),
        (first("DWAYNE"), first("DUANE"), "alike"),
        (first("BETH"), first("BOB"), "same initial"),
        (first("ANNA"), first("ZOE"), "different"),
    ],
)
def test_first_names(label_of, left, right, label):
    assert label_of(comparison("first_name", PERSON), left, right) == label


def test_a_first_name_alone_is_not_swapped_with_anything():
    labels = [level.label for level in comparison("first_name", {"first_name"}).levels]
    assert "swapped with another name" not in labels


def middle(name):
    return {"middle_name": name, "middle_initial": name and name[0]}


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        ("ROSE", None, "missing"),
        ("ROSE", "ROSE", "equal"),
        ("R", "R", "nearly equal"),
        ("ROSEMARY", "ROSEMARIE", "nearly equal"),
        ("ROSE", "R", "initial agrees"),
        ("ROSE", "RUBINA", "same initial"),
        ("ROSE", "ANNA", "different"),
    ],
)
def test_middle_names(label_of, left, right, label):
    assert label_of(comparison("middle_name", PERSON), middle(left), middle(right)) == label


def last(name, phonetic=None, other="ANNA"):
    return {"surname": name, "surname_phonetic": phonetic or name, "first_name": other}


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        (last("SMITH"), last(None), "missing"),
        (last("SMITH"), last("SMITH"), "equal"),
        (last("SMITH"), last("SMYTH"), "nearly equal"),
        (last("SMITH", other="LEE"), last("LEE", other="SMITH"), "swapped with the first name"),
        (last("GARCIA LOPEZ"), last("LOPEZ"), "contained"),
        (last("WRIGHT", "RT"), last("RITE", "RT"), "alike"),
        (last("JOHNSON"), last("JOHANSEN"), "alike"),
        (last("SMITH"), last("KHAN"), "different"),
    ],
)
def test_surnames(label_of, left, right, label):
    assert label_of(comparison("surname", PERSON), left, right) == label


def test_a_surname_alone_is_not_swapped_with_anything():
    labels = [level.label for level in comparison("surname", {"surname"}).levels]
    assert "swapped with the first name" not in labels


def born(text):
    parts = (text[:4], text[4:6], text[6:]) if text else (None, None, None)
    named = dict(zip(("birth_year", "birth_month", "birth_day"), parts, strict=True))
    return {"date_of_birth_text": text, **named}


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        ("19800102", None, "missing"),
        ("19800102", "19800102", "equal"),
        ("18610231", "18610231", "equal"),
        ("19800102", "19800107", "one digit off"),
        ("19800112", "19800121", "one digit off"),
        ("19800312", "19801203", "day and month swapped"),
        ("19800312", "19800327", "two parts of three"),
        ("19800312", "19970312", "two parts of three"),
        ("19800312", "19801127", "same year"),
        ("19800312", "19971127", "different"),
    ],
)
def test_dates_of_birth(label_of, left, right, label):
    assert label_of(comparison("date_of_birth", PERSON), born(left), born(right)) == label


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [("F", "F", "equal"), ("F", "M", "different"), ("F", None, "missing")],
)
def test_sex(label_of, left, right, label):
    made = comparison("sex", PERSON)
    assert label_of(made, {"sex": left}, {"sex": right}) == label
    assert made.term_frequency_levels() == {}


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        ("ann@x.org", None, "missing"),
        ("ann@x.org", "ann@x.org", "equal"),
        ("ann.lee@x.org", "ann.lee@x.com", "nearly equal"),
        ("al@posts.example", "al@z.org", "same user"),
        ("anna.lee@posts.example", "ana.lee@z.org", "user nearly equal"),
        ("ann@x.org", "zoe@z.org", "different"),
    ],
)
def test_email(label_of, left, right, label):
    sides = [{"email": s, "email_user": s and s.partition("@")[0]} for s in (left, right)]
    assert label_of(comparison("email", {"email", "email_user"}), *sides) == label


@pytest.mark.parametrize("column", ["phone", "person_number"])
@pytest.mark.parametrize(
    ("right", "label"),
    [
        (None, "missing"),
        ("9434765919", "equal"),
        ("9434765991", "nearly equal"),
        ("1", "different"),
    ],
)
def test_numbers_of_a_person(label_of, column, right, label):
    made = comparison(column, {column})
    assert label_of(made, {column: "9434765919"}, {column: right}) == label


def test_columns_of_no_known_role_are_compared_for_equality(label_of):
    made = comparison("colour", {"colour"})
    assert label_of(made, {"colour": "RED"}, {"colour": "RED"}) == "equal"
    assert label_of(made, {"colour": "RED"}, {"colour": "RAD"}) == "different"
    assert made.term_frequency_levels() == {1: "colour"}


def test_what_a_household_shares():
    made = by_role({*PERSON, *UK_POSTCODE, "street", "town", "country", "email"})
    assert [c.name for c in made if c.family] == ["surname"]
    assert [c.name for c in made if c.place] == ["address"]


def test_nothing_held_is_nothing_compared():
    assert by_role(()) == ()
