"""Pairs on Spark: the same tables as the engine on DuckDB, from the same configuration.

Spark's SQL pairs and counts, splink's Spark backend scores, and DuckDB says on Spark's machines on
which level a pair stands. The records come from the run folder, and what is asked for returns to
this machine; pairs that are not asked for never do.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from linkage.engines.counts import Grouping, counted, label, side_of
from linkage.engines.sampling import ALL, Some, Sought
from linkage.engines.spark_functions import Functions
from linkage.engines.spark_levels import FREQUENCY, Levels
from linkage.engines.spark_names import quoted, spark_sql
from linkage.engines.spark_pairs import Pairs, met
from linkage.engines.spark_records import People, load
from linkage.engines.spark_scoring import reaching
from linkage.engines.spark_sizes import Sizes
from linkage.engines.weights import Weights
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.source_pairs import SourcePair, within_each

_SEARCHED = 20_000_000
"""Pairs that a search holds at a time."""

_NO_FLOOR = -1e6
"""A match weight below any there is."""

_SORTED = [("record_l", "ascending"), ("record_r", "ascending")]


class SparkEngine:
    """Makes, counts and scores pairs on Spark: an :class:`linkage.engines.protocol.Engine`.

    Parameters
    ----------
    session
        Where the work is done.
    records
        The Parquet file of each source's records, where Spark's machines find it too.
    source_pairs
        What is compared with what.
    """

    # what prepare() makes ready
    _comparisons: tuple[Comparison, ...]
    _levels: Levels
    _people: People
    _sizes: Sizes

    def __init__(
        self,
        session: SparkSession,
        records: Mapping[str, Path],
        source_pairs: Sequence[SourcePair],
    ) -> None:
        self._session = session
        self.source_pairs = tuple(source_pairs)
        every = dict.fromkeys(s.name for p in source_pairs for s in (p.left, p.right))
        self._records = {name: records[name] for name in every}
        self._functions = Functions(session)
        self._pairs = Pairs(self._functions, {name: n for n, name in enumerate(every)})
        self._n = sum(pq.read_metadata(path).num_rows for path in self._records.values())
        self._held = {name: pq.read_schema(path).names for name, path in self._records.items()}

    def prepare(
        self,
        comparisons: Sequence[Comparison],
        rules: Sequence[Rule],
        groupings: Sequence[Grouping] = (),
    ) -> None:
        """Load what ``comparisons``, ``rules`` and ``groupings`` need of the records."""
        self._session.catalog.clearCache()
        held = dict.fromkeys(column for names in self._held.values() for column in names)
        self._comparisons = tuple(comparisons)
        self._levels = Levels(self._functions, comparisons, held)
        read = [column[:-2] for column in self._levels.columns]
        frequencies = _once(c[1:] for c in read if c.startswith(FREQUENCY))
        asked = _once(column for rule in rules for column in rule.columns)
        grouped = (column for grouping in groupings for column in grouping.columns)
        columns = _once([*(c.removeprefix(FREQUENCY) for c in read), *asked, *grouped])
        self._people = load(self._session, self._records, columns, frequencies)
        self._people.everyone.createOrReplaceTempView("people")
        self._sizes = Sizes(self._people.everyone, self._functions, asked, self._n)

    def count_pairs(self, rule: Rule, share: float = 1.0) -> int:
        """Return how many pairs meet ``rule``, from the sizes of its blocks.

        As on DuckDB, a rule across columns (``a = b``) must read the same both ways within one
        source.
        """
        return round(sum(self._numbers(self.source_pairs, rule, share)) / share**2)

    def _numbers(self, pairs: Sequence[SourcePair], rule: Rule, share: float) -> Iterator[int]:
        """Yield how many pairs of a share of both sides' records meet ``rule``."""
        made = self._sizes.of(rule, share)
        within = any(pair.within for pair in pairs)
        alone = self._sizes.with_themselves(rule, share) if within else {}
        for pair in pairs:
            left, right = self._pairs.numbers(pair)
            n = made.get((left, right), 0)
            yield (n - alone.get(left, 0)) // 2 if pair.within else n

    def count_random(self, most: int, seed: int) -> pa.Table:
        """Return the ``n`` random pairs at each pattern ``code``, those that DuckDB would draw."""
        total = sum(pair.n_pairs for pair in self.source_pairs)
        share = min(1.0, most / max(total, 1)) ** 0.5
        levelled = self._levelled(self._pairs.crossed(self.source_pairs, share, seed))
        counts = self._fetch(f"SELECT code, count(*) AS n FROM ({levelled}) GROUP BY code")
        return counts.sort_by("code")

    def count_different(
        self, rules: Sequence[Rule], most: int, seed: int
    ) -> tuple[pa.Table, float]:
        """Return the ``n`` pairs at each ``code`` of different people who meet any of ``rules``.

        Of every source that holds a person once; see :class:`linkage.engines.protocol.Engine`.
        """
        pairs = within_each(self.source_pairs)
        if not pairs:
            return pa.table({"code": pa.array([], pa.int64()), "n": pa.array([], pa.int64())}), 1.0
        by_rule = [self._numbers(pairs, rule, 1.0) for rule in rules]
        largest = max(map(sum, zip(*by_rule, strict=True)))
        share = min(1.0, most / max(largest, 1))
        levelled = self._levelled(self._pairs.blocked(pairs, rules, Some(share, seed)))
        counts = self._fetch(f"SELECT code, count(*) AS n FROM ({levelled}) GROUP BY code")
        return counts.sort_by("code"), share

    def compare(self, rules: Sequence[Rule], some: Some = ALL) -> pa.Table:
        """Return the pairs of some focal records that meet any of ``rules``."""
        return self._compared(self._pairs.blocked(self.source_pairs, rules, some))

    def compare_sharing(self, key: Sequence[str], most: int, seed: int) -> tuple[pa.Table, int]:
        """Return about ``most`` pairs that agree on ``key``, and how many there are in all."""
        rule = Rule(tuple(key))
        number = self.count_pairs(rule)
        some = Some(min(1.0, most / max(number, 1)), seed)
        return self._compared(self._pairs.sharing(self.source_pairs, rule, some), key), number

    def compare_within(self, rules: Sequence[Rule], groups: pa.Table) -> pa.Table:
        """Return the pairs inside groups (``record``, ``member``) that meet any of ``rules``."""
        self._session.createDataFrame(groups).createOrReplaceTempView("groups_asked")
        return self._compared(self._pairs.inside(self.source_pairs, rules, "groups_asked"))

    def count_patterns(
        self, rules: Sequence[Rule], some: Some = ALL, groupings: Sequence[Grouping] = ()
    ) -> pa.Table:
        """Return source_l, source_r, code, rules, grouping, group, n of some records' pairs."""
        return pa.concat_tables(
            self._counted(pair, rules, some, groupings) for pair in self.source_pairs
        )

    def count_and_compare(
        self, rules: Sequence[Rule], some: Some = ALL, groupings: Sequence[Grouping] = ()
    ) -> tuple[pa.Table, pa.Table]:
        """Return what :meth:`count_patterns` and :meth:`compare` do."""
        return self.count_patterns(rules, some, groupings), self.compare(rules, some)

    def _counted(
        self, pair: SourcePair, rules: Sequence[Rule], some: Some, groupings: Sequence[Grouping]
    ) -> pa.Table:
        sides = {g: side_of(g, pair, self._held) for g in groupings}
        asked = {g: side for g, side in sides.items() if side is not None}
        keep = _once(f"{c}_{side}" for g, side in asked.items() for c in g.columns)
        levelled = self._levelled(self._pairs.blocked([pair], rules, some), keep)
        self._session.sql(levelled).createOrReplaceTempView("levelled")
        labels = {g.name: label(g, side) for g, side in asked.items()}
        counts = self._fetch(spark_sql(counted("levelled", labels)))
        n = counts.num_rows
        names = [pa.array([side.name] * n, pa.string()) for side in (pair.left, pair.right)]
        columns = dict(zip(["source_l", "source_r"], names, strict=True))
        return pa.table(columns | dict(zip(counts.column_names, counts.columns, strict=True)))

    def score(
        self, pair: SourcePair, rules: Sequence[Rule], weights: Weights, some: Some = ALL
    ) -> pa.Table:
        """Return the pairs of some focal records whose match weight reaches the floor."""
        pairs = self._session.sql(self._pairs.blocked([pair], rules, some)).persist()
        levels = list(zip(self._comparisons, self._levels.gammas, strict=True))
        scored = reaching(self._session, self._people, pairs, levels, weights)
        kept = scored.selectExpr("record_l", "record_r", "match_key AS rules")
        if weights.always:
            kept = kept.union(pairs.where(f"rules & {weights.always} <> 0")).distinct()
        kept.createOrReplaceTempView("kept")
        table = self._compared("SELECT * FROM kept")
        for held in (pairs, scored):
            held.unpersist()
        return table

    def search(
        self, pair: SourcePair, sought: Sought, rules: Sequence[Rule], weights: Weights
    ) -> pa.Table:
        """Return the heaviest pairs of each record ``sought`` with all of the other source.

        Some records are searched at a time, so that Spark holds no more than so many pairs.
        """
        at_once = max(_SEARCHED // max(pair.opposite(sought.side).n, 1), 1)
        chunks = [
            replace(sought, records=sought.records[at : at + at_once])
            for at in range(0, max(len(sought.records), 1), at_once)
        ]
        found = [self._searched(pair, chunk, rules, weights) for chunk in chunks]
        return pa.concat_tables(found).sort_by(_SORTED)

    def _searched(
        self, pair: SourcePair, sought: Sought, rules: Sequence[Rule], weights: Weights
    ) -> pa.Table:
        asked = pa.table({"record": pa.array(sought.records, pa.int32())})
        self._session.createDataFrame(asked).createOrReplaceTempView("records_asked")
        pairs = self._session.sql(
            self._pairs.with_all(pair, sought.side, "records_asked")
        ).persist()
        levels = list(zip(self._comparisons, self._levels.gammas, strict=True))
        everything = replace(weights, floor=_NO_FLOOR)
        scored = reaching(self._session, self._people, pairs, levels, everything)
        scored.createOrReplaceTempView("searched")
        bits = (f"CASE WHEN {met(rule)} THEN {1 << k}L ELSE 0L END" for k, rule in enumerate(rules))
        table = self._fetch(
            f"SELECT s.record_l, s.record_r, {' + '.join(bits) or '0L'} AS rules, s.match_weight "
            f"FROM (SELECT *, row_number() OVER (PARTITION BY record_{sought.side} "
            "ORDER BY round(match_weight, 9) DESC, record_l, record_r) AS place FROM searched) s "
            "JOIN people l ON l.record = s.record_l JOIN people r ON r.record = s.record_r "
            f"WHERE s.place <= {sought.best}"
        )
        for held in (pairs, scored):
            held.unpersist()
        return table

    def sampled_records(self, pair: SourcePair, some: Some) -> pa.Table:
        """Return the focal records of ``pair`` that ``some`` names, in order."""
        return self._fetch(self._pairs.some(pair.focal_source.name, some)).sort_by("record")

    def agreements(self, table: pa.Table, rules: Sequence[Rule]) -> pa.Table:
        """Return a flag ``t<i>`` per rule and pair of ``table`` (record_l, record_r): is it met?"""
        self._session.createDataFrame(table).createOrReplaceTempView("pairs_asked")
        flags = [f"coalesce({met(rule)}, FALSE) AS t{i}" for i, rule in enumerate(rules)]
        found = self._fetch(
            f"SELECT {', '.join(['p.*', *flags])} FROM pairs_asked p "
            "JOIN people l ON l.record = p.record_l JOIN people r ON r.record = p.record_r"
        )
        return found.sort_by(_SORTED).drop_columns(table.column_names)

    def close(self) -> None:
        """End the session, and with it all that Spark holds."""
        self._session.stop()

    def _compared(self, pairs: str, without: Collection[str] = ()) -> pa.Table:
        return self._fetch(self._levelled(pairs, without=without)).sort_by(_SORTED)

    def _levelled(self, pairs: str, keep: Sequence[str] = (), without: Collection[str] = ()) -> str:
        """Return a query of ``pairs`` with their levels and the columns ``keep``."""
        sides = "".join(
            f", {quoted(column[:-2], column[-1])} AS {quoted(column)}"
            for column in _once((*self._levels.columns, *keep))
        )
        with_sides = (
            f"SELECT p.*{sides} FROM ({pairs}) p JOIN people l ON l.record = p.record_l "
            "JOIN people r ON r.record = p.record_r"
        )
        return self._levels.levelled(with_sides, keep, without)

    def _fetch(self, sql: str) -> pa.Table:
        return self._session.sql(sql).toArrow()


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
