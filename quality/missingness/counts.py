"""Missing identifiers and variables by source, group and reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linkage.characteristics import MISSING_REASONS
from linkage.config.group_names import CROSS
from linkage.config.schema import Config
from linkage.sql import identifier, literal
from quality.groupings import GroupCounts, all_groupings, count_by_group, held_by
from quality.measures import (
    INGEST,
    MISSING_GROUP,
    MISSING_IDENTIFIER,
    MISSING_VARIABLE,
    RECORDS,
)
from quality.run_tables import Tables
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


def missing_tallies(workspace: Tables, config: Config) -> Iterator[Tally]:
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
        occurring = _occurring(workspace, source, columns)
        counted = _count(workspace, config, source, occurring)
        n = counted[0].n
        yield from (_records(source, each) for each in counted)
        start = 0
        for each, reasons in occurring.items():
            yield from _of_column(source, each, reasons, start, counted)
            start += len(reasons)
        own = {each.variable for each in columns if each.measure == MISSING_IDENTIFIER}
        for role in roles:
            if role not in own:
                yield from _not_held(source, role, n)


def held_columns(workspace: Tables, config: Config, source: str) -> list[Held]:
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


def _occurring(
    workspace: Tables, source: str, columns: Sequence[Held]
) -> dict[Held, tuple[str, ...]]:
    """Return the reasons that occur in each column: few do, and each is counted in every group."""
    if not columns:
        return {}
    distinct = ", ".join(f"list(DISTINCT {identifier(each.column)})" for each in columns)
    found = workspace.connection.execute(
        f"SELECT {distinct} FROM {workspace.view(f'records_{source}')}"  # noqa: S608 - quoted
    ).fetchall()[0]
    return {
        each: tuple(reason for reason in MISSING_REASONS if reason in (reasons or ()))
        for each, reasons in zip(columns, found, strict=True)
    }


def _count(
    workspace: Tables, config: Config, source: str, columns: Mapping[Held, Sequence[str]]
) -> list[GroupCounts]:
    """Count the reasons that occur, for all records first and then for each group."""
    conditions = [
        f"{identifier(each.column)} = {literal(reason)}"
        for each, reasons in columns.items()
        for reason in reasons
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


def _of_column(
    source: str, held: Held, reasons: Sequence[str], start: int, counted: list[GroupCounts]
) -> Iterator[Tally]:
    """Yield the tallies of a column whose reasons are counted from the place ``start`` on."""
    for each in counted:
        if held.measure == MISSING_GROUP and each.characteristic is not None:
            continue  # a group of its own already: the unknown
        counts = each.counts[start : start + len(reasons)]
        by_reason = dict(zip(reasons, counts, strict=True))
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
