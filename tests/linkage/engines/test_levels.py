"""Levels made cheap: conditions of the user's own keep what they say; what a level costs."""

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.engines.levels import _rewritten, compiled, frequency, read_by
from linkage.model.comparisons import Comparison, Level, edits, equal, missing, similar
from linkage.model.roles import by_role
from linkage.sql import identifier

TEXTS = ("surname", "town")
TYPES = {
    "surname": pa.string(),
    "town": pa.string(),
    "birth_year": pa.int16(),
    "age": pa.float64(),
}
ATOMS = (
    '"surname_l" = "surname_r"',
    '"town_r" = "town_l"',
    '"surname_l" = "town_r"',
    "surname_l = SURNAME_R",
    '"Surname_L" = surname_r',
    '"surname_l" = "surname_r" || \'A\'',
    '\'A\' || "surname_l" = "surname_r"',
    '"surname_l" IS NULL',
    '"town_r" IS NOT NULL',
    '"age_l" = "age_r"',
    'surname_l = \'"surname_l" = "surname_r"\'',
    'jaro_winkler_similarity("surname_l", "surname_r") >= 0.8',
    'Jaro_Winkler_Similarity(surname_l, "town_r") < 0.5',
    edits("surname", 1),
    'damerau_levenshtein("surname_l", "town_r") <= 1',
    'damerau_levenshtein("surname_l", "town_r") <= 1 + 1',
    '2 - damerau_levenshtein("surname_l", "town_r") <= 1',
    "damerau_levenshtein(surname_l, surname_r) <= 1",
    '"surname_l"[1] = "surname_r"[1]',
    'coalesce("surname_l" = "surname_r", FALSE)',
    'lower("surname_l") = lower("surname_r")',
    "birth_year_l IN (1, 2)",
)
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from((" AND ", " OR ", " and ", " or ")), inner).map("".join),
        inner.map("({})".format),
        inner.map("NOT {}".format),
        inner.map("({}) = TRUE".format),
        inner.map("coalesce({}, FALSE)".format),
        st.tuples(inner, inner).map("(CASE WHEN {0[0]} THEN {0[1]} END)".format),
    ),
    max_leaves=6,
)


WORDS = st.text(st.sampled_from("AB É\"'"), max_size=4)
RECORDS = st.lists(
    st.tuples(
        st.one_of(st.none(), WORDS),
        st.one_of(st.none(), WORDS),
        st.one_of(st.none(), st.integers(1, 4)),
        st.one_of(st.none(), st.sampled_from((0.0, -0.0, 1.0))),
    ),
    min_size=3,
    max_size=8,
)


@pytest.fixture(scope="module")
def truths():
    """Return a function that gives what conditions say of every two records, as written and again.

    That is, when rewritten for columns of text that have codes.
    """
    connection = duckdb.connect(config={"threads": 1})

    def said(records, conditions):
        words = dict.fromkeys(word for record in records for word in record[: len(TEXTS)])
        codes = {word: code for code, word in enumerate(words) if word is not None}
        columns = dict(zip(TYPES, map(list, zip(*records, strict=True)), strict=True))
        columns |= {f"#{name}": [codes.get(word) for word in columns[name]] for name in TEXTS}
        held = {name: pa.array(each, TYPES.get(name)) for name, each in columns.items()}
        connection.register("records", pa.table(held))
        sides = ", ".join(
            f"{side}.{identifier(name)} AS {identifier(f'{name}_{side}')}"
            for name in columns
            for side in "lr"
        )
        measures = {}
        again = [_rewritten(sql, TEXTS, measures) for sql in conditions]
        measured = "".join(f", {sql} AS {identifier(name)}" for name, sql in measures.items())
        asked = ", ".join(f"({sql})" for sql in (*conditions, *again))
        rows = connection.execute(
            f"SELECT {asked} FROM (SELECT *{measured} FROM "
            f"(SELECT {sides} FROM records l CROSS JOIN records r))"
        ).fetchall()
        connection.unregister("records")
        return [(row[: len(conditions)], row[len(conditions) :]) for row in rows]

    yield said
    connection.close()


@settings(max_examples=100)
@given(st.lists(CONDITIONS, min_size=1, max_size=8), RECORDS)
def test_conditions_of_the_user_say_the_same(truths, conditions, records):
    for written, rewritten in truths(records, conditions):
        assert rewritten == written


HELD = (
    "first_name first_initial first_name_phonetic surname surname_phonetic sex email email_user "
    "country"
).split()
ELSE = Level("different", "ELSE")


def test_columns_are_found_as_the_database_finds_them():
    held = ('x"y', "surname", "birth_year")
    assert read_by(("surname_l = SURNAME_R",), held) == ("surname_l", "surname_r")
    assert read_by(('"Surname_L" > \'birth_year_l "surname_r"\'',), held) == ("surname_l",)
    assert read_by(('"#surname_r" = "%surname_l"', "birth_year_l"), held) == (
        "#surname_r",
        "%surname_l",
        "birth_year_l",
    )
    assert read_by(('"x""y_l" IS NULL', "nobody_l + surname"), held) == ('x"y_l',)


def test_what_is_only_codes_and_numbers_is_cheap():
    by_name = {c.name: compiled(c, HELD) for c in by_role(HELD, ("country",))}
    assert by_name["sex"].cheap
    assert by_name["country"].cheap
    assert not by_name["surname"].cheap
    assert by_name["surname"].top == '"#surname_l" = "#surname_r"'
    assert by_name["surname"].missing == '"#surname_l" IS NULL OR "#surname_r" IS NULL'
    assert by_name["first_name"].cost > by_name["email"].cost > by_name["sex"].cost == 0
    assert not compiled(by_name["sex"].comparison, ()).measures


def test_what_costs_is_asked_in_no_bound():
    dear = Comparison("x", ("x",), (missing("x"), Level("alike", similar("x", 0.9)), ELSE))
    assert compiled(dear, ("x",)).top is None
    unclear = Comparison("x", ("x",), (Level("", "lower(x_l) IS NULL", missing=True), ELSE))
    assert compiled(unclear, ("x",)).missing is None


def test_the_frequency_is_that_of_the_one_value_or_of_the_commoner():
    one = Level("equal", equal("x"), term_frequency="x")
    both = Level("equal", f"{equal('x')} AND {equal('y')}", term_frequency="y")
    either = Level("either", f"{equal('x')} OR {equal('y')}", term_frequency="x")
    made = Comparison("x", ("x", "y"), (missing("x"), one, both, either, ELSE))
    assert frequency(made) == {3: '"%x_l"', 2: '"%y_l"', 1: 'least("%x_l", "%x_r")'}
