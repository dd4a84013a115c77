"""Which columns each profile makes of the fields that are encoded: all that may change is here."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from linkage.config.columns import provided
from linkage.config.privacy_settings import Privacy
from linkage.privacy.entropy import is_coarse
from linkage.privacy.schema import Band, Encoded, Filter, Schema, Token

STANDARDISATION = "1"
"""The version of the cleaning rules; it changes when any rule gives another value for any text."""

_NAMES = ("first_name", "middle_name", "surname")
_HARDEN = ("rule90",)
_NAME_LEVELS = (0.85, 0.75, 0.65)
"""Dice of true variants of a name against random pairs, after rule 90."""

_NUMBER_LEVELS = (0.9, 0.75, 0.5)
"""Dice of numbers one, two and four steps apart, after rule 90."""

_NAME_BITS, _NUMBER_BITS = 15, 8
"""Bits that a bigram and a step set."""

_SALT: dict[str, tuple[str, ...]] = {"standard": (), "high": ("birth_year", "sex")}
"""What names are salted with."""

_YEAR, _MONTH, _DAY = "birth_year", "birth_month", "birth_day"
_BORN = (_YEAR, _MONTH, _DAY)

_WHOLE: dict[str, dict[str, tuple[str, ...]]] = {
    "date_of_birth": {
        "date_of_birth_text": _BORN,
        "date_of_birth_swapped": (_YEAR, _DAY, _MONTH),
        "birth_year_month": (_YEAR, _MONTH),
        "birth_year_day": (_YEAR, _DAY),
        "birth_month_day": (_MONTH, _DAY),
    },
    "postcode": {
        "postcode": ("postcode",),
        "postcode_sector": ("postcode_sector",),
        "postcode_district": ("postcode_district",),
    },
}
"""The tokens of a date: whole, with day and month swapped, and two parts of three; of a postcode:
whole, and the area around."""

_PHONETIC = ("first_name", "surname")

_BANDS = 4
_BAND_ROWS = 3
"""Two names of Jaccard similarity .7 share a band of 3 rows with .34, one of 4 such with .81."""

_KEYS = (
    ("first_name", "surname", *_BORN, "sex", "postcode"),
    ("first_name", "surname", *_BORN, "sex"),
    ("first_initial", "surname", *_BORN, "postcode_sector"),
    ("first_name", "surname_initial", *_BORN, "postcode_sector"),
    ("surname", *_BORN, "postcode"),
    ("first_name", *_BORN, "postcode"),
    ("first_name", "surname", "postcode"),
    ("first_name:2", "surname:2", *_BORN, "sex", "postcode_sector"),
    ("first_name:3", "surname:3", *_BORN),
)
"""The match-keys of profile ``keys``, strictest first; ``first_name:2`` is two letters of it."""


def schema_for(privacy: Privacy) -> Schema:
    """Return the schema of a project: the same for every owner who writes the same section."""
    columns = _match_keys(privacy.fields) if privacy.profile == "keys" else _columns(privacy)
    marked = tuple(map(_marked, columns))
    return Schema(privacy.project, privacy.profile, STANDARDISATION, marked)


def _columns(privacy: Privacy) -> Iterator[Encoded]:
    salt = _SALT[privacy.profile]
    for field in privacy.fields:
        if field in _NAMES:
            yield Filter(field, field, _NAME_BITS, _HARDEN, salt, _NAME_LEVELS)
        elif field in _WHOLE:
            yield from (Token(name, of, False) for name, of in _WHOLE[field].items())
        else:
            yield Token(field, (field,), False, () if field == "sex" else salt)
        if field in _PHONETIC:
            yield Token(f"{field}_phonetic", (f"{field}_phonetic",), False, salt)
    for field, step in privacy.numbers.items():
        yield Filter(field, field, _NUMBER_BITS, _HARDEN, salt, _NUMBER_LEVELS, step)
    yield from _bands(privacy.fields)


def _bands(fields: Iterable[str]) -> Iterator[Band]:
    """Yield bands over the names together, within a year of birth."""
    names = tuple(name for name in ("first_name", "surname") if name in fields)
    if names and "date_of_birth" in fields:
        yield from (Band(f"band_{i}", names, (_YEAR,), _BAND_ROWS) for i in range(_BANDS))


def _match_keys(fields: Iterable[str]) -> Iterator[Token]:
    """Yield the match-keys, without what the fields do not give; two fields at least make one."""
    given = {name: field for field in fields for name in provided(field)}
    seen: set[tuple[str, ...]] = set()
    for number, key in enumerate(_KEYS, start=1):
        of = tuple(part for part in key if part.partition(":")[0] in given)
        if of not in seen and len({given[part.partition(":")[0]] for part in of}) > 1:
            seen.add(of)
            yield Token(f"key_{number}", of, False)


def _marked(column: Encoded) -> Encoded:
    """Return the column with the mark of a coarse one, where it is."""
    if isinstance(column, Token):
        return replace(column, coarse=is_coarse((*column.salt, *column.of)))
    return column
