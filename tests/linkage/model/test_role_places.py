"""What ``comparisons: auto`` makes of places: addresses, and where people were born."""

import pytest

from linkage.model.roles import by_role

UK_POSTCODE = {"postcode", "postcode_sector", "postcode_district", "postcode_area"}


def comparison(name, held):
    return next(c for c in by_role(held) if c.name == name)


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


def test_an_address_of_several_parts_leaves_the_place_of_birth_by_itself():
    made = by_role({*UK_POSTCODE, "town", "place_of_birth"})
    assert [c.name for c in made] == ["address", "place_of_birth"]


def test_a_column_is_read_by_one_comparison_of_places():
    with_home = by_role({*UK_POSTCODE, "place_of_birth"})
    assert [c.name for c in with_home] == ["places"]
    assert [c.name for c in by_role({"place_of_birth"})] == ["place_of_birth"]
