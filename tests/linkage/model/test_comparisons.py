import duckdb
import pytest

from linkage.model.comparisons import (
    Comparison,
    Level,
    columns_of,
    edits,
    equal,
    missing,
    similar,
    swapped,
)

NAME = Comparison(
    "name",
    ("name", "other"),
    (
        missing("name"),
        Level("equal", equal("name"), term_frequency="name"),
        Level("swapped", swapped("name", "other")),
        Level("different", "ELSE"),
    ),
)


def holds(condition, left, right):
    sql = f"SELECT {condition} FROM (SELECT ?::VARCHAR AS x_l, ?::VARCHAR AS x_r)"
    return duckdb.execute(sql, [left, right]).fetchall()[0][0]


def test_levels_count_down_from_the_strictest():
    assert [level.label for level in NAME.scored] == ["equal", "swapped", "different"]
    assert NAME.gamma == "gamma_name"
    assert NAME.term_frequency_levels() == {2: "name"}


@pytest.mark.parametrize(
    ("values", "gamma"),
    [
        (("a", "b", "a", "b"), 2),
        (("a", "b", "b", "a"), 1),
        (("a", "b", "c", "d"), 0),
        ((None, "b", "b", "a"), -1),
    ],
)
def test_the_first_level_that_holds_counts(values, gamma):
    sql = (
        f"SELECT {NAME.gamma_sql()} FROM (SELECT ?::VARCHAR AS name_l, ?::VARCHAR AS other_l, "
        "?::VARCHAR AS name_r, ?::VARCHAR AS other_r)"
    )
    assert duckdb.execute(sql, values).fetchall() == [(gamma,)]


def test_similarity_is_at_least_the_threshold():
    assert holds(similar("x", 0.961), "MARTHA", "MARHTA")
    assert not holds(similar("x", 0.962), "MARTHA", "MARHTA")


@pytest.mark.parametrize(
    ("other", "at_most", "near"),
    [("SMIHT", 1, True), ("SMITHE", 1, True), ("SMITHER", 1, False), ("SMITHER", 2, True)],
)
def test_edits_count_a_swap_of_neighbours_as_one(other, at_most, near):
    assert holds(edits("x", at_most), "SMITH", other) is near


def test_columns_are_named_once():
    assert columns_of([NAME, NAME]) == ("name", "other")


def test_names_with_quotes_are_quoted():
    odd = Comparison('a"b', ('a"b',), (missing('a"b'), Level("different", "ELSE")))
    assert '"a""b_l" IS NULL' in odd.gamma_sql()
