"""How many values each rule changed, overall and for every group of people."""

from collections.abc import Iterator

import duckdb

from linkage.sql import identifier
from linkage.standardise.source import Standardised, fired

EVERYONE = ("none", "all")
NO_GROUP = "missing"

CountRow = dict[str, object]


def rule_counts(
    connection: duckdb.DuckDBPyConnection, source: str, made: Standardised
) -> Iterator[CountRow]:
    """Yield a row for every column, rule and group in which the rule changed something."""
    bits = [
        (each.cleaner.role, rule, f"sum(({fired(each.cleaner.role)} >> {at}) & 1)")
        for each in made.lookups
        for at, rule in enumerate(each.cleaner.rules)
    ]
    sums = ", ".join(expression for _, _, expression in bits)
    for grouping in (None, *made.groupings):
        group = f"coalesce({identifier(grouping)}, '{NO_GROUP}')" if grouping else "'all'"
        found = connection.execute(
            f"SELECT {group} AS grouped, {sums} FROM {made.table} GROUP BY ALL ORDER BY grouped"  # noqa: S608 - quoted
        ).fetchall()
        for value, *numbers in found:
            for (column, rule, _), n in zip(bits, numbers, strict=True):
                if n:
                    yield {
                        "source": source,
                        "column": column,
                        "rule": rule,
                        "grouping": grouping.removeprefix("group_") if grouping else EVERYONE[0],
                        "group": value,
                        "n": int(n),
                    }
