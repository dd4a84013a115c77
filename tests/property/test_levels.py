"""Levels made cheap: the truth value that the plain condition has, whatever the texts."""

from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.config.linkage_settings import Comparison as Listed
from linkage.model.comparisons import Comparison, Level, edits, equal, missing, similar
from linkage.model.listed import listed
from linkage.model.patterns import coding
from linkage.model.role_places import places_of
from linkage.model.roles import by_role

TEXTS = (
    "first_name first_name_phonetic first_initial middle_name middle_initial surname "
    "surname_phonetic date_of_birth_text sex postcode postcode_sector postcode_district "
    "postcode_area house_number street town place_of_birth email email_user phone country"
).split()
NUMBERS = ("birth_year", "birth_month", "birth_day")
HELD = (*TEXTS, *NUMBERS)

letters = st.text(st.sampled_from("ABab é🟥É' "), max_size=7)
words = st.one_of(
    st.none(),
    st.sampled_from(["", "A", "é", "🟥", "👩‍👧", "e\u0301", "\u0301", "A" * 70, "AB AB", "AB"]),
    letters,
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=90),
)


@st.composite
def neighbours(draw):
    """Two texts, often at most two edits apart."""
    one = draw(words)
    if one is None or draw(st.integers(0, 3)) == 0:
        return one, draw(words)
    other = list(one)
    for _ in range(draw(st.integers(0, 2))):
        at, change = draw(st.integers(0, len(other))), draw(st.sampled_from("idcs"))
        letter = draw(st.sampled_from("ABé🟥"))
        if change == "i":
            other[at:at] = letter
        elif change == "s":
            other[at : at + 2] = other[at : at + 2][::-1]
        else:
            other[at : at + 1] = letter if change == "c" else ""
    sides = one, "".join(other)
    return sides if draw(st.booleans()) else sides[::-1]


def relation(rows):
    """Return a table of pairs, from (left, right) by column."""
    columns = {}
    for column, pairs in rows.items():
        kind = pa.int16() if column in NUMBERS else pa.string()
        for at, side in enumerate("lr"):
            columns[f"{column}_{side}"] = pa.array([pair[at] for pair in pairs], kind)
    return pa.table(columns)


def plainly(comparisons, table):
    """Return every pair's level of each comparison, as splink would ask it."""
    asked = ", ".join(f"{c.gamma_sql()} AS g{k}" for k, c in enumerate(comparisons))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("pairs", table)
        found = connection.sql(f"SELECT {asked} FROM pairs").to_arrow_table()
    return [column.to_pylist() for column in found.columns]


def whether(sql):
    """Return a comparison whose level says where a condition, and where its opposite, is true."""
    levels = Level("true", f"({sql})"), Level("false", f"NOT ({sql})"), Level("unknown", "ELSE")
    return Comparison(sql, ("surname",), levels)


CONDITIONS = (
    edits("surname", 1),
    edits("surname", 2),
    similar("surname", 0.92),
    similar("surname", 0.8),
    similar("surname", 1.0),
    equal("surname"),
    '"surname_l" IS NULL',
    '"surname_l" IS NULL OR "surname_r" IS NULL',
    f"{similar('surname', 0.88)} AND NOT {equal('surname')}",
    'damerau_levenshtein("surname_l", "surname_r") <= 1',
    'damerau_levenshtein("surname_l", "surname_r") <= 1 + 1',
    'damerau_levenshtein("surname_l", "surname_r") <= 1e0',
    'damerau_levenshtein("surname_l", "surname_r") <= 1.5',
    '3 - damerau_levenshtein("surname_l", "surname_r") <= 1',
    '(abs(length("surname_l") - length("surname_l")) <= 1 '
    'AND damerau_levenshtein("surname_l", "surname_r") <= 1)',
    'levenshtein("surname_l", "surname_r") <= 1',
    '1 - jaro_winkler_similarity("surname_l", "surname_r") < 0.2',
    '"surname_l" = "surname_r" || \'\'',
    "\"surname_l\" || 'A' = \"surname_r\" || 'A'",
    '\'A\' || "surname_l" = "surname_r"',
    '"surname_l" = "surname_r"[1:2]',
    '"surname_l" = "surname_r" COLLATE NOCASE',
    '"surname_l" = "surname_l"',
    'coalesce("surname_l" = "surname_r", TRUE)',
    "surname_l = surname_r",
    'SURNAME_L = "Surname_R"',
    '"SURNAME_l" = "SURNAME_r" and "surname_l" is null',
    '"surname_l" = "surname_r" or "surname_r" = \'A\'',
    'NOT "surname_l" = "surname_r"',
    'UPPER("surname_l") = lower(SURNAME_R)',
    "replace(surname_l, '\"', '') = replace(surname_r, '\"', '')",
    'surname_l = \'"surname_l" = "surname_r"\'',
)


@given(pairs=st.lists(neighbours(), min_size=40, max_size=120))
@settings(max_examples=25)
def test_a_condition_is_true_where_the_database_says_so(levelled, pairs):
    comparisons = list(map(whether, CONDITIONS))
    table = relation({"surname": pairs})
    levels, made = levelled(comparisons, table)
    for k, (sql, plain) in enumerate(zip(CONDITIONS, plainly(comparisons, table), strict=True)):
        assert levels.gamma(k, made).tolist() == plain, sql


@cache
def every_comparison():
    """Every comparison that a role or a listed kind makes, each once."""
    shapes = [HELD, *(tuple(c for c in HELD if c not in out) for out in ABSENT)]
    made = [c for held in shapes for c in (*by_role(held, ("country",)), *places_of(held))]
    for kind in ("exact", "jaro_winkler", "levenshtein", "postcode"):
        made += [
            listed(Listed(column=c, kind=kind, term_frequency=True), HELD)
            for c in ("surname", "postcode")
        ]
    said = [
        {"columns": ["surname", "town", "birth_year"]},
        {"column": "birth_year", "kind": "number", "levels": [1.0, 3.0]},
        {"column": "date_of_birth", "kind": "date"},
        {"name": "own", "kind": "custom", "sql": ['Surname_L = "surname_r"', "town_l = TOWN_R"]},
    ]
    return tuple(dict.fromkeys([*made, *(listed(Listed(**one), HELD) for one in said)]))


ABSENT = (
    {"surname", "middle_name"},
    {"first_name"},
    {"street"},
    {"street", "town"},
    {"street", "town", "postcode_district"},
    {"street", "town", "place_of_birth"},
    {"street", "postcode"},
    {"postcode", "town"},
    {"house_number", "postcode", "town"},
    {"house_number", "town"},
)
years = st.one_of(st.none(), st.integers(1, 4))
rows = st.lists(
    st.tuples(neighbours(), neighbours(), neighbours(), st.tuples(years, years)),
    min_size=30,
    max_size=80,
)


def spread(made):
    """Give every column the pairs of texts or numbers of one of a few draws, shifted."""
    n = len(made)
    return {
        column: [made[(k + at * 5) % n][3 if column in NUMBERS else at % 3] for k in range(n)]
        for at, column in enumerate(HELD)
    }


@given(rows)
@settings(max_examples=25)
def test_every_level_of_every_comparison_is_as_splink_asks_it(levelled, made):
    every = every_comparison()
    assert len(every) == 30
    table = relation(spread(made))
    levels, pairs = levelled(every, table)
    for k, (comparison, plain) in enumerate(zip(every, plainly(every, table), strict=True)):
        assert levels.gamma(k, pairs).tolist() == plain, comparison.name


ALIKE = Comparison(
    "alike",
    ("surname",),
    (
        missing("surname"),
        Level("equal", equal("surname")),
        Level("alike", similar("surname", 0.8), term_frequency="surname"),
        Level("different", "ELSE"),
    ),
)
"""A frequency on a level where the two values differ, which a configuration cannot ask for."""


@given(made=rows)
@settings(max_examples=10)
def test_the_frequency_of_the_commoner_value_counts_where_they_differ(levelled, made):
    table = relation({"surname": [pair[0] for pair in made]})
    levels, pairs = levelled([ALIKE], table)
    texts = [text for side in "lr" for text in table[f"surname_{side}"].to_pylist()]
    held = [text for text in texts if text is not None]
    found = levels.described(pairs)
    gammas = coding([ALIKE]).decode(found["code"].to_numpy())[:, 0]
    for row, gamma, worth in zip(
        table.to_pylist(), gammas, found["log2_tf"].to_pylist(), strict=True
    ):
        n = max(map(held.count, row.values()))
        assert worth == pytest.approx(-np.log2(n / len(held)) if gamma == 1 else 0.0)
