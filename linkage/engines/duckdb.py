"""Pairs on DuckDB: blocked candidates with their agreement patterns, and random pairs for u.

The engine knows columns, comparisons and rules; it knows nothing of m, u or people.
"""

import re
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from linkage.engines.frequencies import frequency_columns, frequency_sums
from linkage.engines.sampling import drawn
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison, columns_of
from linkage.model.source_pairs import SourcePair
from linkage.sql import identifier

_NOT_COMPARED = re.compile("record|record_id|fold|(group|missing)_.*")
"""Columns of the records that say nothing of whether two are one person's."""


class DuckDBEngine:
    """Makes and counts pairs of the records in one DuckDB connection.

    Parameters
    ----------
    connection
        Holds a relation ``records_<source>`` for each source.
    source_pairs
        What is compared with what.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, source_pairs: Sequence[SourcePair]
    ) -> None:
        self._connection = connection
        self.source_pairs = tuple(source_pairs)
        every = (s.name for pair in source_pairs for s in (pair.left, pair.right))
        self._sources = tuple(dict.fromkeys(every))
        self._held = {source: self._described(f"records_{source}") for source in self._sources}

    def _described(self, table: str) -> dict[str, str]:
        described = self._connection.execute(f"DESCRIBE {identifier(table)}").fetchall()
        return {row[0]: row[1] for row in described}

    def shared_columns(self) -> tuple[str, ...]:
        """Return the columns on which at least one pair of sources can be compared."""
        shared = {
            column
            for pair in self.source_pairs
            for column in self._held[pair.left.name]
            if column in self._held[pair.right.name] and not _NOT_COMPARED.fullmatch(column)
        }
        every = dict.fromkeys(c for held in self._held.values() for c in held)
        return tuple(column for column in every if column in shared)

    @property
    def types(self) -> dict[str, str]:
        """The DuckDB type of every column of the records."""
        return {c: t for held in self._held.values() for c, t in held.items()}

    def values(self, column: str) -> int:
        """Return how many distinct values ``column`` has over all sources."""
        held = [s for s in self._sources if column in self._held[s]]
        union = " UNION ALL ".join(
            f"SELECT {identifier(column)} AS value FROM {identifier('records_' + s)}" for s in held
        )
        return self._number(f"SELECT count(DISTINCT value) FROM ({union})")

    def understands(self, comparison: Comparison) -> bool:
        """Say whether the conditions of ``comparison`` can be evaluated on its columns."""
        sides = ", ".join(
            f"NULL::{self.types[column]} AS {identifier(f'{column}_{side}')}"
            for column in comparison.columns
            for side in ("l", "r")
        )
        try:
            self._run(f"SELECT {comparison.gamma_sql()} FROM (SELECT {sides})")
        except duckdb.Error:
            return False
        return True

    def prepare(self, comparisons: Sequence[Comparison], rules: Sequence[Rule]) -> None:
        """Make the table ``people``: every record with the columns that are compared or blocked on.

        A column that a source lacks is NULL there. Columns with a term frequency get it beside
        them, over all sources together, as splink counts it.
        """
        needed = dict.fromkeys((*columns_of(comparisons), *(c for r in rules for c in r.columns)))
        types = self.types
        selects = []
        for number, source in enumerate(self._sources):
            held = self._held[source]
            values = ", ".join(
                identifier(c) if c in held else f"NULL::{types[c]} AS {identifier(c)}"
                for c in needed
            )
            table = identifier("records_" + source)
            selects.append(f"SELECT {number}::TINYINT AS source, record, {values} FROM {table}")
        self._run("CREATE OR REPLACE TABLE people AS " + " UNION ALL ".join(selects))
        for column in frequency_columns(comparisons):
            self._add_term_frequency(column)

    def _add_term_frequency(self, column: str) -> None:
        name, tf = identifier(column), identifier(f"tf_{column}")
        self._run(
            f"CREATE OR REPLACE TABLE people AS SELECT p.*, f.tf AS {tf} FROM people p LEFT JOIN "
            f"(SELECT {name} AS value, count(*) / sum(count(*)) OVER () AS tf FROM people "
            f"WHERE {name} IS NOT NULL GROUP BY 1) f ON p.{name} = f.value"
        )

    def count_pairs(self, rule: Rule, share: float = 1.0) -> int:
        """Return how many pairs meet ``rule``, from the sizes of its blocks.

        Exactly, or about when only a ``share`` of the records is looked at. Within one source both
        orders of a pair are counted, less the records that meet the rule with themselves; so a rule
        across columns (``a = b``) must read the same both ways there.
        """
        total = 0
        for pair in self.source_pairs:
            left, right = (self._blocks(rule, pair, side, share) for side in ("l", "r"))
            n = self._number(
                f"SELECT coalesce(sum(l.n * r.n), 0)::BIGINT FROM {left} l JOIN {right} r "
                "USING (" + ", ".join(f"k{i}" for i in range(len(rule.terms))) + ")"
            )
            total += (n - self._with_themselves(rule, pair, share)) // 2 if pair.within else n
        return round(total / share**2)

    def _blocks(self, rule: Rule, pair: SourcePair, side: str, share: float) -> str:
        source = pair.left.name if side == "l" else pair.right.name
        keys = ", ".join(
            f"{identifier(column)} AS k{i}" for i, column in enumerate(rule.side_columns(side))
        )
        return f"(SELECT {keys}, count(*) AS n {self._looked_at(source, share)} GROUP BY ALL)"

    def _with_themselves(self, rule: Rule, pair: SourcePair, share: float) -> int:
        looked_at = self._looked_at(pair.left.name, share)
        return self._number(f"SELECT count(*) {looked_at} AND {rule.sql('p', 'p')}")

    def _looked_at(self, source: str, share: float) -> str:
        sampled = "TRUE" if share >= 1 else drawn(share, "record", seed="count")
        return f"FROM people p WHERE source = {self._sources.index(source)} AND {sampled}"

    def block(self, rules: Sequence[Rule], share: float = 1.0, seed: int = 0) -> int:
        """Make the table ``pairs``: record_l, record_r and ``rules``, the mask of rules they meet.

        With ``share`` under 1, of a sample of focal records drawn by hash, all their pairs.
        Returns the number of pairs.
        """
        sampled = {
            pair: ""
            if share >= 1
            else f" AND {drawn(share, f'{pair.focal}.record', seed=str(seed))}"
            for pair in self.source_pairs
        }
        selects = [
            f"SELECT l.record AS record_l, r.record AS record_r, {1 << k}::BIGINT AS rules "
            f"FROM {self._join(pair)} AND {rule.sql('l', 'r')}{sampled[pair]}"
            for pair in self.source_pairs
            for k, rule in enumerate(rules)
        ]
        self._run("CREATE OR REPLACE TABLE pair_rules AS " + " UNION ALL ".join(selects))
        self._run(
            "CREATE OR REPLACE TABLE pairs AS SELECT record_l, record_r, bit_or(rules) AS rules "
            "FROM pair_rules GROUP BY ALL ORDER BY record_l, record_r"
        )
        self._run("DROP TABLE pair_rules")
        return self._number("SELECT count(*) FROM pairs")

    def sampled_records(self, pair: SourcePair, share: float, seed: int = 0) -> pa.Table:
        """Return the focal records of ``pair`` that :meth:`block` draws, in order."""
        condition = "TRUE" if share >= 1 else drawn(share, "record", seed=str(seed))
        number = self._sources.index(pair.focal_source.name)
        return self._fetch(
            f"SELECT record FROM people WHERE source = {number} AND {condition} ORDER BY record"
        )

    def _join(self, pair: SourcePair) -> str:
        number_l, number_r = (self._sources.index(s.name) for s in (pair.left, pair.right))
        order = "l.record < r.record" if pair.within else "TRUE"
        return (
            f"(FROM people WHERE source = {number_l}) l "
            f"JOIN (FROM people WHERE source = {number_r}) r ON {order}"
        )

    def compare(self, comparisons: Sequence[Comparison]) -> pa.Table:
        """Return the blocked pairs with the level of every comparison.

        Columns: record_l, record_r, rules; a ``gamma_*`` per comparison; ``log2_tf`` and
        ``log2_tf_household``, the sums of -log2 term frequency over the comparisons whose level
        carries it (the second over family and place comparisons alone). Sorted by the records.
        """
        compared = self._compared(comparisons, "pairs", frequency_sums(comparisons))
        return self._fetch(f"{compared} ORDER BY record_l, record_r")

    def compare_sharing(
        self, comparisons: Sequence[Comparison], key: Sequence[str], most: int, seed: int
    ) -> tuple[pa.Table, int]:
        """Return the pairs that agree on ``key``, whatever other rule they meet, and their number.

        Columns as :meth:`compare`, the term frequencies without the key's own comparisons. Where
        there are more than ``most`` such pairs, a share of them drawn by hash.
        """
        rule = Rule(tuple(key))
        number = self.count_pairs(rule)
        share = min(1.0, most / max(number, 1))
        joined = " UNION ALL ".join(
            f"SELECT l.record AS record_l, r.record AS record_r FROM {self._join(pair)} "
            f"AND {rule.sql('l', 'r')} AND {drawn(share, 'l.record', 'r.record', seed=str(seed))}"
            for pair in self.source_pairs
        )
        self._run(f"CREATE OR REPLACE TABLE pairs_sharing AS {joined}")
        rest = [c for c in comparisons if not set(c.columns) & set(key)]
        compared = self._fetch(
            self._compared(comparisons, "pairs_sharing", frequency_sums(rest))
            + " ORDER BY record_l, record_r"
        )
        self._run("DROP TABLE pairs_sharing")
        return compared, number

    def _compared(self, comparisons: Sequence[Comparison], table: str, sums: str) -> str:
        sides = ", ".join(
            f"{side}.{identifier(column)} AS {identifier(f'{column}_{side}')}"
            for column in (
                *columns_of(comparisons),
                *(f"tf_{c}" for c in frequency_columns(comparisons)),
            )
            for side in ("l", "r")
        )
        gammas = ", ".join(f"{c.gamma_sql()} AS {identifier(c.gamma)}" for c in comparisons)
        columns = [identifier(c) for c in self._described(table)]
        return (
            f"WITH sides AS (SELECT {', '.join(f'p.{c}' for c in columns)}, {sides} "
            f"FROM {identifier(table)} p "
            "JOIN people l ON l.record = p.record_l JOIN people r ON r.record = p.record_r), "
            f"levels AS (SELECT *, {gammas} FROM sides) "
            f"SELECT {', '.join(columns)}, {', '.join(identifier(c.gamma) for c in comparisons)}, "
            f"{sums} FROM levels"
        )

    def count_random_pairs(
        self, comparisons: Sequence[Comparison], most: int, seed: int
    ) -> pa.Table:
        """Return counts ``n`` of the agreement patterns of random pairs, for u.

        All pairs where there are at most ``most``; else the pairs of two random samples of
        records, drawn by a hash of the record and the seed, so that row order plays no part.
        """
        self._run(
            "CREATE OR REPLACE TABLE pairs_random AS "
            + " UNION ALL ".join(self._random(most, seed))
        )
        gammas = ", ".join(identifier(c.gamma) for c in comparisons)
        compared = self._compared(comparisons, "pairs_random", "0 AS no_sums")
        counts = self._fetch(
            f"SELECT {gammas}, count(*) AS n FROM ({compared}) GROUP BY ALL ORDER BY ALL"
        )
        self._run("DROP TABLE pairs_random")
        return counts

    def _random(self, most: int, seed: int) -> Iterator[str]:
        total = sum(pair.n_pairs for pair in self.source_pairs)
        share = min(1.0, most / max(total, 1)) ** 0.5
        for number, pair in enumerate(self.source_pairs):
            chosen = " AND ".join(
                drawn(share, f"{side}.record", seed=f"{seed}-{number}-{side}")
                for side in ("l", "r")
            )
            yield (
                "SELECT l.record AS record_l, r.record AS record_r "
                f"FROM {self._join(pair)} AND {chosen}"
            )

    def agreements(self, table: pa.Table, rules: Sequence[Rule]) -> pa.Table:
        """Return a flag ``t<i>`` per rule and pair of ``table`` (record_l, record_r): is it met?"""
        self._connection.register("pairs_asked", table)
        flags = ", ".join(
            f"coalesce({rule.sql('l', 'r')}, FALSE) AS t{i}" for i, rule in enumerate(rules)
        )
        met = self._fetch(
            f"SELECT {flags} FROM pairs_asked p JOIN people l ON l.record = p.record_l "
            "JOIN people r ON r.record = p.record_r ORDER BY record_l, record_r"
        )
        self._connection.unregister("pairs_asked")
        return met

    def _fetch(self, sql: str) -> pa.Table:
        return self._connection.sql(sql).to_arrow_table()

    def _number(self, sql: str) -> int:
        row = self._connection.execute(sql).fetchone()
        assert row is not None  # noqa: S101 - an aggregate always has a row
        return int(row[0])

    def _run(self, sql: str) -> None:
        self._connection.execute(sql)
