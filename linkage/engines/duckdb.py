"""Pairs on one machine: met by key, compared by code, and counted or weighed as they stream.

No table of pairs is made: some of them at a time are found, put on their levels and folded or
weighed, on every thread. DuckDB answers what codes cannot: how close two texts are, and any SQL.
The engine knows columns, comparisons and rules; it knows nothing of how m, u and shares are
estimated, or of people.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np
import pyarrow as pa

from linkage.engines.asking import Asking
from linkage.engines.columns import Columns, Frequencies, Held, InMemory, Records
from linkage.engines.counts import Grouping, side_of
from linkage.engines.levels import Levels
from linkage.engines.order import first_of_each, in_order
from linkage.engines.pairing import Agreed, Pairing, Part, mask, met
from linkage.engines.pairs import Pairs
from linkage.engines.room import Room
from linkage.engines.sampling import ALL, Some, Sought
from linkage.engines.tally import Tally
from linkage.engines.weights import Weights, heaviest, reaching
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.source_pairs import SourcePair, within_each
from linkage.runs.threads import spread

Made = TypeVar("Made")


class DuckDBEngine:
    """Makes, counts and scores the pairs of records: an :class:`linkage.engines.protocol.Engine`.

    Parameters
    ----------
    connection
        Where SQL is evaluated; its threads are used for everything.
    records
        The Parquet file of each source's records, or the records themselves.
    source_pairs
        What is compared with what.
    room
        Where columns of the records are kept.
    held
        For each source what may hold its records in memory, as they were written to their file.
    frequencies
        Of columns whose term frequencies are not those of these records, but a model's.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        records: Mapping[str, Path | InMemory],
        source_pairs: Sequence[SourcePair],
        room: Room,
        held: Mapping[str, Held] | None = None,
        frequencies: Mapping[str, Frequencies] | None = None,
    ) -> None:
        self.source_pairs = tuple(source_pairs)
        self._weighed: list[int] = []
        self._room, self._frequencies = room, frequencies
        self._first = {s.name: s.first for p in source_pairs for s in (p.left, p.right)}
        held = held or {}
        self._records = {name: _opened(records[name], held.get(name)) for name in self._first}
        self._connection = connection
        ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
        self._threads = int(threads)
        self._asking = Asking(connection, self._threads)
        self._begin()

    @property
    def n_weighed(self) -> int:
        """How many pairs have been scored."""
        return sum(self._weighed)

    def close(self) -> None:
        """Let go of the columns that were loaded."""
        self._columns.close()
        self._begin()

    def _begin(self) -> None:
        self._columns = Columns(self._records, self._first, self._room, self._frequencies)
        self._pairing = Pairing(self._columns, self._connection, self._threads)
        self._levels = Levels((), self._columns, self._asking)
        self._made_for: tuple[tuple[Comparison, ...], int] = ((), 0)

    def prepare(
        self,
        comparisons: Sequence[Comparison],
        rules: Sequence[Rule],
        groupings: Sequence[Grouping] = (),
    ) -> None:
        """Load what ``comparisons``, ``rules`` and ``groupings`` need of the records."""
        levels = Levels(comparisons, self._columns, self._asking)
        joined = [sides for rule in rules for sides in rule.sides]
        grouped = chain.from_iterable(grouping.columns for grouping in groupings)
        self._columns.hold(
            [*levels.names, *chain.from_iterable(joined), *grouped],
            [*levels.together, *map(frozenset, joined)],
        )
        made_for = (tuple(comparisons), self._columns.version)
        if made_for != self._made_for:  # else what was looked up before still holds
            levels.look_up(self._threads)
            self._levels, self._made_for = levels, made_for

    def count_pairs(self, rule: Rule, share: float = 1.0) -> int:
        """Return how many pairs meet ``rule``, from the sizes of its blocks.

        Exactly, or about when only a ``share`` of the records is looked at. Within one source both
        orders of a pair are counted, less the records that meet the rule with themselves; so a rule
        across columns (``a = b``) must read the same both ways there.
        """
        total = sum(self._pairing.number(pair, rule, share) for pair in self.source_pairs)
        return round(total / share**2)

    def count_random(self, most: int, seed: int) -> pa.Table:
        """Return the ``n`` random pairs at each pattern ``code``, for u.

        All pairs where there are at most ``most``; else the pairs of two random samples of
        records, drawn by a hash of the record and the seed, so that row order plays no part.
        """
        total = sum(pair.n_pairs for pair in self.source_pairs)
        share = min(1.0, most / max(total, 1)) ** 0.5
        parts = (
            self._pairing.crossed(pair, share, f"{seed}-{number}")
            for number, pair in enumerate(self.source_pairs)
        )
        return self._tallied(parts, {}).by_code()

    def count_different(
        self, rules: Sequence[Rule], most: int, seed: int
    ) -> tuple[pa.Table, float]:
        """Return the ``n`` pairs at each ``code`` of different people who meet any of ``rules``.

        And the share that was looked at: where a source has more than about ``most``, the pairs of
        a share of every source's records.
        """
        pairs = within_each(self.source_pairs)
        numbers = [sum(self._pairing.number(p, rule, 1.0) for rule in rules) for p in pairs]
        share = min(1.0, most / max(*numbers, 1, 1))
        parts = (self._pairing.blocked(pair, rules, Some(share, seed)) for pair in pairs)
        return self._tallied(parts, {}).by_code(), share

    def compare(self, rules: Sequence[Rule], some: Some = ALL) -> pa.Table:
        """Return the pairs of some focal records that meet any of ``rules``, sorted.

        Columns: record_l, record_r, ``rules`` (the mask of the rules met), the pattern's ``code``,
        ``log2_tf`` and ``log2_tf_household``.
        """
        return self._compared(self._pairing.blocked(p, rules, some) for p in self.source_pairs)

    def compare_sharing(self, key: Sequence[str], most: int, seed: int) -> tuple[pa.Table, int]:
        """Return pairs that agree on ``key``, whatever other rule they meet, and their number.

        Columns as :meth:`compare`, the term frequencies without the key's own comparisons. Where
        there are more than ``most`` such pairs, those of a share of the focal records.
        """
        rule = Rule(tuple(key))
        number = self.count_pairs(rule)
        some = Some(min(1.0, most / max(number, 1)), seed)
        parts = (self._pairing.sharing(pair, rule, some) for pair in self.source_pairs)
        return self._compared(parts, without=key), number

    def compare_within(self, rules: Sequence[Rule], groups: pa.Table) -> pa.Table:
        """Return the pairs inside groups (``record``, ``member``) that meet any of ``rules``.

        Columns as :meth:`compare`.
        """
        return self._compared(self._pairing.inside(p, rules, groups) for p in self.source_pairs)

    def count_patterns(
        self, rules: Sequence[Rule], some: Some = ALL, groupings: Sequence[Grouping] = ()
    ) -> pa.Table:
        """Return how many pairs of some focal records stand at each pattern, streamed.

        Columns: source_l, source_r, code, rules, grouping, group, n. By mask of the rules met under
        the grouping ``none``; over all rules together under each of ``groupings`` whose columns
        one of the pair's sources holds.
        """
        counts = []
        for pair in self.source_pairs:
            tally = self._tallied(
                [self._pairing.blocked(pair, rules, some)], self._asked(groupings, pair)
            )
            counts.append(tally.by_group(pair))
        return pa.concat_tables(counts)

    def count_and_compare(
        self, rules: Sequence[Rule], some: Some = ALL, groupings: Sequence[Grouping] = ()
    ) -> tuple[pa.Table, pa.Table]:
        """Return what :meth:`count_patterns` and :meth:`compare` do, each pair looked at once."""
        counts, tables = [], []
        for pair in self.source_pairs:
            tally = Tally(self._columns, self._asked(groupings, pair))
            both = partial(self._counted_and_compared, tally)
            for folded, table in self._each(both, [self._pairing.blocked(pair, rules, some)]):
                tally.add(folded)
                tables.append(table)
            counts.append(tally.by_group(pair))
        nothing = self._levels.described(self._no_pairs())
        return pa.concat_tables(counts), in_order(pa.concat_tables([nothing, *tables]))

    def score(
        self, pair: SourcePair, rules: Sequence[Rule], weights: Weights, some: Some = ALL
    ) -> pa.Table:
        """Return the pairs of some focal records whose match weight reaches the floor.

        Columns as :meth:`compare`.
        """

        def kept(pairs: Pairs) -> pa.Table:
            self._weighed.append(len(pairs))
            return reaching(self._levels, weights, pairs)

        return self._table(kept, [self._pairing.blocked(pair, rules, some)])

    def search(
        self, pair: SourcePair, sought: Sought, rules: Sequence[Rule], weights: Weights
    ) -> pa.Table:
        """Return the heaviest pairs of each record ``sought`` with all of the other source.

        Columns: record_l, record_r, ``rules``, ``match_weight``; sorted. Parts of all threads are
        held at a time, and of each the heaviest pairs.
        """
        heavy = partial(heaviest, self._levels, weights, sought.side, sought.best)
        found = list(self._each(heavy, [self._pairing.with_all(pair, sought)]))
        every = pa.concat_tables([heavy(self._no_pairs()), *found])
        table = first_of_each(every, sought.side, sought.best)
        left, right = (table[f"record_{side}"].to_numpy().astype(np.intp) for side in "lr")
        return table.add_column(2, "rules", [mask(rules, Pairs.of(self._columns, left, right))])

    def sampled_records(self, pair: SourcePair, some: Some) -> pa.Table:
        """Return the focal records of ``pair`` that ``some`` names, in order."""
        return pa.table({"record": self._pairing.chosen(pair.focal_source, some)})

    def agreements(self, table: pa.Table, rules: Sequence[Rule]) -> pa.Table:
        """Return a flag ``t<i>`` per rule and pair of ``table`` (record_l, record_r): is it met?"""
        asked, agreed = in_order(table), Agreed()
        left, right = (asked[side].to_numpy().astype(np.intp) for side in asked.column_names[:2])
        pairs = Pairs.of(self._columns, left, right)
        return pa.table({f"t{i}": met(rule, pairs, agreed) for i, rule in enumerate(rules)})

    def _asked(self, groupings: Sequence[Grouping], pair: SourcePair) -> dict[Grouping, str]:
        """Return the groupings that a source of ``pair`` holds, each with its side."""
        held = {name: each.schema.names for name, each in self._records.items()}
        sides = ((grouping, side_of(grouping, pair, held)) for grouping in groupings)
        return {grouping: side for grouping, side in sides if side is not None}

    def _counted_and_compared(self, tally: Tally, pairs: Pairs) -> tuple[list[pa.Table], pa.Table]:
        table = self._levels.described(pairs)
        return tally.folded(pairs, table["code"].to_numpy()), table

    def _no_pairs(self) -> Pairs:
        nobody = np.zeros(0, np.intp)
        return Pairs.of(self._columns, nobody, nobody)

    def _compared(self, parts: Iterable[Iterator[Part]], without: Collection[str] = ()) -> pa.Table:
        return self._table(partial(self._levels.described, without=without), parts)

    def _tallied(self, parts: Iterable[Iterator[Part]], asked: Mapping[Grouping, str]) -> Tally:
        tally = Tally(self._columns, asked)
        for counts in self._each(lambda p: tally.folded(p, self._levels.codes(p)), parts):
            tally.add(counts)
        return tally

    def _table(
        self, made: Callable[[Pairs], pa.Table], parts: Iterable[Iterator[Part]]
    ) -> pa.Table:
        """Return what is made of every part as one table, sorted by its records."""
        nothing = made(self._no_pairs())
        return in_order(pa.concat_tables([nothing, *self._each(made, parts)]))

    def _each(
        self, made: Callable[[Pairs], Made], parts: Iterable[Iterator[Part]]
    ) -> Iterator[Made]:
        """Yield what is made of each part, worked on by every thread."""
        every = chain.from_iterable(parts)
        return spread(lambda part: made(part()), every, self._threads)


def _opened(records: Path | InMemory, held: Held | None) -> Records | InMemory:
    if isinstance(records, InMemory):
        return records
    return Records(records) if held is None else Records(records, held)
