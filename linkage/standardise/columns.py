"""Which standardised columns each role gives, and their types.

Beside them stands ``missing_<role>`` for each: the reason why the value is missing.
"""

import pyarrow as pa

from linkage.config.columns import provided
from linkage.config.source_settings import ROLES, Column, Source

NAME_PARTS: tuple[str, ...] = ("first_name", "middle_name", "surname")

_TYPES: dict[str, pa.DataType] = {
    "date_of_birth": pa.date32(),
    "birth_year": pa.int16(),
    "birth_month": pa.int16(),
    "birth_day": pa.int16(),
}
_OF_KIND: dict[str, pa.DataType] = {
    "text": pa.string(),
    "category": pa.string(),
    "number": pa.float64(),
    "date": pa.date32(),
    "array": pa.list_(pa.string()),
}


def parts(role: str) -> tuple[str, ...]:
    """Return the roles that a role gives: itself, or the three names in a full name."""
    return NAME_PARTS if role == "full_name" else (role,)


def derived(role: str, column: Column | None = None) -> dict[str, pa.DataType]:
    """Return the standardised columns that a role gives, by name, with their types.

    Parameters
    ----------
    role
        A role, or the name of a column of no known role.
    column
        What the configuration says of it: the style of a postcode, the kind of a plain column.
    """
    if role not in ROLES:
        return {role: _OF_KIND[(column and column.kind) or "text"]}
    return {name: _TYPES.get(name, pa.string()) for name in provided(role, column)}


def standardised_columns(source: Source) -> dict[str, pa.DataType]:
    """Return every standardised column of a source, without groups and missing reasons."""
    columns: dict[str, pa.DataType] = {}
    for role, column in source.columns.items():
        columns |= derived(role, column)
    return columns
