"""Dates in the source's own formats, read as far as they are legible.

A date that is no calendar day (31 February, month 13) gives no DATE, but its eight digits are kept:
a slip of one digit still agrees with the other source in the other seven.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from linkage.characteristics import MissingReason
from linkage.standardise.rules import Row
from linkage.standardise.stand_ins import stated_reason

CENTURY_PIVOT = 30
"""Two-digit years up to 29 are 2000-2029, the others 1930-1999: fixed, so that a run repeats."""

DEFAULT_FORMATS: tuple[str, ...] = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d %B %Y",
    "%d-%b-%Y",
)
"""What is tried when a source states no format: only what can be read one way."""

ISO: tuple[str, ...] = ("%Y-%m-%d",)
PART_SEPARATOR = "\x1f"

DATE_RULES: tuple[str, ...] = (
    "two_digit_year",
    "look_alike_digits",
    "impossible_day",
    "first_of_january",
)

_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_MONTH_NAMES = (
    "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER".split()
)
_DIRECTIVES = {
    "d": (r"(?P<day>\d{1,2})", r"(?P<day>\d{2})"),
    "m": (r"(?P<month>\d{1,2})", r"(?P<month>\d{2})"),
    "Y": (r"(?P<year>\d{4})", r"(?P<year>\d{4})"),
    "y": (r"(?P<year>\d{2})", r"(?P<year>\d{2})"),
    "b": (r"(?P<month>[A-Z]+)\.?", r"(?P<month>[A-Z]+)"),
    "B": (r"(?P<month>[A-Z]+)\.?", r"(?P<month>[A-Z]+)"),
    "H": (r"\d{1,2}", r"\d{2}"),
    "M": (r"\d{1,2}", r"\d{2}"),
    "S": (r"\d{1,2}(?:\.\d+)?", r"\d{2}"),
    "%": ("%", "%"),
}
_DIRECTIVES |= {"e": _DIRECTIVES["d"], "h": _DIRECTIVES["b"]}
_PIECE = re.compile(r"%[-#]?(.)|(\s+)|(.)", re.DOTALL)
_LOOK_ALIKE = str.maketrans("OILZSGB|!", "011256811")
_PLACEHOLDERS = frozenset({"19000101", "19010101", "11111111", "00010101", "00000000"})
_LEGIBLE_YEARS = range(1000, 2101)

Parts = tuple[str, str, str]  # year, month and day, as digits


@cache
def pattern(format_: str) -> re.Pattern[str]:
    """Return the regular expression of a date format written in strptime codes.

    Day and month may be one digit long unless another number follows at once.

    Raises
    ------
    ValueError
        When a code is not understood, or day, month and year are not each there once.
    """
    pieces = list(_PIECE.finditer(format_))
    known = all(piece[1] is None or piece[1] in _DIRECTIVES for piece in pieces)
    wanted = sorted(
        {"d": "d", "e": "d", "m": "m", "b": "m", "B": "m", "h": "m", "Y": "Y", "y": "Y"}[piece[1]]
        for piece in pieces
        if piece[1] in set("dembBhYy")
    )
    if not known or wanted != ["Y", "d", "m"]:
        raise ValueError("a date format needs a day, a month and a year code, each once")
    return re.compile("".join(_expression(pieces, at) for at in range(len(pieces))))


def _expression(pieces: Sequence[re.Match[str]], at: int) -> str:
    code, space, other = pieces[at].groups()
    if space:
        return r"\s+"
    if other:
        return re.escape(other.upper())
    beside = [pieces[each][1] for each in (at - 1, at + 1) if 0 <= each < len(pieces)]
    return _DIRECTIVES[code][any(beside)]


def date_of_birth(raw: str, formats: tuple[str, ...]) -> Row:
    """Return date, text, year, month, day and missing reason of a date of birth."""
    if not raw.strip():
        return _gone("not_answered")
    if reason := stated_reason(raw):
        return _gone(reason)
    fired: list[str] = []
    if (parts := _read(raw, formats, fired)) is None:
        return _gone("invalid")
    return _legible(*parts, fired)


def date_in_parts(raw: str) -> Row:
    """Return the same for day, month and year that stand in three columns.

    A part that is missing leaves the others standing.
    """
    day, month, year = (part.strip().upper() for part in raw.split(PART_SEPARATOR))
    if not (day or month or year):
        return _gone("not_answered")
    fired: list[str] = []
    numbers = (_whole(year), _month(month), _whole(day))
    if None not in numbers:
        y, m, d = (str(number) for number in numbers)
        return _legible(_century(y, fired), m.zfill(2), d.zfill(2), fired)
    reason: MissingReason = "not_answered" if "" in (day, month, year) else "invalid"
    counted = (reason,) if reason == "invalid" else ()
    return Row((None, None, *numbers, reason), counted)


def plain_date(raw: str, formats: tuple[str, ...]) -> Row:
    """Return a date that is no date of birth, and its missing reason."""
    whole = date_of_birth(raw, formats)
    return Row((whole.values[0], whole.values[-1]), whole.fired)


def plain_date_in_parts(raw: str) -> Row:
    """Return a date that is no date of birth, of which the parts stand in three columns."""
    whole = date_in_parts(raw)
    return Row((whole.values[0], whole.values[-1]), whole.fired)


def _read(raw: str, formats: tuple[str, ...], fired: list[str]) -> Parts | None:
    """Return the parts under the first format that gives a day, else the first that fits."""
    text = " ".join(raw.upper().split())
    for candidate in (text, text.translate(_LOOK_ALIKE)):
        fitting = [fit for each in formats if (fit := _fit(candidate, each))]
        if fitting:
            read, rules = fitting[0]
            if len(fitting) > 1:
                read, rules = next((fit for fit in fitting if _day(*fit[0])), fitting[0])
            fired += rules
            if candidate != text:
                fired.append("look_alike_digits")
            return read
    return None


def _fit(text: str, format_: str) -> tuple[Parts, list[str]] | None:
    found = pattern(format_).fullmatch(text)
    if found is None:
        return None
    year, month, day = found.group("year", "month", "day")
    if (number := _month(month)) is None:
        return None
    rules: list[str] = []
    return (_century(year, rules), f"{number:02d}", day.zfill(2)), rules


def _month(text: str) -> int | None:
    if text.isdecimal():
        return _whole(text)
    if text in _MONTH_NAMES:
        return _MONTH_NAMES.index(text) + 1
    if text[:3] in _MONTHS and len(text) in {3, 4}:
        return _MONTHS.index(text[:3]) + 1
    return _whole(text)


def _whole(text: str) -> int | None:
    text = text.removesuffix(".0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else None


def _century(year: str, fired: list[str]) -> str:
    if len(year) != 2:
        return year.zfill(4)
    fired.append("two_digit_year")
    return f"20{year}" if int(year) < CENTURY_PIVOT else f"19{year}"


def _day(year: str, month: str, day: str) -> date | None:
    if int(year) not in _LEGIBLE_YEARS:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _legible(year: str, month: str, day: str, fired: list[str]) -> Row:
    text = f"{year}{month}{day}"
    if text in _PLACEHOLDERS or year == "9999" or (month, day) == ("99", "99"):
        return _gone("placeholder")
    found = _day(year, month, day)
    if found is None:
        fired.append("impossible_day")
    elif (found.month, found.day) == (1, 1):
        fired.append("first_of_january")
    reason: MissingReason | None = None if found else "invalid"
    return Row((found, text, int(year), int(month), int(day), reason), tuple(fired))


def _gone(reason: MissingReason) -> Row:
    counted = () if reason == "not_answered" else (reason,)
    return Row((None, None, None, None, None, reason), counted)
