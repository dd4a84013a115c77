"""Pairs in SQL: what blocking rules join, each pair once, with every rule that it meets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from linkage.engines.levels import CODE
from linkage.engines.sampling import drawn
from linkage.model.blocking import Rule
from linkage.model.source_pairs import SourcePair
from linkage.sql import identifier

MANY_RULES = 24
"""With more, asking every pair for every rule takes longer than remembering the pairs."""


@dataclass(frozen=True)
class Some:
    """Which focal records: a ``share`` of them drawn by hash, or those from ``first`` to ``last``.

    ``last`` is not in it.
    """

    share: float = 1.0
    seed: int = 0
    first: int | None = None
    last: int | None = None

    @property
    def are_all(self) -> bool:
        """Is every record meant?"""
        return self.share >= 1 and self.first is None and self.last is None

    def condition(self, record: str) -> str:
        """Return the SQL condition on the column ``record``."""
        asked = [] if self.share >= 1 else [drawn(self.share, record, seed=str(self.seed))]
        asked += [] if self.first is None else [f"{record} >= {self.first}"]
        asked += [] if self.last is None else [f"{record} < {self.last}"]
        return " AND ".join(asked) or "TRUE"


ALL = Some()


@dataclass(frozen=True)
class Joins:
    """How the tables of the sources are joined.

    Parameters
    ----------
    tables
        The quoted name of each source's table.
    coded
        The columns that are there as codes; others are compared as they are.
    """

    tables: Mapping[str, str]
    coded: Collection[str]

    def column(self, name: str) -> str:
        """Return the quoted name of the column by which ``name`` is compared for equality."""
        return identifier(CODE + name if name in self.coded else name)

    def met(self, rule: Rule, left: str = "l", right: str = "r") -> str:
        """Return the condition that a pair of the relations ``left`` and ``right`` meets a rule."""
        sides = zip(rule.side_columns("l"), rule.side_columns("r"), strict=True)
        return " AND ".join(f"{left}.{self.column(a)} = {right}.{self.column(b)}" for a, b in sides)

    def mask(self, rules: Sequence[Rule], first: int = 0) -> str:
        """Return the mask of the rules from the ``first`` on that a pair of l and r meets."""
        bits = (
            f"CASE WHEN {self.met(rule)} THEN {1 << k} ELSE 0 END"
            for k, rule in enumerate(rules)
            if k >= first
        )
        return f"({' + '.join(bits) or '0'})::BIGINT"

    def sides(self, pair: SourcePair, focal: str | None = None) -> str:
        """Return the join of the two sides of ``pair``, as far as ON.

        ``focal`` names a table to take the focal records from, instead of all of the source's.
        """
        tables = {"l": self.tables[pair.left.name], "r": self.tables[pair.right.name]}
        tables[pair.focal] = focal or tables[pair.focal]
        return f"{tables['l']} l JOIN {tables['r']} r ON {_order(pair)}"

    def blocked(
        self,
        pair: SourcePair,
        rules: Sequence[Rule],
        columns: Sequence[str],
        focal: str | None = None,
    ) -> str:
        """Return a query of the pairs that meet any of ``rules``, each once.

        Its columns: record_l, record_r, ``rules`` (the mask of every rule met) and ``columns``,
        given with their side, as ``surname_l``. A pair comes from the first rule that it meets, as
        splink makes them, so that no pair need be remembered.
        """
        return " UNION ALL ".join(self.by_rule(pair, rules, columns, focal))

    def by_rule(
        self,
        pair: SourcePair,
        rules: Sequence[Rule],
        columns: Sequence[str],
        focal: str | None = None,
    ) -> list[str]:
        """Return the queries that :meth:`blocked` unites: no two give the same pair."""
        if len(rules) > MANY_RULES:
            return [self._gathered(pair, rules, columns, focal)]
        selects = []
        for k, rule in enumerate(rules):
            earlier = "".join(f" AND NOT coalesce({self.met(r)}, FALSE)" for r in rules[:k])
            later = f" + {self.mask(rules, k + 1)}" if k + 1 < len(rules) else ""
            selects.append(
                f"SELECT l.record AS record_l, r.record AS record_r, "
                f"{1 << k}::BIGINT{later} AS rules{_selected(columns)} "
                f"FROM {self.sides(pair, focal)} AND {self.met(rule)}{earlier}"
            )
        return selects

    def _gathered(
        self, pair: SourcePair, rules: Sequence[Rule], columns: Sequence[str], focal: str | None
    ) -> str:
        """Return what :meth:`blocked` does, by remembering pairs instead of asking every rule."""
        made = " UNION ALL ".join(
            f"SELECT l.record AS record_l, r.record AS record_r, {1 << k}::BIGINT AS rules "
            f"FROM {self.sides(pair, focal)} AND {self.met(rule)}"
            for k, rule in enumerate(rules)
        )
        left, right = self.tables[pair.left.name], self.tables[pair.right.name]
        return (
            f"SELECT record_l, record_r, rules{_selected(columns)} "
            f"FROM (SELECT record_l, record_r, bit_or(rules) AS rules FROM ({made}) GROUP BY ALL) "
            f"JOIN {left} l ON l.record = record_l JOIN {right} r ON r.record = record_r"
        )

    def sharing(
        self, pair: SourcePair, rule: Rule, columns: Sequence[str], focal: str | None = None
    ) -> str:
        """Return a query of the pairs that meet ``rule``, with ``columns`` and a mask of 0."""
        return (
            f"SELECT l.record AS record_l, r.record AS record_r, 0::BIGINT AS rules"
            f"{_selected(columns)} FROM {self.sides(pair, focal)} AND {self.met(rule)}"
        )

    def crossed(self, pair: SourcePair, columns: Sequence[str], share: float, seed: str) -> str:
        """Return a query of all pairs of a ``share`` of the records of each side."""
        left, right = (
            f"(FROM {self.tables[side.name]} WHERE {drawn(share, 'record', seed=f'{seed}-{name}')})"
            for name, side in (("l", pair.left), ("r", pair.right))
        )
        return (
            f"SELECT l.record AS record_l, r.record AS record_r, 0::BIGINT AS rules"
            f"{_selected(columns)} FROM {left} l JOIN {right} r ON {_order(pair)}"
        )

    def inside(
        self, pair: SourcePair, rules: Sequence[Rule], columns: Sequence[str], groups: str
    ) -> str:
        """Return a query of the pairs that meet any rule inside the groups of a table.

        ``groups`` names a table of ``record`` and ``member``, the group it is in.
        """
        left, right = self.tables[pair.left.name], self.tables[pair.right.name]
        return (
            f"SELECT * FROM (SELECT l.record AS record_l, r.record AS record_r, "
            f"{self.mask(rules)} AS rules{_selected(columns)} "
            f"FROM {left} l JOIN {groups} gl ON gl.record = l.record "
            f"JOIN {groups} gr ON gr.member = gl.member "
            f"JOIN {right} r ON r.record = gr.record AND {_order(pair)}) WHERE rules > 0"
        )


def _order(pair: SourcePair) -> str:
    """Return the condition that makes each pair once: within a source, the lower record left."""
    return "l.record < r.record" if pair.within else "TRUE"


def _selected(columns: Sequence[str]) -> str:
    return "".join(
        f", {column[-1]}.{identifier(column[:-2])} AS {identifier(column)}" for column in columns
    )
