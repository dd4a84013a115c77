"""Which cleaning each role gets: the columns it fills, its rules, and the function to do so."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from linkage.config.source_settings import ROLES, Column
from linkage.standardise import address, contact, dates, names, person_number, plain, postcodes
from linkage.standardise import sex as sexes
from linkage.standardise.columns import derived, parts
from linkage.standardise.rules import REASON_RULES, Row, Rule
from linkage.standardise.text import TEXT_RULES


@dataclass(frozen=True)
class Cleaner:
    """How the values of a role become standardised columns.

    ``columns`` are in the order in which ``clean`` fills them, a ``missing_`` column after those
    that it explains; ``rules`` are the names of all rules that may fire.
    """

    role: str
    columns: dict[str, pa.DataType]
    rules: tuple[str, ...]
    clean: Callable[[str], Row]


def cleaner(role: str, column: Column, real_date: bool = False) -> Cleaner:
    """Return the cleaning of ``role`` as the configuration states it.

    Parameters
    ----------
    real_date
        The source holds real dates, which need no format.
    """
    if role == "date_of_birth" or (role not in ROLES and column.kind == "date"):
        clean, rules = _date(role, column, real_date)
    elif role in ROLES:
        clean, rules = _role(role, column)
    else:
        clean, rules = _plain(column)
    return Cleaner(role, _columns(role, column), (*dict.fromkeys(rules), *REASON_RULES), clean)


def _columns(role: str, column: Column) -> dict[str, pa.DataType]:
    if role not in ROLES:
        return {**derived(role, column), f"missing_{role}": pa.string()}
    columns: dict[str, pa.DataType] = {}
    for part in parts(role):
        columns |= {**derived(part, column), f"missing_{part}": pa.string()}
    return columns


def _names(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    return tuple(rule.name for rule in rules)


Cleaning = tuple[Callable[[str], Row], tuple[str, ...]]

_ROLES: dict[str, Cleaning] = {
    "first_name": (names.first_name, _names(names.FIRST_NAME)),
    "middle_name": (names.middle_name, _names(names.MIDDLE_NAME)),
    "surname": (names.surname, _names(names.SURNAME)),
    "full_name": (names.full_name, _names((*names.FIRST_NAME, *names.SURNAME))),
    "house_number": (address.house_number, _names(address.HOUSE_NUMBER)),
    "street": (address.street, _names(address.STREET)),
    "town": (address.place, _names(TEXT_RULES)),
    "country": (address.place, _names(TEXT_RULES)),
    "place_of_birth": (address.place, _names(TEXT_RULES)),
    "email": (contact.email, (*_names(contact.EMAIL), "malformed_address")),
    "phone": (contact.phone, _names(contact.PHONE)),
}


def _role(role: str, column: Column) -> Cleaning:
    if role == "postcode":
        clean = postcodes.plain_postcode if column.style == "plain" else postcodes.uk_postcode
        return clean, postcodes.POSTCODE_RULES
    if role == "sex":
        return partial(sexes.sex, codes=column.codes or {}), sexes.SEX_RULES
    if role == "person_number":
        nhs = column.scheme == "nhs"
        clean = person_number.nhs_number if nhs else person_number.plain_number
        return clean, person_number.PERSON_NUMBER_RULES
    return _ROLES[role]


def _date(role: str, column: Column, real_date: bool) -> Cleaning:
    birth = role == "date_of_birth"
    if column.column is None:
        return dates.date_in_parts if birth else dates.plain_date_in_parts, dates.DATE_RULES
    formats = dates.ISO if real_date else column.format or dates.DEFAULT_FORMATS
    read = dates.date_of_birth if birth else dates.plain_date
    return partial(read, formats=formats), dates.DATE_RULES


def _plain(column: Column) -> Cleaning:
    if column.kind == "number":
        return plain.number, plain.NUMBER_RULES
    if column.kind == "array":
        return partial(plain.array, separator=column.separator), _names(TEXT_RULES)
    return plain.text, _names(TEXT_RULES)
