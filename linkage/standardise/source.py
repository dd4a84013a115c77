"""One source standardised: its ingested table into its table of records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb

from linkage.config.schema import Group, MissingVariable, Source
from linkage.config.source_settings import Column
from linkage.sources.selection import Selection, origins, selection
from linkage.sql import identifier, literal
from linkage.standardise.cleaners import Cleaner, cleaner
from linkage.standardise.dates import PART_SEPARATOR
from linkage.standardise.grouping import age_cleaner, group_cleaner, variable_cleaner
from linkage.standardise.lookups import Lookup, lookup

WIDE = "standardised"


@dataclass(frozen=True)
class Standardised:
    """The temporary table of a standardised source, and how each column of it was made.

    ``lookups`` are those of the roles; the table holds ``fired_<role>`` beside the records'
    columns, which are listed in ``columns``.
    """

    table: str
    columns: tuple[str, ...]
    lookups: tuple[Lookup, ...]
    groupings: tuple[str, ...]


def standardise_source(
    connection: duckdb.DuckDBPyConnection,
    ingested: str,
    name: str,
    source: Source,
    groups: Mapping[str, Group],
    variables: Iterable[MissingVariable],
) -> Standardised:
    """Standardise the ingested table (a quoted name) of a source into a temporary table."""
    variables = tuple(variables)
    own_groups = {key: group for key, group in groups.items() if group.source == name}
    columns = selection(name, source, groups, variables)
    dates = _date_columns(connection, ingested)
    wanted = [
        *_roles(source, columns, dates),
        *_columns_as_they_are(own_groups, source, columns),
        *(
            (f"CAST(i.{columns.alias(each.column)} AS VARCHAR)", variable_cleaner(each))
            for each in variables
            if each.source == name
        ),
    ]
    lookups = [
        lookup(connection, f"lookup_{at}", ingested, key, each)
        for at, (key, each) in enumerate(wanted)
    ]
    made = _wide(connection, ingested, source, lookups)
    made = _with_ages(connection, own_groups, made)
    for each in lookups:
        connection.execute(f"DROP TABLE {each.table}")
    return made


def _roles(
    source: Source, columns: Selection, dates: frozenset[str]
) -> Iterator[tuple[str, Cleaner]]:
    for role, column in source.columns.items():
        aliases = [columns.alias(origin) for origin in origins(column)]
        yield _key(column, aliases), cleaner(role, column, real_date=aliases[0] in dates)


def _key(column: Column, aliases: list[str]) -> str:
    """Return the expression whose distinct values are cleaned: one column, or a date's three."""
    texts = [f"CAST(i.{alias} AS VARCHAR)" for alias in aliases]
    if column.column is not None:
        return texts[0]
    filled = ", ".join(f"coalesce({text}, '')" for text in texts)
    return f"concat_ws({literal(PART_SEPARATOR)}, {filled})"


def _columns_as_they_are(
    groups: Mapping[str, Group], source: Source, columns: Selection
) -> Iterator[tuple[str, Cleaner]]:
    for name, group in groups.items():
        if group.column is not None:
            key = f"CAST(i.{columns.alias(group.column)} AS VARCHAR)"
            yield key, group_cleaner(name, group, source)


def _date_columns(connection: duckdb.DuckDBPyConnection, ingested: str) -> frozenset[str]:
    described = connection.execute(f"DESCRIBE {ingested}").fetchall()
    return frozenset(row[0] for row in described if row[1] == "DATE")


def _wide(
    connection: duckdb.DuckDBPyConnection, ingested: str, source: Source, lookups: list[Lookup]
) -> Standardised:
    """Join every lookup to the records."""
    roles = [each for each in lookups if each.cleaner.role in source.columns]
    selected = _selected(lookups)
    masks = [f"{each.table}.fired AS {fired(each.cleaner.role)}" for each in roles]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {WIDE} AS SELECT i.record, i.record_id, i.fold, "  # noqa: S608 - quoted
        f"{', '.join([*selected.values(), *masks])} FROM {ingested} AS i "
        f"{' '.join(each.joined() for each in lookups)}"
    )
    groupings = tuple(column for column in selected if column.startswith("group_"))
    return Standardised(WIDE, tuple(selected), tuple(roles), groupings)


def _selected(lookups: list[Lookup]) -> dict[str, str]:
    """Return an expression a column; a full name fills the gaps of a name with its own column."""
    filled_by = {column: each for each in lookups for column in each.cleaner.columns}
    whole = next((each for each in lookups if each.cleaner.role == "full_name"), None)
    selected = {column: each.selected(column) for column, each in filled_by.items()}
    if whole is None:
        return selected
    others = [each for each in lookups if each is not whole]
    for each in others:
        for column in each.cleaner.columns:
            also = column in whole.cleaner.columns
            selected[column] = each.selected_else(column, whole) if also else each.selected(column)
    return selected


def _with_ages(
    connection: duckdb.DuckDBPyConnection, groups: Mapping[str, Group], made: Standardised
) -> Standardised:
    """Add the groups that are made of the date of birth."""
    for name, group in groups.items():
        if group.from_ is None:
            continue
        held = "date_of_birth" in made.columns
        key = "CAST(i.date_of_birth AS VARCHAR)" if held else "CAST(NULL AS VARCHAR)"
        reason = "i.missing_date_of_birth" if held else "'missing_in_source'"
        ages = lookup(connection, "lookup_ages", made.table, key, age_cleaner(name, group))
        band, missing = (identifier(column) for column in ages.cleaner.columns)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {WIDE} AS SELECT i.*, lookup_ages.{band}, "  # noqa: S608 - quoted
            f"coalesce(lookup_ages.{missing}, CASE WHEN {key} IS NULL THEN {reason} END) "
            f"AS {missing} FROM {WIDE} AS i {ages.joined()}"
        )
        made = Standardised(
            WIDE,
            (*made.columns, *ages.cleaner.columns),
            made.lookups,
            (*made.groupings, f"group_{name}"),
        )
    return made


def fired(role: str) -> str:
    """Return the quoted name of the column that says which rules changed a role's value."""
    return identifier(f"fired_{role}")
