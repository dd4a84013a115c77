"""What is watched of the records of a batch or run: each a way to put a record into a bin."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from linkage.sql import identifier

LINKED = "linked"
NEAR = "short of a link"
MISSING = "missing"
LEVEL = "agreement"
PATTERN = "pattern"
WEIGHT = "weight"
GROUPS = "groups"

YES, NO, PRESENT, NONE = "yes", "no", "present", "none"

LIKELY = 0.1
"""A record without a link, and with a candidate at least this likely, is short of a link."""

Kind = Literal["rate", "distribution", "ordered"]

KINDS: dict[str, Kind] = {
    LINKED: "rate",
    NEAR: "rate",
    MISSING: "rate",
    LEVEL: "distribution",
    PATTERN: "distribution",
    GROUPS: "distribution",
    WEIGHT: "ordered",  # made of patterns, weighed by one model, and not counted
}


@dataclass(frozen=True)
class Statistic:
    """A statistic: the SQL that gives a record's bin, NULL for a record that it is not of.

    ``variable`` is the column, comparison or characteristic that it is of, where it is of one.
    """

    name: str
    variable: str | None
    sql: str

    @property
    def by_group(self) -> bool:
        """Is it counted in every group? How many a group has is of all records."""
        return self.name != GROUPS


def statistics_of(columns: Collection[str]) -> Iterator[Statistic]:
    """Yield what is watched of a table of records with these columns."""
    linked = f"CASE WHEN linked THEN '{YES}' ELSE '{NO}' END"
    near = f"CASE WHEN NOT linked AND p_record >= {LIKELY} THEN '{YES}' ELSE '{NO}' END"
    yield Statistic(LINKED, None, linked)
    yield Statistic(NEAR, None, near)
    for column in columns:
        quoted = identifier(column)
        if column.startswith("missing_"):
            said = f"coalesce({quoted}, '{PRESENT}')"
            yield Statistic(MISSING, column.removeprefix("missing_"), said)
        elif column.startswith("gamma_"):
            said = f"{quoted}::VARCHAR"
            yield Statistic(LEVEL, column.removeprefix("gamma_"), said)
        elif column.startswith("group_"):
            yield Statistic(GROUPS, column.removeprefix("group_"), quoted)
    gammas = [identifier(column) for column in columns if column.startswith("gamma_")]
    if gammas:
        levels = " || ' ' || ".join(f"{gamma}::VARCHAR" for gamma in gammas)
        yield Statistic(PATTERN, None, f"coalesce({levels}, '{NONE}')")
