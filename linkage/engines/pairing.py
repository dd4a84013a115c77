"""Which records are paired: by blocking rules, at random, by an address, inside groups.

Everything here yields parts: functions that make some of the pairs when they are called, in
whatever thread, so that no more pairs are held than are worked on.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa

from linkage.engines.blocks import Keys, Meeting, Records, Sorted, keys, number_of_pairs
from linkage.engines.columns import NONE, Columns
from linkage.engines.pairs import Flags, Index, Masks, Pairs, Side
from linkage.engines.sampling import Some, Sought, drawn
from linkage.model.blocking import Rule
from linkage.model.source_pairs import SourcePair, SourceSize
from linkage.runs.read_ahead import ahead
from linkage.runs.threads import spread

Part = Callable[[], Pairs]
Agreed = dict[tuple[str, str], Flags]

PAIRS_A_PART = 200_000
_WORTH_SHARING = 10_000
"""Fewer pairs are not worth a part of their own."""

_KEPT_BYTES = 2**30


class Pairing:
    """How the records of ``columns`` are paired; ``connection`` draws samples of them."""

    def __init__(
        self, columns: Columns, connection: duckdb.DuckDBPyConnection, threads: int
    ) -> None:
        self._columns, self._connection, self._threads = columns, connection, threads
        self._drawn: dict[tuple[SourceSize, str], Records] = {}
        self._sorted: dict[tuple[SourcePair, Rule], tuple[Sorted, Sorted]] = {}

    def chosen(self, source: SourceSize, some: Some) -> Records:
        """Return the records of ``source`` that ``some`` names, in order."""
        return self._where(source, some.condition("record"))

    def number(self, pair: SourcePair, rule: Rule, share: float) -> int:
        """Return how many pairs of a ``share`` of both sides' records meet ``rule``."""
        if share >= 1 and not pair.within:  # as they will be asked for again, to make the pairs
            return number_of_pairs(*self._sides(pair, rule))
        condition = "TRUE" if share >= 1 else drawn(share, "record", seed="count")
        records = self._where(pair.left, condition), self._where(pair.right, condition)
        left, right = found = keys(self._columns, rule.sides, records, self._threads)
        n = number_of_pairs(*self._in_order(found, records))
        if not pair.within:
            return n
        return (n - int(np.count_nonzero((left == right) & (left >= 0)))) // 2

    def blocked(self, pair: SourcePair, rules: Sequence[Rule], some: Some) -> Iterator[Part]:
        """Yield the pairs that meet any of ``rules``, each once, with the mask of all it meets.

        A pair comes from the first rule that it meets, as splink makes them, so that no pair need
        be remembered.
        """
        for k, meeting in enumerate(ahead(self._meeting(pair, rule, some) for rule in rules)):
            for part in self._parts(pair, meeting, pair.focal):
                yield partial(_of_rule, part, rules, k)

    def sharing(self, pair: SourcePair, rule: Rule, some: Some) -> Iterator[Part]:
        """Yield the pairs that meet ``rule``, with a mask of 0."""
        yield from self._parts(pair, self._meeting(pair, rule, some), pair.focal)

    def crossed(self, pair: SourcePair, share: float, seed: str) -> Iterator[Part]:
        """Yield all pairs of a ``share`` of the records of each side, with a mask of 0."""
        left, right = (
            self._where(source, drawn(share, "record", seed=f"{seed}-{side}"))
            for side, source in (("l", pair.left), ("r", pair.right))
        )
        one, other = (np.zeros(len(side), np.int64) for side in (left, right))
        meeting = Meeting.of(Sorted.of(one, left), Sorted.of(other, right))
        yield from self._parts(pair, meeting, "l")

    def inside(self, pair: SourcePair, rules: Sequence[Rule], groups: pa.Table) -> Iterator[Part]:
        """Yield the pairs that meet any rule inside ``groups``, given as record and member."""
        member = np.full(self._columns.n, NONE, np.int64)
        member[groups["record"].to_numpy()] = groups["member"].to_numpy()
        left, right = (_all(source) for source in (pair.left, pair.right))
        meeting = Meeting.of(Sorted.of(member[left], left), Sorted.of(member[right], right))
        for part in self._parts(pair, meeting, "l"):
            yield partial(_meeting_any, part, rules)

    def with_all(self, pair: SourcePair, sought: Sought) -> Iterator[Part]:
        """Yield the pairs of the records ``sought`` with all of the other side.

        A part holds several records with all of their pairs, or one with some.
        """
        other = pair.opposite(sought.side)
        at_once = max(PAIRS_A_PART // max(other.n, 1), 1)
        for at in range(0, len(sought.records), at_once):
            records = np.array(sought.records[at : at + at_once])
            for start in range(other.first, other.first + other.n, PAIRS_A_PART):
                end = min(start + PAIRS_A_PART, other.first + other.n)
                yield partial(self._with_each, sought.side, records, start, end)

    def _with_each(self, side: str, records: Index, start: int, end: int) -> Pairs:
        n = end - start
        one = Side(records, np.repeat(np.arange(len(records)), n))
        other = Side(np.arange(start, end), np.tile(np.arange(n), len(records)))
        sides = {"l": one, "r": other} if side == "l" else {"l": other, "r": one}
        return Pairs(self._columns, sides, np.zeros(len(one.at), np.int64))

    def _meeting(self, pair: SourcePair, rule: Rule, some: Some) -> Meeting:
        """Let the chosen focal records meet the other side by ``rule``."""
        left, right = self._sides(pair, rule)
        focal, other = (left, right) if pair.focal == "l" else (right, left)
        if not some.are_all:
            chosen = np.zeros(self._columns.n, bool)
            chosen[self.chosen(pair.focal_source, some)] = True
            focal = focal.only(chosen)
        return Meeting.of(focal, other)

    def _sides(self, pair: SourcePair, rule: Rule) -> tuple[Sorted, Sorted]:
        """Return both sources sorted by what ``rule`` asks; kept, where they are not too large.

        What is counted is scored next, and a large source in chunks.
        """
        if (pair, rule) not in self._sorted:
            records = _all(pair.left), _all(pair.right)
            found = keys(self._columns, rule.sides, records, self._threads)
            left, right = self._in_order(found, records)
            kept = sum(each.nbytes for sides in self._sorted.values() for each in sides)
            if kept + left.nbytes + right.nbytes > _KEPT_BYTES:
                return left, right
            self._sorted[pair, rule] = left, right
        return self._sorted[pair, rule]

    def _in_order(
        self, found: tuple[Keys, Keys], records: tuple[Records, Records]
    ) -> Iterator[Sorted]:
        """Yield each side's records sorted by their key."""
        sides = zip(found, records, strict=True)
        return spread(lambda side: Sorted.of(*side), sides, self._threads)

    def _parts(self, pair: SourcePair, meeting: Meeting, first: str) -> Iterator[Part]:
        """Yield the pairs of ``meeting``, of which the ``first`` side is told first."""
        size = self._part_size(meeting.n)
        for start in range(0, meeting.n, size):
            end = min(start + size, meeting.n)
            yield partial(self._made, meeting, start, end, first == "r", pair.within)

    def _part_size(self, n: int) -> int:
        """Return how many of ``n`` pairs a part holds: all threads get as many parts."""
        parts = max(-(-n // PAIRS_A_PART), 1)
        if n >= self._threads * _WORTH_SHARING:
            parts -= parts % -self._threads
        return max(-(-n // parts), 1)

    def _made(self, meeting: Meeting, start: int, end: int, turned: bool, within: bool) -> Pairs:
        one, other = meeting.part(start, end)
        sides = {"l": other, "r": one} if turned else {"l": one, "r": other}
        pairs = Pairs(self._columns, sides, np.zeros(len(one.at), np.int64))
        if not within:
            return pairs
        return pairs.only(np.flatnonzero(pairs.records("l") < pairs.records("r")))

    def _where(self, source: SourceSize, condition: str) -> Records:
        """Return the records of ``source`` that meet a condition on ``record``."""
        if condition == "TRUE":
            return _all(source)
        if (source, condition) not in self._drawn:
            last = source.first + source.n
            found = self._connection.sql(
                "SELECT record FROM (SELECT range::INTEGER AS record "
                f"FROM range({source.first}, {last})) WHERE {condition}"
            ).to_arrow_table()
            self._drawn[source, condition] = np.sort(found["record"].to_numpy())
        return self._drawn[source, condition]


def mask(rules: Sequence[Rule], pairs: Pairs, sure: Sequence[tuple[str, str]] = ()) -> Masks:
    """Return the mask of the rules that each pair meets; it agrees on ``sure`` terms anyway."""
    agreed: Agreed = dict.fromkeys(sure, np.ones(len(pairs), bool))
    found = np.zeros(len(pairs), np.int64)
    for k, rule in enumerate(rules):
        found |= met(rule, pairs, agreed).astype(np.int64) << k
    return found


def met(rule: Rule, pairs: Pairs, agreed: Agreed) -> Flags:
    """Return which pairs meet ``rule``; ``agreed`` keeps which agree on each term."""
    found = np.ones(len(pairs), bool)
    for one, other in rule.sides:
        if (one, other) not in agreed:
            codes = pairs.codes(f"{one}_l")
            agreed[one, other] = (codes == pairs.codes(f"{other}_r")) & (codes >= 0)
        found &= agreed[one, other]
    return found


def _of_rule(part: Part, rules: Sequence[Rule], k: int) -> Pairs:
    """Return the pairs of a part of rule ``k`` that meet no earlier rule, with their masks."""
    pairs = part()
    pairs.rules = mask(rules, pairs, rules[k].sides)
    earlier = pairs.rules & ((1 << k) - 1) != 0
    return pairs.only(np.flatnonzero(~earlier)) if earlier.any() else pairs


def _meeting_any(part: Part, rules: Sequence[Rule]) -> Pairs:
    pairs = part()
    pairs.rules = mask(rules, pairs)
    return pairs.only(np.flatnonzero(pairs.rules))


def _all(source: SourceSize) -> Records:
    return np.arange(source.first, source.first + source.n, dtype=np.int32)
