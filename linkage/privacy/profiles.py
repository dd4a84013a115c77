"""Which columns each profile makes of the fields that are encoded: all that may change is here."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from linkage.config.columns import provided
from linkage.config.privacy_settings import Privacy
from linkage.privacy.entropy import is_coarse
from linkage.privacy.schema import Band, Encoded, Filter, Schema, Token

STANDARDISATION = "1"
"""The version of the cleaning rules; it changes when any rule gives another value for any text."""

_BORN = ("birth_year", "birth_month", "birth_day")
_SWAPPED = ("birth_year", "birth_day", "birth_month")
_PAIRS = {
    "year_month": ("birth_year", "birth_month"),
    "year_day": ("birth_year", "birth_day"),
    "month_day": ("birth_month", "birth_day"),
}

NAMES = ("first_name", "middle_name", "surname")
"""The fields that are encoded as filters."""

_LINKING = ("first_name", "surname")
"""The names that are put together in tokens and bands; a token of them in the other order shows
that a first name and a surname stand in each other's place."""

_HARDEN: tuple[str, ...] = ()
"""Nothing: rule 90 and the rest leave equal values equal, and salts do not."""

_NAME_LEVELS = (0.85, 0.72, 0.6, 0.48, 0.38)
"""Dice of names written in two ways by one person: quarters of them at .25 to .5, .6 to .7 and .65
to .8 (first names and surnames of febrl4 and of the ONS exercise); of two other names, 99 in 100
are under .4 to .6."""

_NUMBER_LEVELS = (0.9, 0.75, 0.5)
"""Dice of numbers one, two and four steps apart."""

_BITS = 80
"""Bits that a value sets, whatever its length: with 120 names are told apart no better."""

_PLACE_SALTS: dict[str, dict[str, tuple[str, ...]]] = {
    "standard": {name: ("postcode",) for name in NAMES},
    "high": {
        "first_name": ("postcode", "surname_initial"),
        "middle_name": ("postcode", "surname_initial"),
        "surname": ("postcode", "first_initial"),
    },
}
"""What salts names beside the date of birth. Under a postcode alone, families show a surname."""

_BAND_ROWS = 3
"""Names of Jaccard similarity .7 share a band of 3 rows with probability .34."""

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
    """Yield the columns of ``standard`` and ``high``.

    Names are never encoded alone: the frequency of an encoded name tells which name it is. Their
    filters are salted by when and by where a person was born or lives, so that one wrong part does
    not lose a name, and tokens of both names together reach over the rest.
    """
    given = frozenset(name for field in privacy.fields for name in provided(field))
    for field in privacy.fields:
        yield from _field(field, privacy.profile, given)
    if given.issuperset(_BORN):
        for name, step in privacy.numbers.items():
            yield Filter(
                name, name, 0, _HARDEN, _BORN, _NUMBER_LEVELS, step=step, bits_per_value=_BITS
            )
    if given.issuperset(_LINKING):
        yield from _together(given)


def _field(field: str, profile: str, given: frozenset[str]) -> Iterator[Encoded]:
    """Yield the columns of one field."""
    if field in NAMES:
        for name, salt in (("birth", _BORN), ("place", _PLACE_SALTS[profile][field])):
            if given.issuperset(salt):
                yield Filter(
                    f"{field}_by_{name}",
                    field,
                    0,
                    _HARDEN,
                    salt,
                    _NAME_LEVELS,
                    bits_per_value=_BITS,
                )
    elif field == "date_of_birth":
        yield Token("date_of_birth_text", _BORN, False, by="siphash")
        yield Token("date_of_birth_swapped", _SWAPPED, False, by="siphash")
    elif field == "postcode":
        yield Token("postcode", ("postcode",), False)
        if given.issuperset(_BORN):
            yield Token("postcode_sector", ("postcode_sector",), False, _BORN, by="siphash")
            yield Token("postcode_district", ("postcode_district",), False, _BORN, by="siphash")
    else:
        yield Token(field, (field,), False)


def _together(given: frozenset[str]) -> Iterator[Encoded]:
    """Yield tokens of both names, and bands that find them where both are misspelt."""
    yield Token("names", _LINKING, False, by="siphash")
    yield Token("names_swapped", _LINKING[::-1], False, by="siphash")
    sounds = tuple(f"{name}_phonetic" for name in _LINKING)
    if given.issuperset(_BORN):
        for name, pair in {"year": _BORN[:1], **_PAIRS}.items():
            yield Token(f"names_{name}", (*sounds, *pair), False, by="siphash")
        for i, pair in enumerate(_PAIRS.values()):
            yield Band(f"band_{i}", _LINKING, pair, _BAND_ROWS)


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
