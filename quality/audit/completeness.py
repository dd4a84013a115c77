"""How complete the columns of one source are, in all and in the groups where least stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from linkage.characteristics import MISSING_REASONS
from linkage.config.group_names import UNKNOWN
from linkage.sql import identifier, literal
from quality.groupings import GroupCounts, Grouping, count_by_group
from quality.missingness.counts import NEVER_MISSING
from quality.proportion import Interval, wilson

_PREFIX = "missing_"
_OF_GROUP = "missing_group_"
_OF_VARIABLE = "missing_variable_"


@dataclass(frozen=True)
class Share:
    """``k`` of ``n`` records, with an interval of chance alone."""

    k: int
    n: int
    interval: Interval


@dataclass(frozen=True)
class LeastComplete:
    """A group in which fewer records hold a column than in all of the source (``of_all``)."""

    column: str
    characteristic: str
    group: str
    present: Share
    of_all: float


@dataclass(frozen=True)
class Completeness:
    """How many records hold a column after cleaning, and how many do not, by reason.

    A value that does not apply is among the reasons, and is no part of what is missing.
    """

    column: str
    present: Share
    reasons: Mapping[str, int]


@dataclass(frozen=True)
class Columns:
    """The columns of one source whose missing values have a reason."""

    identifiers: tuple[str, ...]
    characteristics: tuple[str, ...]


def columns_of(connection: duckdb.DuckDBPyConnection, view: str) -> Columns:
    """Return the identifiers and characteristics of the records in ``view``."""
    described = connection.execute(f"DESCRIBE {view}").fetchall()
    named = [name for name, *_ in described if name.startswith(_PREFIX)]
    return Columns(
        tuple(
            name.removeprefix(_PREFIX)
            for name in named
            if not name.startswith((_OF_GROUP, _OF_VARIABLE))
        ),
        tuple(name.removeprefix(_OF_GROUP) for name in named if name.startswith(_OF_GROUP)),
    )


def reasons_of(
    connection: duckdb.DuckDBPyConnection, view: str, columns: Sequence[str], level: float
) -> Iterator[Completeness]:
    """Yield for each column ``x`` how many records hold it, and why the others do not.

    ``columns`` are named as their reasons are, without ``missing_``: ``postcode``, ``group_sex``.
    """
    conditions = [
        f"{identifier(_PREFIX + column)} = {literal(reason)}"
        for column in columns
        for reason in MISSING_REASONS
    ]
    relation = f"SELECT * FROM {view}"  # noqa: S608 - quoted
    (everyone,) = count_by_group(connection, relation, (), conditions)
    for at, column in enumerate(columns):
        start = at * len(MISSING_REASONS)
        counts = everyone.counts[start : start + len(MISSING_REASONS)]
        reasons = {str(why): n for why, n in zip(MISSING_REASONS, counts, strict=True) if n}
        missing = sum(n for why, n in reasons.items() if why != NEVER_MISSING)
        yield Completeness(column, share(everyone.n - missing, everyone.n, level), reasons)


def by_group(
    connection: duckdb.DuckDBPyConnection,
    view: str,
    columns: Sequence[str],
    extra: Mapping[str, str],
    characteristics: Sequence[str],
) -> tuple[tuple[str, ...], list[GroupCounts]]:
    """Count the records of every group that hold each column, or meet an extra condition.

    Returns
    -------
    tuple
        The names of columns and conditions; and the counts in their order, all records first.
    """
    present = {
        column: f"coalesce({identifier(_PREFIX + column)}, {literal(NEVER_MISSING)}) = "
        f"{literal(NEVER_MISSING)}"
        for column in columns
    }
    conditions = {**present, **extra}
    groupings = [Grouping((name,)) for name in characteristics]
    relation = f"SELECT * FROM {view}"  # noqa: S608 - quoted
    counted = count_by_group(connection, relation, groupings, list(conditions.values()))
    return tuple(conditions), sorted(counted, key=lambda each: each.characteristic is not None)


def least_complete(
    names: Sequence[str],
    counted: Sequence[GroupCounts],
    level: float,
    smallest: int,
    most: int,
) -> Iterator[LeastComplete]:
    """Yield the groups that hold surely less than all records do, the furthest below first.

    A group counts as below where the upper limit of its share is, at a level that allows for
    having looked at all of them (Bonferroni); so none of a few records is there by chance alone.

    Parameters
    ----------
    names, counted
        What :func:`by_group` returned.
    smallest
        Records that a group must have: a person or two tell nothing of a group.
    most
        How many to yield at most.
    """
    everyone, *groups = counted
    looked_at = len(names) * len(groups)
    found = []
    for at, name in enumerate(names):
        of_all = everyone.counts[at] / everyone.n
        for each in groups:
            if each.n < smallest or _says_the_same(name, each, each.counts[at]):
                continue
            strict = wilson(each.counts[at], each.n, 1 - (1 - level) / looked_at)
            if (below := of_all - strict.upper) > 0:
                found.append((below, name, each, of_all, at))
    for _, name, each, of_all, at in sorted(found, key=lambda one: -one[0])[:most]:
        group = str(each.group)
        present = share(each.counts[at], each.n, level)
        yield LeastComplete(name, str(each.characteristic), group, present, of_all)


def _says_the_same(name: str, group: GroupCounts, k: int) -> bool:
    """Say whether a group is one of its own column, or of those without what it is made of."""
    return name == f"group_{group.characteristic}" or (group.group == UNKNOWN and k == 0)


def share(k: int, n: int, level: float) -> Share:
    """Return a share with Wilson's interval."""
    return Share(k, n, wilson(k, n, level))
