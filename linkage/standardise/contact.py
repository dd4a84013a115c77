"""E-mail addresses and telephone numbers."""

import re

from linkage.characteristics import MissingReason
from linkage.standardise.rules import Row, Rule, apply
from linkage.standardise.stand_ins import is_stand_in_email, is_stand_in_number, stated_reason
from linkage.standardise.text import UNICODE

_ADDRESS = re.compile(r"[^@]+@[^@.]+(?:\.[^@.]+)+")
_EXTENSION = re.compile(r"(?:ext|extension|x)\.?\s*\d+\s*$", re.IGNORECASE)
_ABROAD = re.compile(r"^(?:\+|00)44\D*(?:\(?0\)?)?\D*")
_NOT_DIGIT = re.compile(r"[^0-9]")
_WITHOUT_PLUS = re.compile(r"^44(?=[1-37]\d{9}$)")
_LENGTHS = range(7, 16)


def lower_case(text: str) -> str:
    """Write in small letters, without spaces."""
    return "".join(text.lower().split())


def unwrap(text: str) -> str:
    """Take away what stands around an address: mailto:, angle brackets, a full stop."""
    while (inner := text.strip("<>.,;").removeprefix("mailto:")) != text:
        text = inner
    return text


def without_extension(text: str) -> str:
    """Drop an extension: 01632 960001 ext 12."""
    return _EXTENSION.sub("", text)


def as_dialled_at_home(text: str) -> str:
    """Write a UK number as it is dialled in the country: +44 (0)1632 becomes 01632."""
    return _ABROAD.sub("0", text.strip())


def digits_only(text: str) -> str:
    """Keep the digits."""
    return _NOT_DIGIT.sub("", text)


def zero_for_country_code(digits: str) -> str:
    """Put 0 for a 44 that has lost its plus, where the length says that it is a UK number."""
    return _WITHOUT_PLUS.sub("0", digits)


EMAIL: tuple[Rule, ...] = (UNICODE, Rule("lower_case", lower_case), Rule("unwrapped", unwrap))
PHONE: tuple[Rule, ...] = (
    UNICODE,
    Rule("extension", without_extension),
    Rule("country_code", as_dialled_at_home),
    Rule("digits_only", digits_only),
    Rule("country_code", zero_for_country_code),
)


def email(raw: str) -> Row:
    """Return an e-mail address, its user part, and the missing reason.

    One with a slip in it is kept and counted, because it still resembles the right one.
    """
    if reason := _absent(raw):
        return _gone(3, reason)
    fired: list[str] = []
    address = apply(EMAIL, raw, fired)
    user, at, _ = address.partition("@")
    if not (at or "." in address) or not address.strip("@."):
        return _gone(3, "invalid")
    if at and is_stand_in_email(user):
        return _gone(3, "placeholder")
    if not _ADDRESS.fullmatch(address):
        fired.append("malformed_address")
    return Row((address, user if at and user else None, None), tuple(fired))


def phone(raw: str) -> Row:
    """Return a telephone number as digits, and its missing reason."""
    if reason := _absent(raw):
        return _gone(2, reason)
    fired: list[str] = []
    digits = apply(PHONE, raw, fired)
    if is_stand_in_number(digits.removeprefix("0")) or is_stand_in_number(digits):
        return _gone(2, "placeholder")
    if len(digits) not in _LENGTHS:
        return _gone(2, "invalid")
    return Row((digits, None), tuple(dict.fromkeys(fired)))


def _absent(raw: str) -> MissingReason | None:
    return stated_reason(raw) if raw.strip() else "not_answered"


def _gone(width: int, reason: MissingReason) -> Row:
    counted = () if reason == "not_answered" else (reason,)
    return Row((*[None] * (width - 1), reason), counted)
