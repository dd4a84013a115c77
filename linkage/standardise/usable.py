"""Whether standardising a source left anything to link with, and its groups anyone in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb

from linkage.config.schema import Source
from linkage.errors import Fault
from linkage.sources.faults import counted, fault
from linkage.sql import identifier
from linkage.standardise.source import Standardised

_SHARE = 0.01
_CHECK = "check that the column holds what columns: says, and its kind:"
_FIXES = {
    "date_of_birth": "state how the dates are written: format: [...] in strptime codes",
    "sex": 'state what the codes mean: codes: {"1": M, "2": F}, the way this source does',
    "postcode": "write  style: plain  for postcodes of other countries",
    "person_number": "write  scheme: plain  for numbers without an NHS check digit",
}
_GROUP_FIX = (
    "check standard:; for a sex in codes, map the column as the role sex too, with codes: there"
)


@dataclass(frozen=True)
class _Outcome:
    """What became of the values of a role or group: how many are left, how many were invalid."""

    name: str
    left: int
    invalid: int


def unusable(
    connection: duckdb.DuckDBPyConnection, name: str, source: Source, made: Standardised
) -> Iterator[Fault]:
    """Yield a fault where no row, or not one value of a role or group, can be used."""
    roles = {each.cleaner.role: tuple(each.cleaner.columns) for each in made.lookups}
    groups = {each: (each, f"missing_{each}") for each in made.groupings}
    rows, with_something, outcomes = _counted(connection, made, roles, groups)
    for outcome in outcomes:
        if outcome.left == 0 and outcome.invalid and outcome.invalid >= _SHARE * rows:
            yield _unreadable(name, source, outcome)
    if with_something == 0:
        message = f"none of {counted(rows, 'row')} holds a usable value in any column"
        yield fault("D319", name, source, message, "check columns: against the file")


def _counted(
    connection: duckdb.DuckDBPyConnection,
    made: Standardised,
    roles: Mapping[str, tuple[str, ...]],
    groups: Mapping[str, tuple[str, ...]],
) -> tuple[int, int, list[_Outcome]]:
    """Return the rows, those with a value in any role, and the outcome of each role and group."""
    judged = {**roles, **groups}
    left = [f"count(*) FILTER ({_filled(columns)})" for columns in judged.values()]
    invalid = [f"count(*) FILTER ({_invalid(columns)})" for columns in judged.values()]
    every = [column for columns in roles.values() for column in columns]
    ((rows, with_something, *numbers),) = connection.execute(
        f"SELECT count(*), count(*) FILTER ({_filled(every)}), "  # noqa: S608 - quoted
        f"{', '.join([*left, *invalid])} FROM {made.table}"
    ).fetchall()
    pairs = zip(numbers[: len(judged)], numbers[len(judged) :], strict=True)
    outcomes = [_Outcome(name, *pair) for name, pair in zip(judged, pairs, strict=True)]
    return rows, with_something, outcomes


def _unreadable(name: str, source: Source, outcome: _Outcome) -> Fault:
    values = counted(outcome.invalid, "value")
    if outcome.name not in source.columns:
        group = outcome.name.removeprefix("group_")
        message = f"none of {values} of the group {group} stands in its standard"
        return fault("D321", name, source, message, _GROUP_FIX)
    column = source.columns[outcome.name].column or "the day, month and year columns"
    message = f"none of {values} of {column} can be read as {outcome.name}"
    return fault("D321", name, source, message, _FIXES.get(outcome.name, _CHECK))


def _filled(columns: Iterable[str]) -> str:
    values = (column for column in columns if not column.startswith("missing_"))
    return " OR ".join(f"{identifier(column)} IS NOT NULL" for column in values)


def _invalid(columns: Iterable[str]) -> str:
    reasons = (column for column in columns if column.startswith("missing_"))
    return " OR ".join(f"{identifier(column)} = 'invalid'" for column in reasons)
