from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.standardise import dates

DMY = ("%d/%m/%Y",)
UK = ("%d-%m-%y", "%d/%m/%y", "%d-%b-%y", "%d %B %Y")


@pytest.mark.parametrize(
    ("raw", "formats", "expected"),
    [
        ("02/03/1990", DMY, date(1990, 3, 2)),
        ("2/3/1990", DMY, date(1990, 3, 2)),
        (" 02 / 03 / 1990 ", ("%d / %m / %Y",), date(1990, 3, 2)),
        ("19900302", ("%Y%m%d",), date(1990, 3, 2)),
        ("03021990", ("%m%d%Y",), date(1990, 3, 2)),
        ("06-Jan-85", UK, date(1985, 1, 6)),
        ("06-JAN-85", UK, date(1985, 1, 6)),
        ("08 march 1993", UK, date(1993, 3, 8)),
        ("1  September  1993", UK, date(1993, 9, 1)),
        ("4 Sept 1993", UK, date(1993, 9, 4)),
        ("01-01-83", UK, date(1983, 1, 1)),
        ("Mar 8, 1993", ("%b %d, %Y",), date(1993, 3, 8)),
        ("1990-03-02 00:00:00", ("%Y-%m-%d %H:%M:%S",), date(1990, 3, 2)),
        ("1990-03-02T10:11:12.5", ("%Y-%m-%dT%H:%M:%S",), date(1990, 3, 2)),
        ("1548-01-08", ("%Y-%m-%d",), date(1548, 1, 8)),
        ("29/02/2000", DMY, date(2000, 2, 29)),
        ("1990-03-02", dates.DEFAULT_FORMATS, date(1990, 3, 2)),
    ],
)
def test_dates_are_read_in_the_stated_formats(raw, formats, expected):
    row = dates.date_of_birth(raw, formats)
    parts = (expected.year, expected.month, expected.day)
    assert row.values == (expected, expected.strftime("%Y%m%d"), *parts, None)


@pytest.mark.parametrize(("year", "read"), [("00", 2000), ("29", 2029), ("30", 1930), ("99", 1999)])
def test_two_digit_years_have_one_century_each(year, read):
    row = dates.date_of_birth(f"02-03-{year}", ("%d-%m-%y",))
    assert row.values[0] == date(read, 3, 2)
    assert row.fired == ("two_digit_year",)


@pytest.mark.parametrize(
    ("raw", "formats", "text"),
    [
        ("31/02/1990", DMY, "19900231"),
        ("12/13/1990", DMY, "19901312"),
        ("29/02/1900", DMY, "19000229"),
        ("1548-01-81", ("%Y-%m-%d",), "15480181"),
        ("88/12/2967", ("%m/%d/%Y",), "29678812"),
        ("0020-06-01", ("%Y-%m-%d",), "00200601"),
        ("0/9/1965", DMY, "19650900"),
    ],
)
def test_impossible_days_keep_their_digits(raw, formats, text):
    row = dates.date_of_birth(raw, formats)
    parts = (int(text[:4]), int(text[4:6]), int(text[6:]))
    assert row.values == (None, text, *parts, "invalid")
    assert row.fired == ("impossible_day",)


def test_the_first_format_that_gives_a_day_is_taken():
    formats = ("%d/%m/%Y", "%m/%d/%Y")
    assert dates.date_of_birth("02/03/1990", formats).values[0] == date(1990, 3, 2)
    assert dates.date_of_birth("02/13/1990", formats).values[0] == date(1990, 2, 13)
    assert dates.date_of_birth("32/13/1990", formats).values[1] == "19901332"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("O1/26/2OO5", date(2005, 1, 26)), ("0|/26/1977", date(1977, 1, 26))],
)
def test_letters_that_look_like_digits_are_read_as_digits(raw, expected):
    row = dates.date_of_birth(raw, ("%m/%d/%Y",))
    assert row.values[0] == expected
    assert row.fired == ("look_alike_digits",)


@pytest.mark.parametrize(
    "raw", ["29/320/1955", "1/1/19988", "R/06/2993", "tomorrow", "0²/03/1990", "-0050-01-0"]
)
def test_what_fits_no_format_is_invalid(raw):
    row = dates.date_of_birth(raw, ("%m/%d/%Y", "%d/%m/%Y", "%Y-%m-%d"))
    assert row.values == (None, None, None, None, None, "invalid")
    assert row.fired == ("invalid",)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("01/01/1900", "placeholder"),
        ("01/01/1901", "placeholder"),
        ("11/11/1111", "placeholder"),
        ("01/01/0001", "placeholder"),
        ("00/00/0000", "placeholder"),
        ("31/12/9999", "placeholder"),
        ("99/99/9999", "placeholder"),
        ("UNKNOWN", "placeholder"),
        ("not stated", "not_stated"),
        ("", "not_answered"),
        (" ", "not_answered"),
    ],
)
def test_stand_ins_are_missing(raw, reason):
    assert dates.date_of_birth(raw, DMY).values == (None, None, None, None, None, reason)


def test_the_first_of_january_is_a_birthday_and_counted():
    row = dates.date_of_birth("01/01/1990", DMY)
    assert row.values[0] == date(1990, 1, 1)
    assert row.fired == ("first_of_january",)


@pytest.mark.parametrize(
    ("day", "month", "year", "values"),
    [
        ("2", "3", "1990", (date(1990, 3, 2), "19900302", 1990, 3, 2, None)),
        ("02", "March", "90", (date(1990, 3, 2), "19900302", 1990, 3, 2, None)),
        ("2.0", "3.0", "1990.0", (date(1990, 3, 2), "19900302", 1990, 3, 2, None)),
        ("92", "3", "1959", (None, "19590392", 1959, 3, 92, "invalid")),
        ("", "", "1959", (None, None, 1959, None, None, "not_answered")),
        ("x", "3", "1959", (None, None, 1959, 3, None, "invalid")),
        ("", " ", "", (None, None, None, None, None, "not_answered")),
        ("99", "99", "9999", (None, None, None, None, None, "placeholder")),
    ],
)
def test_dates_in_parts(day, month, year, values):
    assert dates.date_in_parts("\x1f".join((day, month, year))).values == values


@pytest.mark.parametrize("wrong", ["%d/%m", "%d/%m/%Y %j", "%Q", "", "%d/%d/%Y", "%Y-%y-%m-%d"])
def test_a_format_needs_day_month_and_year(wrong):
    with pytest.raises(ValueError, match="a day, a month and a year"):
        dates.pattern(wrong)


FORMATS = ["%d/%m/%Y", "%m-%d-%Y", "%Y%m%d", "%d %B %Y", "%d-%b-%Y", "%Y.%m.%d", "%b %d %Y"]


@settings(deadline=None)
@given(st.dates(date(1000, 1, 2), date(2100, 12, 31)), st.sampled_from(FORMATS))
def test_every_day_written_in_a_format_is_read_back(day, format_):
    row = dates.date_of_birth(day.strftime(format_), (format_,))
    if row.values[-1] != "placeholder":
        assert row.values[0] == day
        assert row.values[1] == day.strftime("%Y%m%d")


@settings(deadline=None)
@given(st.text(max_size=20), st.sampled_from(FORMATS))
def test_no_text_breaks_reading(raw, format_):
    row = dates.date_of_birth(raw, (format_,))
    assert len(row.values) == 6
    assert (row.values[0] is None) == (row.values[-1] is not None)


def test_a_plain_date_has_no_parts():
    assert dates.plain_date("02/03/1990", DMY).values == (date(1990, 3, 2), None)
    assert dates.plain_date_in_parts("2\x1f3\x1f1990").values == (date(1990, 3, 2), None)
