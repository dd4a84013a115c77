"""Conditions read as trees: what is recognised, what it costs, and what stays the database's."""

import pyarrow as pa
import pytest

from linkage.engines.conditions import (
    Both,
    Edits,
    Either,
    Equal,
    Missing,
    OfValue,
    Similar,
    Sql,
    cost,
    leaves,
    names_in,
    read_condition,
)
from linkage.model.comparisons import edits, equal, missing, similar, swapped
from linkage.model.roles import by_role

HELD = {
    "surname": pa.string(),
    "town": pa.string(),
    "age": pa.float64(),
    "year": pa.int16(),
    'x"y': pa.string(),
}


def read(sql):
    return read_condition(sql, HELD)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (equal("surname"), Equal("surname_l", "surname_r")),
        (equal("age"), Equal("age_l", "age_r")),
        (equal('x"y'), Equal('x"y_l', 'x"y_r')),
        ('"surname_l" = "town_r"', Equal("surname_l", "town_r")),
        ('  ( ("surname_l" IS NULL) ) ', Missing("surname_l")),
        (similar("surname", 0.92), Similar("surname_l", "surname_r", 0.92)),
        (edits("surname", 2), Edits("surname_l", "surname_r", 2)),
        ("length(surname_l) > 1", OfValue("length(surname_l) > 1", "surname_l")),
        ("surname_l = SURNAME_R", Sql("surname_l = SURNAME_R", ("surname_l", "surname_r"))),
        ("TRUE", Sql("TRUE", ())),
    ],
)
def test_a_leaf_is_recognised_or_left_to_the_database(sql, expected):
    assert read(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        '"surname_l" = "age_r"',
        '"age_l" = "year_r"',
        'jaro_winkler_similarity("age_l", "age_r") >= 0.9',
        'damerau_levenshtein("surname_l", "surname_r") <= 1 + 1',
        'NOT ("surname_l" = "surname_r" AND "town_l" = "town_r")',
        '"age_l" BETWEEN "year_r" AND "year_l"',
        'CASE WHEN "surname_l" = "surname_r" THEN "town_l" = "town_r" END',
        '"surname_l" = "surname_r" -- OR "town_l" = "town_r"',
        '"surname_l" = $$ AND $$ OR "town_l" = "town_r"',
        'list_has_any(["surname_l", "town_l"], ["surname_r"])',
    ],
)
def test_what_cannot_be_taken_apart_is_asked_as_it_stands(sql):
    found = read(sql)
    assert isinstance(found, Sql)
    assert found.sql == sql


def test_cheap_parts_come_first_and_brackets_do_not_matter():
    found = read(f"{similar('surname', 0.9)} and (({equal('town')}) OR {edits('town', 1)})")
    near = Either((Equal("town_l", "town_r"), Edits("town_l", "town_r", 1)))
    assert found == Both((near, Similar("surname_l", "surname_r", 0.9)))
    assert read(swapped("surname", "town")) == Both(
        (Equal("surname_l", "town_r"), Equal("town_l", "surname_r"))
    )
    assert read(missing("age").sql) == Either((Missing("age_l"), Missing("age_r")))


def test_words_in_quotes_part_nothing():
    sql = "surname_l = 'A OR B' AND town_l = 'it''s AND'"
    assert [leaf.sql for leaf in leaves(read(sql))] == [
        "surname_l = 'A OR B'",
        "town_l = 'it''s AND'",
    ]


def test_lengths_of_other_texts_than_those_compared_are_looked_at():
    other = f'abs(length("town_l") - length("town_r")) <= 1 AND {edits("surname", 1)}'
    assert [type(leaf) for leaf in leaves(read(other))] == [Edits, Sql]


def test_what_is_cheap_asks_of_numbers_alone():
    held = {"sex": pa.string(), "surname": pa.string(), "email": pa.string()}
    ranks = {
        c.name: max(cost(read_condition(sql, held)) for _, sql in c.conditions())
        for c in by_role(held)
    }
    assert ranks == {"sex": 0, "surname": 3, "email": 3}


def test_columns_are_found_as_the_database_finds_them():
    held = ('x"y', "surname", "birth_year")
    assert names_in("surname_l = SURNAME_R", held) == ("surname_l", "surname_r")
    assert names_in('"Surname_L" > \'birth_year_l "surname_r"\'', held) == ("surname_l",)
    assert names_in('"x""y_l" IS NULL', held) == ('x"y_l',)
    assert names_in("nobody_l + surname + surname_ll", held) == ()
