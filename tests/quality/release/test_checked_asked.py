import pytest

from quality.release.checked_asked import asked

HEADER = "sex measure source other records linked link_rate lower upper status".split()
GOOD = ("F", "link_rate", "a", "b", "103", "51", "0.4951", "0.4001", "0.5902", "ok")
HELD = ("M", "link_rate", "a", "b", "", "", "", "", "", "suppressed")


def wrong(*rows, header=HEADER):
    return list(asked(header, [dict(zip(header, row, strict=True)) for row in rows], 10))


def changed(column, value, row=GOOD):
    return tuple(value if name == column else old for name, old in zip(HEADER, row, strict=True))


def test_a_table_as_it_is_made_is_right():
    assert wrong(GOOD, HELD) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (changed("linked", "9"), "under the threshold"),
        (changed("linked", "50.5"), "whole number"),
        (changed("link_rate", "0.6"), "not made of the counts"),
        (changed("lower", "0.5"), "between its limits"),
        (changed("upper", "x"), "no number"),
        (changed("status", "fine"), "status"),
        (changed("records", "12", HELD), "shows a figure"),
    ],
)
def test_every_broken_rule_is_told_with_its_line(row, told):
    found = wrong(HELD, row)
    assert all("line 3" in each for each in found)
    assert any(told in each for each in found)


@pytest.mark.parametrize(
    "header",
    [
        HEADER[1:],
        [*HEADER[:4], "name", *HEADER[5:]],
        HEADER[:-1],
        [*HEADER, "note"],
    ],
)
def test_other_columns_are_no_such_table(header):
    rows = [dict.fromkeys(header, "link_rate")]
    assert list(asked(header, rows, 10)) == ["has not the columns of a table that was asked for"]
