"""Which cleaning each role gets: the columns it fills, its rules, and the function to do so."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import pyarrow as pa

from linkage.config.source_settings import ROLES, Column
from linkage.standardise import (
    address,
    at_once,
    contact,
    dates,
    names,
    person_number,
    plain,
    postcodes,
)
from linkage.standardise import sex as sexes
from linkage.standardise.at_once import Known
from linkage.standardise.columns import derived, parts
from linkage.standardise.rules import REASON_RULES, Row, Rule
from linkage.standardise.text import TEXT_RULES

AtOnce = Callable[[pa.StringArray], Known]


@dataclass(frozen=True)
class Cleaner:
    """How the values of a role become standardised columns.

    ``columns`` are in the order in which ``clean`` fills them, a ``missing_`` column after those
    that it explains; ``rules`` are the names of all rules that may fire. ``at_once`` cleans some
    values as ``clean`` would, and faster.
    """

    role: str
    columns: dict[str, pa.DataType]
    rules: tuple[str, ...]
    clean: Callable[[str], Row]
    at_once: AtOnce | None = None


class Cleaning(NamedTuple):
    """What a cleaner does, whatever its columns are called."""

    clean: Callable[[str], Row]
    rules: tuple[str, ...]
    at_once: AtOnce | None = None


def cleaner(role: str, column: Column, real_date: bool = False) -> Cleaner:
    """Return the cleaning of ``role`` as the configuration states it.

    Parameters
    ----------
    real_date
        The source holds real dates, which need no format.
    """
    if role == "date_of_birth" or (role not in ROLES and column.kind == "date"):
        way = _date(role, column, real_date)
    elif role in ROLES:
        way = _role(role, column)
    else:
        way = _plain(column)
    rules = (*dict.fromkeys(way.rules), *REASON_RULES)
    return Cleaner(role, _columns(role, column), rules, way.clean, way.at_once)


def _columns(role: str, column: Column) -> dict[str, pa.DataType]:
    if role not in ROLES:
        return {**derived(role, column), f"missing_{role}": pa.string()}
    columns: dict[str, pa.DataType] = {}
    for part in parts(role):
        columns |= {**derived(part, column), f"missing_{part}": pa.string()}
    return columns


def _names(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    return tuple(rule.name for rule in rules)


_ROLES: dict[str, Cleaning] = {
    "first_name": Cleaning(names.first_name, _names(names.FIRST_NAME), at_once.names),
    "middle_name": Cleaning(names.middle_name, _names(names.MIDDLE_NAME), at_once.middle_names),
    "surname": Cleaning(names.surname, _names(names.SURNAME), at_once.names),
    "full_name": Cleaning(names.full_name, _names((*names.FIRST_NAME, *names.SURNAME))),
    "house_number": Cleaning(address.house_number, _names(address.HOUSE_NUMBER)),
    "street": Cleaning(address.street, _names(address.STREET)),
    "town": Cleaning(address.place, _names(TEXT_RULES)),
    "country": Cleaning(address.place, _names(TEXT_RULES)),
    "place_of_birth": Cleaning(address.place, _names(TEXT_RULES)),
    "email": Cleaning(contact.email, (*_names(contact.EMAIL), "malformed_address")),
    "phone": Cleaning(contact.phone, _names(contact.PHONE)),
}


def _role(role: str, column: Column) -> Cleaning:
    if role == "postcode":
        if column.style == "plain":
            return Cleaning(postcodes.plain_postcode, postcodes.POSTCODE_RULES)
        return Cleaning(postcodes.uk_postcode, postcodes.POSTCODE_RULES, at_once.uk_postcodes)
    if role == "sex":
        return Cleaning(partial(sexes.sex, codes=column.codes or {}), sexes.SEX_RULES)
    if role == "person_number":
        nhs = column.scheme == "nhs"
        clean = person_number.nhs_number if nhs else person_number.plain_number
        return Cleaning(clean, person_number.PERSON_NUMBER_RULES)
    return _ROLES[role]


def _date(role: str, column: Column, real_date: bool) -> Cleaning:
    birth = role == "date_of_birth"
    if column.column is None:
        read = dates.date_in_parts if birth else dates.plain_date_in_parts
        return Cleaning(read, dates.DATE_RULES)
    formats = dates.ISO if real_date else column.format or dates.DEFAULT_FORMATS
    return Cleaning(
        partial(dates.date_of_birth if birth else dates.plain_date, formats=formats),
        dates.DATE_RULES,
        partial(at_once.dates_of_birth if birth else at_once.plain_dates, formats=formats),
    )


def _plain(column: Column) -> Cleaning:
    if column.kind == "number":
        return Cleaning(plain.number, plain.NUMBER_RULES)
    if column.kind == "array":
        return Cleaning(partial(plain.array, separator=column.separator), _names(TEXT_RULES))
    return Cleaning(plain.text, _names(TEXT_RULES))
