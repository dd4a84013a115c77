"""Pairs in Spark's SQL: what blocking rules join, each pair once, with every rule that it meets.

All rules are one join. A record is told once for each rule that it can meet, with the values that
the rule asks for as its key, so that Spark reads the records once however many rules there are,
and spreads the pairs of all of them alike. Every query returns record_l, record_r and ``rules``.
"""

from collections.abc import Mapping, Sequence

from linkage.engines.sampling import ALL, Some, drawn
from linkage.engines.spark_functions import Functions
from linkage.engines.spark_names import quoted, spark_sql
from linkage.model.blocking import Rule
from linkage.model.source_pairs import Side, SourcePair

_PEOPLE = "people"
_PAIR = "SELECT l.record AS record_l, r.record AS record_r"


class Pairs:
    """How the records in the view ``people`` are paired.

    Parameters
    ----------
    functions
        Draws samples of records as DuckDB does.
    numbers
        The number of each source in the view.
    """

    def __init__(self, functions: Functions, numbers: Mapping[str, int]) -> None:
        self._functions = functions
        self._numbers = numbers

    def numbers(self, pair: SourcePair) -> tuple[int, int]:
        """Return the numbers of both sources of ``pair``."""
        return self._numbers[pair.left.name], self._numbers[pair.right.name]

    def blocked(self, pairs: Sequence[SourcePair], rules: Sequence[Rule], some: Some = ALL) -> str:
        """Return the pairs that meet any of ``rules``, each with the mask of those it meets."""
        return (
            f"{_PAIR}, bit_or(shiftleft(1L, l.k)) AS rules FROM ({_keyed(rules, 'l')}) l "
            f"JOIN ({_keyed(rules, 'r')}) r ON l.k = r.k AND l.key = r.key "
            f"AND ({self._compared(pairs, some)}) GROUP BY l.record, r.record"
        )

    def sharing(self, pairs: Sequence[SourcePair], rule: Rule, some: Some) -> str:
        """Return the pairs that meet ``rule``, with a mask of 0."""
        return (
            f"{_PAIR}, 0L AS rules FROM {_PEOPLE} l JOIN {_PEOPLE} r ON {met(rule)} "
            f"AND ({self._compared(pairs, some)})"
        )

    def crossed(self, pairs: Sequence[SourcePair], share: float, seed: int) -> str:
        """Return all pairs of a ``share`` of the records of each side, with a mask of 0."""
        return " UNION ALL ".join(
            f"{_PAIR}, 0L AS rules FROM ({self._part(pair, share, f'{seed}-{number}', 'l')}) l "
            f"CROSS JOIN ({self._part(pair, share, f'{seed}-{number}', 'r')}) r "
            f"WHERE {'l.record < r.record' if pair.within else 'TRUE'}"
            for number, pair in enumerate(pairs)
        )

    def inside(self, pairs: Sequence[SourcePair], rules: Sequence[Rule], groups: str) -> str:
        """Return the pairs that meet any rule inside ``groups``, a view of record and member."""
        bits = (f"CASE WHEN {met(rule)} THEN {1 << k}L ELSE 0L END" for k, rule in enumerate(rules))
        return (
            f"SELECT * FROM ({_PAIR}, {' + '.join(bits) or '0L'} AS rules FROM {_PEOPLE} l "
            f"JOIN {groups} gl ON gl.record = l.record JOIN {groups} gr ON gr.member = gl.member "
            f"JOIN {_PEOPLE} r ON r.record = gr.record AND ({self._compared(pairs)})) "
            "WHERE rules > 0"
        )

    def with_all(self, pair: SourcePair, side: Side, records: str) -> str:
        """Return the pairs of ``records``, a view of some of a side, with all of the other."""
        other = "r" if side == "l" else "l"
        number = self.numbers(pair)[other == "r"]
        return (
            f"{_PAIR}, 0L AS rules FROM {records} {side} CROSS JOIN {_PEOPLE} {other} "
            f"WHERE {other}.source = {number}"
        )

    def some(self, source: str, some: Some) -> str:
        """Return the records of a source that ``some`` names."""
        return (
            f"SELECT record FROM {_PEOPLE} WHERE source = {self._numbers[source]} "
            f"AND {self._of(some)}"
        )

    def _compared(self, pairs: Sequence[SourcePair], some: Some = ALL) -> str:
        """Return the condition that l and r are of sources that are compared, and looked at."""
        return " OR ".join(
            f"(l.source = {self.numbers(pair)[0]} AND r.source = {self.numbers(pair)[1]} "
            f"AND {'l.record < r.record' if pair.within else 'TRUE'} "
            f"AND {self._of(some, pair.focal)})"
            for pair in pairs
        )

    def _part(self, pair: SourcePair, share: float, seed: str, side: str) -> str:
        number = self.numbers(pair)[side == "r"]
        looked_at = self._drawn(drawn(share, "record", seed=f"{seed}-{side}"))
        return f"SELECT record FROM {_PEOPLE} WHERE source = {number} AND {looked_at}"

    def _of(self, some: Some, side: str = "") -> str:
        condition = some.condition("record")
        return "TRUE" if condition == "TRUE" else self._drawn(condition, side)

    def _drawn(self, condition: str, of: str = "") -> str:
        return self._functions.call(condition, ("record",), "boolean", of)


def met(rule: Rule, left: str = "l", right: str = "r") -> str:
    """Return the condition that a pair of the relations ``left`` and ``right`` meets ``rule``."""
    return spark_sql(rule.sql(left, right))


def _keyed(rules: Sequence[Rule], side: str) -> str:
    """Return source, record, k and key: which of ``rules`` each record can meet, and how."""
    keys = ", ".join(_key(rule.side_columns(side)) for rule in rules)
    return (
        f"SELECT * FROM (SELECT source, record, posexplode(array({keys})) AS (k, key) "
        f"FROM {_PEOPLE}) WHERE key IS NOT NULL"
    )


def _key(columns: Sequence[str]) -> str:
    """Return the values a rule asks for, as texts; NULL where one is missing, which meets none."""
    present = " AND ".join(f"{quoted(column)} IS NOT NULL" for column in columns)
    values = ", ".join(f"CAST({quoted(column)} AS STRING)" for column in columns)
    return f"CASE WHEN {present} THEN array({values}) END"
