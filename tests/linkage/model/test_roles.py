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
        (("1", "HIGH STREET"), ("1", None), "missing"),
        (("1", "HIGH STREET"), ("1", "HIGH STREET"), "same house"),
        (("1", "HIGH STREET"), ("1", "HIGH STRET"), "same number, street nearly equal"),
        (("1", "HIGH STREET"), ("2", "HIGH STRET"), "same street"),
        (("1", "HIGH STREET"), (None, "HIGH STREET"), "same street"),
        (("1", "HIGH STREET"), ("1", "MILL LANE"), "same number"),
        (("1", "HIGH STREET"), ("2", "MILL LANE"), "different"),
    ],
)
def test_houses(label_of, left, right, label):
    made = comparison("street", {"street", "house_number"})
    sides = [dict(zip(("house_number", "street"), side, strict=True)) for side in (left, right)]
    assert label_of(made, *sides) == label
    assert made.place


def lives(number=None, street=None, postcode=None, town=None):
    district = postcode and postcode.partition(" ")[0]
    return {
        "house_number": number,
        "street": street,
        "postcode": postcode,
        "postcode_district": district,
        "town": town,
    }


HOME = lives("1", "MILL LANE", "PO15 5RR", "FAREHAM")


@pytest.mark.parametrize(
    ("other", "label"),
    [
        (lives(), "missing"),
        (lives("1"), "missing"),
        (HOME, "same house and postcode"),
        (lives("1", "MILL LN", "PO15 5RR"), "same house and postcode"),
        (lives("1", "MILL LANE", "PO15 5RP"), "same house, area agrees"),
        (lives("1", "MILL LANE", "CF10 8XG", "FAREHAM"), "same house, area agrees"),
        (lives("1", "MILL LANE", "CF10 8XG", "CARDIFF"), "same house"),
        (lives("2", "MILL LANE", "PO15 5RR"), "same postcode and street"),
        (lives("1", "HIGH STREET", "PO15 5RR"), "same postcode and number"),
        (lives("2", "MILL LANE", None, "FAREHAM"), "same street, area agrees"),
        (lives(None, None, "PO15 5RR", "CARDIFF"), "same postcode"),
        (lives("1", "HIGH STREET", "CF10 8XG", "FARHAM"), "same number, area agrees"),
        (lives("2", "MILL LANE", "CF10 8XG", "CARDIFF"), "same street"),
        (lives("2", "HIGH STREET", "PO15 5RP", "CARDIFF"), "postcode nearly equal"),
        (lives("2", "HIGH STREET", "PO15 9AB", "CARDIFF"), "same area"),
        (lives("2", "HIGH STREET", "CF10 8XG", "FAREHAM"), "same area"),
        (lives("1", "HIGH STREET", "CF10 8XG", "CARDIFF"), "same number"),
        (lives("2", "HIGH STREET", "CF10 8XG", "CARDIFF"), "different"),
    ],
)
def test_addresses_of_several_parts(label_of, other, label):
    made = comparison("address", {*HOME})
    assert made.place
    assert label_of(made, HOME, other) == label
    assert label_of(made, other, HOME) == label


@pytest.mark.parametrize(
    ("held", "never"),
    [
        ({"street", "postcode"}, {"same house", "same number", "same area"}),
        ({"street", "town", "house_number"}, {"same postcode", "postcode nearly equal"}),
        ({"postcode", "town"}, {"same house", "same street", "same number"}),
    ],
)
def test_an_address_asks_only_for_parts_that_are_held(held, never):
    (made,) = by_role(held)
    assert made.name == "address"
    assert set(made.columns) == held
    assert never.isdisjoint(level.label for level in made.levels)


@pytest.mark.parametrize("column", ["street", "town", "place_of_birth"])
@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        ("LONDON ROAD", None, "missing"),
        ("LONDON ROAD", "LONDON ROAD", "equal"),
        ("LONDON ROAD", "LONDON RD", "nearly equal"),
        ("LONDON ROAD", "MILL LANE", "different"),
    ],
)
def test_places_by_themselves(label_of, column, left, right, label):
    made = comparison(column, {column})
    assert label_of(made, {column: left}, {column: right}) == label


def at(postcode, born_in=None):
    outward, _, inward = (postcode or "").partition(" ")
    parts = (f"{outward} {inward[:1]}", outward, outward.rstrip("0123456789"))
    named = ("postcode_sector", "postcode_district", "postcode_area")
    held = dict(zip(named, parts, strict=True)) if postcode else {}
    return {"postcode": postcode, "place_of_birth": born_in, **held}


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        ("PO15 5RR", None, "missing"),
        ("PO15 5RR", "PO15 5RR", "equal"),
        ("PO15 5RR", "PO15 5RP", "nearly equal"),
        ("PO15 5RR", "PO15 5AB", "same sector"),
        ("PO15 5RR", "PO15 7AB", "same district"),
        ("PO15 5RR", "PO16 7AB", "same area"),
        ("PO15 5RR", "CF10 8XG", "different"),
    ],
)
def test_uk_postcodes(label_of, left, right, label):
    assert label_of(comparison("postcode", UK_POSTCODE), at(left), at(right)) == label


def test_plain_postcodes_have_no_parts(label_of):
    made = comparison("postcode", {"postcode"})
    assert made.columns == ("postcode",)
    assert label_of(made, at("10115"), at("10117")) == "nearly equal"
    assert label_of(made, at("10115"), at("80331")) == "different"


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        (("PO15 5RR", None), (None, "BATH"), "missing"),
        (("PO15 5RR", "BATH"), ("PO15 5RR", "BATH"), "both equal"),
        (("PO15 5RR", "BATH"), ("PO15 5RR", "YORK"), "postcode equal"),
        (("PO15 5RR", "BATH"), ("PO15 7AB", "BATH"), "near, same birth place"),
        (("PO15 5RR", "BATH"), ("PO15 5RP", "YORK"), "near"),
        (("PO15 5RR", "BATH"), ("PO16 7AB", "BATH"), "same area and birth place"),
        (("PO15 5RR", "BATH"), ("CF10 8XG", "BATH"), "same birth place"),
        (("PO15 5RR", "BATH"), (None, "BATH"), "same birth place"),
        (("PO15 5RR", "WARRINGTON"), ("CF10 8XG", "WARINGTON"), "birth place nearly equal"),
        (("PO15 5RR", "BATH"), ("PO16 7AB", "YORK"), "same area"),
        (("PO15 5RR", "BATH"), ("CF10 8XG", "YORK"), "different"),
    ],
)
def test_home_and_place_of_birth_together(label_of, left, right, label):
    made = comparison("places", {*UK_POSTCODE, "place_of_birth"})
    assert label_of(made, at(*left), at(*right)) == label


def test_plain_home_and_place_of_birth_ask_for_no_area():
    made = comparison("places", {"postcode", "place_of_birth"})
    assert made.columns == ("postcode", "place_of_birth")
    assert not any("area" in level.label for level in made.levels)


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


def test_an_address_of_several_parts_leaves_the_place_of_birth_by_itself():
    made = by_role({*UK_POSTCODE, "town", "place_of_birth"})
    assert [c.name for c in made] == ["address", "place_of_birth"]


def test_a_column_is_read_by_one_comparison_of_places():
    with_home = by_role({*UK_POSTCODE, "place_of_birth"})
    assert [c.name for c in with_home] == ["places"]
    assert [c.name for c in by_role({"place_of_birth"})] == ["place_of_birth"]


def test_nothing_held_is_nothing_compared():
    assert by_role(()) == ()
