"""The fused plan on DuckDB: pairs are joined, compared and counted or scored as they stream.

No table of pairs is made. The engine knows columns, comparisons and rules; it knows nothing of how
m, u and shares are estimated, or of people.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from linkage.engines.columns import Records, Wanted, load
from linkage.engines.counts import Grouping, counted, label, side_of
from linkage.engines.joins import ALL, Joins, Some
from linkage.engines.levels import CODE, FREQUENCY
from linkage.engines.order import in_order
from linkage.engines.plan import Plan, Weights
from linkage.engines.sampling import drawn
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.source_pairs import SourcePair
from linkage.sql import literal

_CROSSED = re.compile(rf'"{CODE}((?:[^"]|"")+)_[lr]" = "{CODE}((?:[^"]|"")+)_[lr]"')


class DuckDBEngine:
    """Makes, counts and scores the pairs of records: an :class:`linkage.engines.protocol.Engine`.

    Parameters
    ----------
    connection
        Where the work is done.
    records
        The Parquet file of each source's records.
    source_pairs
        What is compared with what.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        records: Mapping[str, Path],
        source_pairs: Sequence[SourcePair],
    ) -> None:
        self._connection = connection
        self.source_pairs = tuple(source_pairs)
        every = (s.name for pair in source_pairs for s in (pair.left, pair.right))
        self._records = {name: Records(records[name]) for name in dict.fromkeys(every)}
        self._tables: dict[str, str] = {}
        self._loaded: Wanted | None = None
        self._plan = Plan((), (), ())
        self._joins = Joins({}, ())

    def prepare(
        self,
        comparisons: Sequence[Comparison],
        rules: Sequence[Rule],
        groupings: Sequence[Grouping] = (),
    ) -> None:
        """Load what ``comparisons``, ``rules`` and ``groupings`` need of the records."""
        held = {field.name: field for each in self._records.values() for field in each.schema}
        texts = {name for name, field in held.items() if pa.types.is_string(field.type)}
        self._plan = Plan(comparisons, held, texts)
        joined = [c for rule in rules for c in rule.columns]
        read = [column[:-2] for column in self._plan.columns]
        wanted = Wanted(
            coded=_once(*(c[1:] for c in read if c[0] == CODE), *(c for c in joined if c in texts)),
            plain=_once(
                *(c for c in read if c[0] not in (CODE, FREQUENCY)),
                *(c for c in joined if c not in texts),
                *(c for grouping in groupings for c in grouping.columns),
            ),
            frequencies=_once(*(c[1:] for c in read if c[0] == FREQUENCY)),
            families=tuple(_compared_with_each_other(self._plan, rules)),
        )
        if self._loaded is None or not self._loaded.covers(wanted):
            self.close()
            self._tables = load(self._connection, self._records, wanted)
            self._loaded = wanted
        self._joins = Joins(self._tables, texts)

    def close(self) -> None:
        """Drop the tables of records."""
        for table in self._tables.values():
            self._run(f"DROP TABLE IF EXISTS {table}")
        self._tables, self._loaded = {}, None

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
            f"{self._joins.column(column)} AS k{i}"
            for i, column in enumerate(rule.side_columns(side))
        )
        return f"(SELECT {keys}, count(*) AS n {self._looked_at(source, share)} GROUP BY ALL)"

    def _with_themselves(self, rule: Rule, pair: SourcePair, share: float) -> int:
        met = self._joins.met(rule, "p", "p")
        return self._number(f"SELECT count(*) {self._looked_at(pair.left.name, share)} AND {met}")

    def _looked_at(self, source: str, share: float) -> str:
        sampled = "TRUE" if share >= 1 else drawn(share, "record", seed="count")
        return f"FROM {self._tables[source]} p WHERE {sampled}"

    def count_random(self, most: int, seed: int) -> pa.Table:
        """Return the ``n`` random pairs at each pattern ``code``, for u.

        All pairs where there are at most ``most``; else the pairs of two random samples of
        records, drawn by a hash of the record and the seed, so that row order plays no part.
        """
        total = sum(pair.n_pairs for pair in self.source_pairs)
        share = min(1.0, most / max(total, 1)) ** 0.5
        made = " UNION ALL ".join(
            self._joins.crossed(pair, self._plan.columns, share, f"{seed}-{number}")
            for number, pair in enumerate(self.source_pairs)
        )
        return self._fetch(
            f"SELECT code, count(*) AS n FROM ({self._plan.levelled(made)}) GROUP BY 1 ORDER BY 1"
        )

    def compare(self, rules: Sequence[Rule], some: Some = ALL) -> pa.Table:
        """Return the pairs of some focal records that meet any of ``rules``, sorted.

        Columns: record_l, record_r, ``rules`` (the mask of the rules met), the pattern's ``code``,
        ``log2_tf`` and ``log2_tf_household``.
        """
        columns = self._plan.columns
        with self._focal(some) as focal:
            return self._compared(
                self._plan.levelled(made)
                for pair in self.source_pairs
                for made in self._joins.by_rule(pair, rules, columns, focal[pair])
            )

    def compare_sharing(self, key: Sequence[str], most: int, seed: int) -> tuple[pa.Table, int]:
        """Return pairs that agree on ``key``, whatever other rule they meet, and their number.

        Columns as :meth:`compare`, the term frequencies without the key's own comparisons. Where
        there are more than ``most`` such pairs, those of a share of the focal records.
        """
        rule = Rule(tuple(key))
        number = self.count_pairs(rule)
        some = Some(min(1.0, most / max(number, 1)), seed)
        columns = self._plan.columns
        with self._focal(some) as focal:
            return self._compared(
                self._plan.levelled(
                    self._joins.sharing(pair, rule, columns, focal[pair]), without=key
                )
                for pair in self.source_pairs
            ), number

    def compare_within(self, rules: Sequence[Rule], groups: pa.Table) -> pa.Table:
        """Return the pairs inside groups (``record``, ``member``) that meet any of ``rules``.

        Columns as :meth:`compare`.
        """
        self._connection.register("groups_asked", groups)
        found = self._compared(
            self._plan.levelled(self._joins.inside(pair, rules, self._plan.columns, "groups_asked"))
            for pair in self.source_pairs
        )
        self._connection.unregister("groups_asked")
        return found

    def count_patterns(
        self, rules: Sequence[Rule], some: Some = ALL, groupings: Sequence[Grouping] = ()
    ) -> pa.Table:
        """Return how many pairs of some focal records stand at each pattern, streamed.

        Columns: source_l, source_r, code, rules, grouping, group, n. By mask of the rules met under
        the grouping ``none``; over all rules together under each of ``groupings`` whose columns
        one of the pair's sources holds.
        """
        with self._focal(some) as focal:
            parts = [self._counted(p, rules, groupings, focal[p]) for p in self.source_pairs]
        return pa.concat_tables(parts)

    def _counted(
        self, pair: SourcePair, rules: Sequence[Rule], groupings: Sequence[Grouping], focal: str
    ) -> pa.Table:
        held = {name: each.schema.names for name, each in self._records.items()}
        sides = {grouping: side_of(grouping, pair, held) for grouping in groupings}
        asked = {grouping: side for grouping, side in sides.items() if side is not None}
        keep = _once(*(f"{c}_{side}" for grouping, side in asked.items() for c in grouping.columns))
        columns = _once(*self._plan.columns, *keep)
        levelled = self._plan.levelled(self._joins.blocked(pair, rules, columns, focal), keep)
        labels = {grouping.name: label(grouping, side) for grouping, side in asked.items()}
        names = f"{literal(pair.left.name)} AS source_l, {literal(pair.right.name)} AS source_r"
        return self._fetch(f"SELECT {names}, * FROM ({counted(levelled, labels)})")

    def score(
        self, pair: SourcePair, rules: Sequence[Rule], weights: Weights, some: Some = ALL
    ) -> pa.Table:
        """Return the pairs of some focal records whose match weight reaches the floor.

        Columns as :meth:`compare`.
        """
        with self._focal(some) as focal:
            return self._compared(
                self._plan.scored(made, weights)
                for made in self._joins.by_rule(pair, rules, self._plan.columns, focal[pair])
            )

    def sampled_records(self, pair: SourcePair, some: Some) -> pa.Table:
        """Return the focal records of ``pair`` that ``some`` names, in order."""
        return self._fetch(
            f"SELECT record FROM {self._tables[pair.focal_source.name]} "
            f"WHERE {some.condition('record')} ORDER BY record"
        )

    def agreements(self, table: pa.Table, rules: Sequence[Rule]) -> pa.Table:
        """Return a flag ``t<i>`` per rule and pair of ``table`` (record_l, record_r): is it met?"""
        self._connection.register("pairs_asked", table)
        flags = ", ".join(
            f"coalesce({self._joins.met(rule)}, FALSE) AS t{i}" for i, rule in enumerate(rules)
        )
        every = " UNION ALL ".join(f"FROM {table}" for table in self._tables.values())
        met = self._fetch(
            f"WITH every AS ({every}) SELECT {flags} FROM pairs_asked p "
            "JOIN every l ON l.record = p.record_l JOIN every r ON r.record = p.record_r "
            "ORDER BY p.record_l, p.record_r"
        )
        self._connection.unregister("pairs_asked")
        return met

    @contextmanager
    def _focal(self, some: Some) -> Iterator[dict[SourcePair, str]]:
        """Hold the focal records that ``some`` names in tables of their own, by source pair.

        Of a table the database knows how many rows it has, and joins from the smaller side.
        """
        chosen = {pair: self._tables[pair.focal_source.name] for pair in self.source_pairs}
        if some.are_all:
            yield chosen
            return
        made = {table: f"focal_{at}" for at, table in enumerate(dict.fromkeys(chosen.values()))}
        for table, name in made.items():
            self._run(
                f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {table} "
                f"WHERE {some.condition('record')}"
            )
        try:
            yield {pair: made[table] for pair, table in chosen.items()}
        finally:
            for name in made.values():
                self._run(f"DROP TABLE IF EXISTS {name}")

    def _compared(self, queries: Iterator[str] | Sequence[str]) -> pa.Table:
        # one after the other: the joins of all at once would take memory together
        return in_order(pa.concat_tables([self._fetch(query) for query in queries]))

    def _run(self, sql: str) -> None:
        self._connection.execute(sql).fetchall()

    def _fetch(self, sql: str) -> pa.Table:
        return self._connection.sql(sql).to_arrow_table()

    def _number(self, sql: str) -> int:
        return int(self._connection.execute(sql).fetchall()[0][0])


def _once(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _compared_with_each_other(plan: Plan, rules: Sequence[Rule]) -> Iterator[frozenset[str]]:
    """Yield the columns of which texts are compared for equality across the two sides."""
    for text in plan.texts:
        for one, other in _CROSSED.findall(text):
            yield frozenset((one.replace('""', '"'), other.replace('""', '"')))
    for rule in rules:
        for sides in zip(rule.side_columns("l"), rule.side_columns("r"), strict=True):
            yield frozenset(sides)
