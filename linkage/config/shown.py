"""What people are shown of a record: its standardised values as text, none derived from another."""

from collections.abc import Mapping

from linkage.config.columns import parts
from linkage.config.schema import Source
from linkage.sql import identifier, literal


def fields(sources: Mapping[str, Source]) -> tuple[str, ...]:
    """Return the standardised columns that reviewers see: each role's own, none derived from it."""
    return tuple(
        dict.fromkeys(
            name for source in sources.values() for role in source.columns for name in parts(role)
        )
    )


def as_text(name: str, kind: str | None) -> str:
    """Return the SQL of the column ``name`` of ``r`` as text, NULL where ``r`` does not hold it.

    Parameters
    ----------
    kind
        The database's name for the type of the column; None for a column that is not there.
    """
    column = f"r.{identifier(name)}"
    if kind is None:
        return "NULL::VARCHAR"
    if kind.endswith("[]"):
        return f"array_to_string({column}, {literal(', ')})"
    return f"{column}::VARCHAR"
