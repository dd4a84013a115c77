"""The names that blocking and comparisons may use: each role's own, and those derived from it."""

from collections.abc import Iterable, Mapping

from linkage.config.source_settings import ENCODINGS, Column

_DERIVED: dict[str, tuple[str, ...]] = {
    "first_name": ("first_name", "first_initial", "first_name_phonetic"),
    "middle_name": ("middle_name", "middle_initial"),
    "surname": ("surname", "surname_initial", "surname_phonetic"),
    "date_of_birth": (
        "date_of_birth",
        "date_of_birth_text",
        "birth_year",
        "birth_month",
        "birth_day",
    ),
    "postcode": ("postcode", "postcode_sector", "postcode_district", "postcode_area"),
    "email": ("email", "email_user"),
}
_PARTS = {"full_name": ("first_name", "middle_name", "surname")}


def parts(role: str) -> tuple[str, ...]:
    """Return the columns that hold a role's own values: the three names of a full name."""
    return _PARTS.get(role, (role,))


def provided(role: str, column: Column | None = None) -> tuple[str, ...]:
    """Return the columns that a role provides once it is standardised.

    Example
    -------
    >>> provided("email")
    ('email', 'email_user')
    """
    if column is not None and column.kind in ENCODINGS:
        return (role,)
    if role == "postcode" and column is not None and column.style == "plain":
        return ("postcode",)
    return tuple(name for part in parts(role) for name in _DERIVED.get(part, (part,)))


def all_provided(columns: Mapping[str, Column], also: Iterable[str] = ()) -> frozenset[str]:
    """Return what a source's columns provide together, with roles only known by name."""
    names = [name for role, column in columns.items() for name in provided(role, column)]
    names += [name for role in also if role not in columns for name in provided(role)]
    return frozenset(names)
