import pytest

from linkage.standardise import address


@pytest.mark.parametrize(
    ("raw", "street"),
    [
        ("Elm St", "ELM STREET"),
        ("St. John's Rd.", "ST JOHNS ROAD"),
        ("ST", "ST"),
        ("thorndyke avenue w", "THORNDYKE AVENUE WEST"),
        ("nw 14th ct", "NORTH WEST 14TH COURT"),
        ("N", "N"),
        ("oak cres., flt 3", "OAK CRESCENT FLAT 3"),
        ("wandering rdge dr", "WANDERING RIDGE DRIVE"),
        ("Dr Salter Way", "DR SALTER WAY"),
    ],
)
def test_streets(raw, street):
    assert address.street(raw).values == (street, None)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("02", "2"),
        ("No. 12", "12"),
        ("12 a", "12A"),
        ("12-14", "12 14"),
        ("Rose Cottage", "ROSE COTTAGE"),
        ("100", "100"),
        ("0", "0"),
    ],
)
def test_house_numbers(raw, number):
    assert address.house_number(raw).values == (number, None)


@pytest.mark.parametrize(
    ("raw", "place"),
    [("St. Alban's", "ST ALBANS"), ("Stoke-on-Trent", "STOKE ON TRENT"), ("Zürich 8", "ZURICH 8")],
)
def test_places(raw, place):
    assert address.place(raw).values == (place, None)


def test_a_place_that_is_stated_to_be_missing():
    assert address.place("Not known").values == (None, "placeholder")
