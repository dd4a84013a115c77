"""What blocking rules cost before any pair is made: exact counts, and the time and memory expected.

The rates are those that `make bench-large` fitted to runs of 100 thousand to 10 million records a
side and to one of 38 million pairs, with five comparisons, on two cores: docs/explanation/scale.md.
How the cost of a pair grows with the number of comparisons is assumed, not measured.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from linkage.model.blocking import Rule
from linkage.model.source_pairs import SourcePair
from linkage.sql import identifier

_SECONDS_A_COMPARISON = {"count": 1.3e-7, "score": 1.2e-7}
_SECONDS_A_RECORD = {"score": 2.7e-7, "count": 1.4e-7, "decide": 5.3e-7}
_SECONDS_AT_LEAST = 1.0
_BYTES_AT_LEAST, _BYTES_A_RECORD, _BYTES_A_PAIR = 387 * 10**6, 107, 41


@dataclass(frozen=True)
class Cost:
    """What a run is expected to take beyond the stages that a plan has done already."""

    seconds: float
    memory: int


def expected(n_pairs: int, n_records: int, n_comparisons: int, share: float = 1.0) -> Cost:
    """Return the cost of comparing ``n_pairs``, of which a ``share`` is counted.

    ``n_records`` is of all sources together.
    """
    compared = n_pairs * n_comparisons
    counted, scored = _SECONDS_A_COMPARISON["count"], _SECONDS_A_COMPARISON["score"]
    return Cost(
        seconds=_SECONDS_AT_LEAST
        + n_records * sum(_SECONDS_A_RECORD.values())
        + compared * (share * counted + scored),
        memory=_BYTES_AT_LEAST + n_records * _BYTES_A_RECORD + n_pairs * _BYTES_A_PAIR,
    )


def new_pairs(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[SourcePair], rules: Sequence[Rule]
) -> tuple[int, ...]:
    """Return for each rule exactly how many pairs meet it and none of the rules before it.

    The sum of the first k is what the first k rules make together. The relations
    ``records_<source>`` must be there; pairs are counted as they stream and never kept.
    """
    held = {
        source.name: _columns(connection, source.name)
        for pair in pairs
        for source in (pair.left, pair.right)
    }
    return tuple(
        sum(_new(connection, pair, rule, rules[:k], held) for pair in pairs)
        for k, rule in enumerate(rules)
    )


def _new(
    connection: duckdb.DuckDBPyConnection,
    pair: SourcePair,
    rule: Rule,
    before: Sequence[Rule],
    held: Mapping[str, Collection[str]],
) -> int:
    sides = held[pair.left.name], held[pair.right.name]
    if not _possible(rule, *sides):
        return 0
    left, right = (identifier(f"records_{side.name}") for side in (pair.left, pair.right))
    conditions = [rule.sql("l", "r")]
    conditions += ["l.record < r.record"] if pair.within else []
    conditions += [
        f"NOT coalesce({other.sql('l', 'r')}, false)"
        for other in before
        if _possible(other, *sides)
    ]
    sql = f"SELECT count(*) FROM {left} l JOIN {right} r ON {' AND '.join(conditions)}"  # noqa: S608 - quoted
    return int(connection.execute(sql).fetchall()[0][0])


def _possible(rule: Rule, left: Collection[str], right: Collection[str]) -> bool:
    """Say whether both sides hold the columns of the rule: a column not held is empty."""
    return set(rule.side_columns("l")) <= set(left) and set(rule.side_columns("r")) <= set(right)


def _columns(connection: duckdb.DuckDBPyConnection, source: str) -> set[str]:
    described = connection.execute(f"DESCRIBE {identifier(f'records_{source}')}").fetchall()
    return {row[0] for row in described}
