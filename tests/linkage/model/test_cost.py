from itertools import combinations, product

import duckdb
import pytest

from linkage.model.blocking import Rule
from linkage.model.cost import expected, new_pairs
from linkage.model.source_pairs import source_pairs

A = [(0, "ann", "lee", 1), (1, "bo", "ann", 1), (2, "lee", "ann", 2), (3, None, "lee", 2)]
B = [(4, "ann", "lee", 2), (5, "ann", "ann", 1), (6, "lee", "bo", None)]
RULES = [
    Rule(("first_name", "year")),
    Rule(("surname",)),
    Rule(("first_name = surname", "surname = first_name")),
    Rule(("first_name",)),
]


@pytest.fixture
def connection():
    with duckdb.connect() as made:
        for name, rows in (("a", A), ("b", B)):
            made.execute(
                f"CREATE TABLE records_{name} "
                "(record INTEGER, first_name VARCHAR, surname VARCHAR, year INTEGER)"
            )
            made.executemany(f"INSERT INTO records_{name} VALUES (?, ?, ?, ?)", rows)
        yield made


def meets(rule, left, right):
    values = [
        dict(zip(("record", "first_name", "surname", "year"), r, strict=True))
        for r in (left, right)
    ]
    terms = zip(rule.side_columns("l"), rule.side_columns("r"), strict=True)
    pairs = [(values[0][one], values[1][other]) for one, other in terms]
    return all(one is not None and one == other for one, other in pairs)


@pytest.mark.parametrize("kind", ["link", "deduplicate", "link_and_deduplicate"])
def test_a_pair_is_new_for_the_first_rule_that_it_meets(connection, kind):
    pairs = source_pairs({"a": len(A), "b": len(B)}, {"a": True, "b": True}, kind)
    every = list(product(A, B)) if kind != "deduplicate" else []
    if kind != "link":
        every += [*combinations(A, 2), *combinations(B, 2)]
    firsts = [next((k for k, r in enumerate(RULES) if meets(r, *pair)), None) for pair in every]
    expected_new = tuple(firsts.count(k) for k in range(len(RULES)))
    assert sum(expected_new) > 0
    assert new_pairs(connection, pairs, RULES) == expected_new


def test_a_rule_on_a_column_that_a_source_lacks_makes_no_pair(connection):
    connection.execute("ALTER TABLE records_b DROP COLUMN year")
    pairs = source_pairs({"a": len(A), "b": len(B)}, {"a": True, "b": True}, "link")
    assert new_pairs(connection, pairs, RULES)[0] == 0
    assert new_pairs(connection, pairs, RULES)[3] > 0


def test_more_pairs_records_and_comparisons_cost_more():
    base = expected(1_000_000, 200_000, 4)
    assert expected(2_000_000, 200_000, 4).seconds > base.seconds
    assert expected(2_000_000, 200_000, 4).memory > base.memory
    assert expected(1_000_000, 400_000, 4).seconds > base.seconds
    assert expected(1_000_000, 400_000, 4).memory > base.memory
    assert expected(1_000_000, 200_000, 8).seconds > base.seconds
    assert expected(1_000_000, 200_000, 4, share=0.1).seconds < base.seconds
    assert expected(1_000_000, 200_000, 4, share=0.1).memory == base.memory


@pytest.mark.parametrize(
    ("pairs", "records", "share", "seconds"),
    [(3_947_400, 2_000_000, 0.1, 4.8), (44_240_500, 20_000_000, 0.01, 48.6)],
)
def test_what_was_measured_is_expected_within_half(pairs, records, share, seconds):
    """Count to decide of `make bench` and `make bench-large`, five comparisons."""
    assert expected(pairs, records, 5, share).seconds == pytest.approx(seconds, rel=0.5)
