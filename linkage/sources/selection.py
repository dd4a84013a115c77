"""Which columns of a source are read, and the names they bear from then on.

Columns are called c1, c2, ... before the database sees them, so that no name of the user's is ever
part of a statement. The order follows from the configuration alone: later stages find a column
again without the file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linkage.config.schema import AnalysisVariable, Column, Group, MissingVariable, Source

RECORD_ID = "record_id"
"""What the identifier is called once it is ingested; it may be a role of its own too."""


@dataclass(frozen=True)
class Selection:
    """The columns of one source that the configuration names, the identifier first."""

    names: tuple[str, ...]

    def alias(self, column: str) -> str:
        """Return the name that ``column`` bears where a source is read."""
        return f"c{self.names.index(column) + 1}"

    def ingested(self, column: str) -> str:
        """Return the name that ``column`` bears in the ingested table."""
        return RECORD_ID if column == self.names[0] else self.alias(column)

    @property
    def aliases(self) -> tuple[str, ...]:
        """All the names, in order."""
        return tuple(f"c{n}" for n in range(1, len(self.names) + 1))


def selection(
    name: str,
    source: Source,
    groups: Mapping[str, Group],
    variables: Iterable[MissingVariable | AnalysisVariable],
) -> Selection:
    """Return the columns of the source called ``name`` that anything in the configuration names."""
    wanted = [source.id, *source.keep, *source.drop, *source.findable]
    wanted += [source.weight] if source.weight is not None else []
    for column in source.columns.values():
        wanted += origins(column)
    held = (each.held_in(name) for each in groups.values())
    wanted += [each.column for each in held if each is not None and each.column]
    wanted += [each.column for each in variables if each.source == name]
    return Selection(tuple(dict.fromkeys(wanted)))


def origins(column: Column) -> list[str]:
    """Return the source's columns that hold a role: one, or the three parts of a date."""
    parts = (column.column, column.day, column.month, column.year)
    return [part for part in parts if part is not None]
