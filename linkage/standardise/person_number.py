"""Numbers that belong to one person: NHS numbers with their check digit, and others as they are."""

import re
from collections.abc import Callable

from linkage.characteristics import MissingReason
from linkage.standardise.rules import Row
from linkage.standardise.stand_ins import is_stand_in_number, stated_reason

PERSON_NUMBER_RULES: tuple[str, ...] = ("spacing_and_case",)

_SEPARATORS = re.compile(r"[^A-Z0-9]")
_NHS_LENGTH = 10


def nhs_number(raw: str) -> Row:
    """Return a valid NHS number as ten digits, and its missing reason."""
    return _number(raw, valid_nhs_number)


def plain_number(raw: str) -> Row:
    """Return a number of letters and digits, and its missing reason."""
    return _number(raw, bool)


def valid_nhs_number(number: str) -> bool:
    """Say whether ten digits end in their modulus 11 check digit (NHS Data Dictionary)."""
    if len(number) != _NHS_LENGTH or not number.isdecimal():
        return False
    weighted = sum(
        int(each) * weight for each, weight in zip(number, range(10, 1, -1), strict=False)
    )
    check = 11 - weighted % 11
    return (0 if check == 11 else check) == int(number[-1])


def _number(raw: str, valid: Callable[[str], bool]) -> Row:
    if not raw.strip():
        return Row((None, "not_answered"))
    if reason := stated_reason(raw):
        return _gone(reason)
    number = _SEPARATORS.sub("", raw.upper())
    if reason := stated_reason(number):
        return _gone(reason)
    if is_stand_in_number(number):
        return _gone("placeholder")
    if not valid(number):
        return _gone("invalid")
    return Row((number, None), ("spacing_and_case",) if number != raw else ())


def _gone(reason: MissingReason) -> Row:
    return Row((None, reason), () if reason == "not_answered" else (reason,))
