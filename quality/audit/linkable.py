"""Whether a record can be linked at all: whether some blocking rule finds what it asks for."""

from collections.abc import Iterator, Sequence

from linkage.config.source_settings import ROLES
from linkage.model.blocking import Rule
from linkage.sql import identifier

_SHARED_BY_MANY = frozenset({"sex", "house_number", "town", "country", "place_of_birth"})
"""What very many people share, so that it tells nobody on its own."""


def linkable(rules: Sequence[Rule], sides: Sequence[str]) -> str | None:
    """Return the SQL condition that at least one rule can use a record; None where none could.

    Parameters
    ----------
    rules
        Blocking rules and match-keys.
    sides
        On which side of a pair the records of the source stand: ``l``, ``r`` or both.
    """
    usable = dict.fromkeys(_usable(rules, sides))
    return " OR ".join(usable) or None


def telling(identifiers: Sequence[str]) -> str:
    """Return the SQL condition that a record holds an identifier that few people share.

    Columns of no known role do not count: what they hold is not known.
    """
    held = [
        f"{identifier(f'missing_{name}')} IS NULL"
        for name in identifiers
        if name in ROLES and name not in _SHARED_BY_MANY
    ]
    return " OR ".join(held) or "false"


def _usable(rules: Sequence[Rule], sides: Sequence[str]) -> Iterator[str]:
    for rule in rules:
        for side in sides:
            columns = dict.fromkeys(rule.side_columns(side))
            yield f"({' AND '.join(f'{identifier(name)} IS NOT NULL' for name in columns)})"
