"""Missing identifiers and variables by source, group and reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linkage.characteristics import MISSING_REASONS
from linkage.config.group_names import CROSS
from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal
from quality.groupings import GroupCounts, all_groupings, count_by_group, held_by
from quality.measures import (
    INGEST,
    MISSING_GROUP,
    MISSING_IDENTIFIER,
    MISSING_VARIABLE,
    RECORDS,
)
from quality.tally import Tally

NEVER_MISSING = "does_not_apply"
"""Structural: the question was not for this person. Shown, but no part of what is missing."""

NOT_HELD = "missing_in_source"

_PREFIX = "missing_"


@dataclass(frozen=True)
class Held:
    """A column of reasons of a table of records: which measure it is of, and which variable."""

    measure: str
    variable: str
    column: str


def missing_tallies(workspace: Workspace, config: Config) -> Iterator[Tally]:
    """Yield the records of every source, and those among them with a value missing.

    For each identifier, variable and characteristic: every reason that occurs, and (stage None)
    all reasons together but ``does_not_apply``. Intersections are counted for all reasons together
    alone: by reason, most of their cells would be too small to show. A role that another source
    holds and this one does not is ``missing_in_source`` for all its records.
    """
    held = {source: held_columns(workspace, config, source) for source in config.sources}
    roles = dict.fromkeys(
        each.variable
        for columns in held.values()
        for each in columns
        if each.measure == MISSING_IDENTIFIER
    )
    for source, columns in held.items():
        counted = _count(workspace, config, source, columns)
        n = counted[0].n
        yield from (_records(source, each) for each in counted)
        for at, each in enumerate(columns):
            yield from _of_column(source, each, at, counted)
        own = {each.variable for each in columns if each.measure == MISSING_IDENTIFIER}
        for role in roles:
            if role not in own:
                yield from _not_held(source, role, n)


def held_columns(workspace: Workspace, config: Config, source: str) -> list[Held]:
    """Return the columns of reasons that the records of ``source`` have."""
    view = workspace.view(f"records_{source}")
    described = workspace.connection.execute(f"DESCRIBE {view}").fetchall()
    names = [name for name, *_ in described if name.startswith(_PREFIX)]
    others = _named_otherwise(config, source)
    return [
        others.get(name, Held(MISSING_IDENTIFIER, name.removeprefix(_PREFIX), name))
        for name in names
    ]


def _named_otherwise(config: Config, source: str) -> Mapping[str, Held]:
    """Return the columns whose reasons are not of an identifier, by what the config names."""
    named = {}
    for variable in config.missingness.variables:
        if variable.source == source:
            column = f"{_PREFIX}variable_{variable.column}"
            named[column] = Held(MISSING_VARIABLE, variable.column, column)
    for name, group in config.groups.items():
        if group.held_in(source) is not None:
            column = f"{_PREFIX}group_{name}"
            named[column] = Held(MISSING_GROUP, name, column)
    return named


def _count(
    workspace: Workspace, config: Config, source: str, columns: list[Held]
) -> list[GroupCounts]:
    """Count every reason of every column, for all records first and then for each group."""
    conditions = [
        f"{identifier(each.column)} = {literal(reason)}"
        for each in columns
        for reason in MISSING_REASONS
    ]
    groupings = held_by(source, config.groups, all_groupings(config.groups, config.intersections))
    relation = f"SELECT * FROM {workspace.view(f'records_{source}')}"  # noqa: S608 - quoted
    counted = count_by_group(workspace.connection, relation, groupings, conditions)
    return sorted(counted, key=lambda each: each.characteristic is not None)


def _records(source: str, counted: GroupCounts) -> Tally:
    return Tally(
        measure=RECORDS,
        source=source,
        characteristic=counted.characteristic,
        group=counted.group,
        stage=INGEST,
        k=counted.n,
        n=counted.n,
    )


def _of_column(source: str, held: Held, at: int, counted: list[GroupCounts]) -> Iterator[Tally]:
    start = at * len(MISSING_REASONS)
    everyone = counted[0].counts[start : start + len(MISSING_REASONS)]
    occurring = [number for number, n in enumerate(everyone) if n]
    for each in counted:
        if held.measure == MISSING_GROUP and each.characteristic is not None:
            continue  # a group of its own already: the unknown
        by_reason = {MISSING_REASONS[number]: each.counts[start + number] for number in occurring}
        missing = sum(k for reason, k in by_reason.items() if reason != NEVER_MISSING)
        crossed = each.characteristic is not None and CROSS in each.characteristic
        for reason, k in [(None, missing), *(() if crossed else by_reason.items())]:
            yield Tally(
                measure=held.measure,
                source=source,
                characteristic=each.characteristic,
                group=each.group,
                variable=held.variable,
                stage=reason,
                k=k,
                n=each.n,
            )


def _not_held(source: str, role: str, n: int) -> Iterator[Tally]:
    for reason in (None, NOT_HELD):
        yield Tally(
            measure=MISSING_IDENTIFIER, source=source, variable=role, stage=reason, k=n, n=n
        )
