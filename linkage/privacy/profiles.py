"""Which columns each profile makes of the fields that are encoded."""

from collections.abc import Iterable, Iterator

from linkage.config.privacy_settings import Privacy
from linkage.privacy.schema import Encoded, Filter, Schema, Token

STANDARDISATION = "1"
"""The version of the cleaning rules; it changes when any rule gives another value for any text."""

_NAMES = ("first_name", "middle_name", "surname")
_LEVELS = (0.85, 0.75, 0.65)
"""Dice of true variants of a name against random pairs, after rule 90."""

_SALT = ("birth_year", "sex")


def schema_for(privacy: Privacy) -> Schema:
    """Return the schema of a project: the same for every owner who writes the same section."""
    columns = tuple(_columns(privacy.profile, privacy.fields))
    return Schema(privacy.project, privacy.profile, STANDARDISATION, columns)


def _columns(profile: str, fields: Iterable[str]) -> Iterator[Encoded]:
    salt = _SALT if profile == "high" else ()
    for field in fields:
        if field in _NAMES and profile != "keys":
            yield Filter(field, field, 15, ("rule90",), salt, _LEVELS)
            if field != "middle_name":
                yield Token(f"{field}_phonetic", (f"{field}_phonetic",), False, salt)
        elif field == "date_of_birth":
            yield from _date()
        elif field == "postcode":
            yield from _postcode()
        elif field == "sex":
            yield Token("sex", ("sex",), True)
        else:
            yield Token(field, (field,), False, salt)


def _date() -> Iterator[Token]:
    """Yield the date whole, with day and month swapped, and its parts two by two."""
    day, month, year = "birth_day", "birth_month", "birth_year"
    yield Token("date_of_birth_text", (year, month, day), False)
    yield Token("date_of_birth_swapped", (year, day, month), False)
    yield Token("birth_year_month", (year, month), False)
    yield Token("birth_year_day", (year, day), False)
    yield Token("birth_month_day", (month, day), True)


def _postcode() -> Iterator[Token]:
    for part in ("postcode", "postcode_sector", "postcode_district"):
        yield Token(part, (part,), False)
