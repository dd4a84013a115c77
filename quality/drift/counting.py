"""Counts of the records of a batch or run, by statistic and group."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor
from typing import Any

import duckdb

from linkage.sql import identifier, literal
from quality.drift.statistics import LINKED, PATTERN, WEIGHT, YES, Statistic, statistics_of

Cell = tuple[str | None, str | None]
"""A characteristic and one of its groups; both None for all records."""

ALL: Cell = (None, None)

Key = tuple[str, str | None, str | None, str | None]
"""Statistic, variable, characteristic, group."""

Bins = Mapping[str, int]


@dataclass(frozen=True)
class Counted:
    """How many records of one source there are in each bin, by statistic and group.

    ``weights`` are what a model says of each agreement pattern by its levels alone. Term
    frequencies are left out: records that a model was trained on counted themselves in them, later
    ones do not.
    """

    bins: Mapping[Key, Bins]
    weights: Mapping[str, float] = field(default_factory=dict)

    def n(self, key: Key) -> int:
        """Return how many records a statistic is of in a group."""
        return sum(self.bins.get(key, {}).values())

    def weighed(self, weights: Mapping[str, float]) -> "Counted":
        """Return it with match weights, in bins of one bit: what ``weights`` say of patterns.

        Two are compared by the weights of one model: a model trained anew is no drift of records.
        """
        found = dict(self.bins)
        for (statistic, variable, *cell), bins in self.bins.items():
            if statistic == PATTERN:
                of_bits = Counter[str]()
                for pattern, n in bins.items():
                    if pattern in weights:
                        of_bits[str(floor(weights[pattern]))] += n
                found[WEIGHT, variable, cell[0], cell[1]] = of_bits
        return replace(self, bins=found)

    def as_record(self) -> dict[str, Any]:
        """Return it as plain values."""
        rows = [
            {**dict(zip(_OF_KEY, key, strict=True)), "bins": dict(bins)}
            for key, bins in sorted(self.bins.items(), key=lambda item: str(item[0]))
        ]
        return {"weights": dict(self.weights), "rows": rows}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Counted":
        """Return what :meth:`as_record` gave."""
        bins = {tuple(row[name] for name in _OF_KEY): row["bins"] for row in record["rows"]}
        return cls(bins, record["weights"])


_OF_KEY = ("statistic", "variable", "characteristic", "group")


@dataclass(frozen=True)
class Cohort:
    """The records of a source that a batch or run brings: a relation with these ``columns``.

    ``characteristics`` are those that its groups are of. A record whose group is NULL is in none.
    """

    connection: duckdb.DuckDBPyConnection
    relation: str
    columns: Sequence[str]
    characteristics: Sequence[str]

    def counted(self) -> Counted:
        """Return the counts of all records."""
        statistics = list(statistics_of(self.columns))
        bins: dict[Key, Bins] = {}
        for each in statistics:
            bins |= self._count(each)
        patterns = [each for each in statistics if each.name == PATTERN]
        return Counted(bins, self._weights(patterns[0]) if patterns else {})

    def share(self, of: Cell, within: Cell) -> float:
        """Return how many in one of the records of the group ``of`` are of ``within`` too."""
        every = Statistic(LINKED, None, f"'{YES}'")
        key = (LINKED, None, *of)
        n, shared = (sum(self._count(every, cell).get(key, {}).values()) for cell in (ALL, within))
        return shared / n if n else 0.0

    def _count(self, statistic: Statistic, of: Cell = ALL) -> dict[Key, dict[str, int]]:
        """Count the records that are ``of`` a group, for all and for every group."""
        characteristics = self.characteristics if statistic.by_group else ()
        named = [identifier(f"group_{name}") for name in characteristics]
        columns = "".join(f", {name}" for name in named)
        sets = ", ".join(["(bin)", *(f"(bin, {name})" for name in named)])
        of_set = f"grouping({', '.join(named)})" if named else "0"
        rows = self.connection.execute(
            f"SELECT bin, count(*), {of_set}{columns} "  # noqa: S608 - quoted
            f"FROM (SELECT *, {statistic.sql} AS bin FROM {self.relation}) "
            f"WHERE bin IS NOT NULL AND {_is_of(of)} GROUP BY GROUPING SETS ({sets}) ORDER BY ALL"
        ).fetchall()
        found: dict[Key, dict[str, int]] = {}
        for label, n, set_, *groups in rows:
            cell = _cell(characteristics, set_, groups)
            if cell is not None:
                found.setdefault((statistic.name, statistic.variable, *cell), {})[label] = n
        return found

    def _weights(self, pattern: Statistic) -> dict[str, float]:
        """Return the weight of every pattern: all records with it have the same."""
        rows = self.connection.execute(
            f"SELECT {pattern.sql} AS bin, round(max(w_levels), 6) "  # noqa: S608 - quoted
            f"FROM {self.relation} WHERE w_levels IS NOT NULL GROUP BY bin ORDER BY bin"
        ).fetchall()
        return dict(rows)


def _is_of(cell: Cell) -> str:
    if cell == ALL:
        return "TRUE"
    return f"{identifier(f'group_{cell[0]}')} = {literal(str(cell[1]))}"


def _cell(characteristics: Sequence[str], of_set: int, groups: Sequence[str | None]) -> Cell | None:
    """Return the group that a row of grouping sets is of: the one column that is not summed over.

    ``of_set`` has a bit for each column, the last the lowest, that is 0 for the one grouped by.
    """
    last = len(groups) - 1
    for at, group in enumerate(groups):
        if not of_set >> (last - at) & 1:
            return None if group is None else (characteristics[at], group)
    return ALL
