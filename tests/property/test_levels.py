"""Levels made cheap: the truth value that the plain condition has, whatever the texts."""

from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.config.linkage_settings import Comparison as Listed
from linkage.engines.levels import compiled, read_by
from linkage.engines.plan import Plan, Weights
from linkage.model.comparisons import Comparison, Level, edits, equal, missing, similar
from linkage.model.listed import listed
from linkage.model.patterns import coding
from linkage.model.role_places import places_of
from linkage.model.roles import by_role
from linkage.sql import identifier

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


def codes(pairs):
    """Code the texts as an engine does: the same text, the same number."""
    distinct = {text: k for k, text in enumerate(dict.fromkeys(t for pair in pairs for t in pair))}
    return [tuple(None if t is None else distinct[t] for t in pair) for pair in pairs]


def relation(rows):
    """Return a table of pairs, with a code beside each text, from (left, right) by column."""
    columns = {}
    for column, pairs in rows.items():
        kind = pa.int16() if column in NUMBERS else pa.string()
        for at, side in enumerate("lr"):
            columns[f"{column}_{side}"] = pa.array([pair[at] for pair in pairs], kind)
    for column in set(rows) & set(TEXTS):
        for at, side in enumerate("lr"):
            found = [pair[at] for pair in codes(rows[column])]
            columns[f"#{column}_{side}"] = pa.array(found, pa.int32())
    return pa.table(columns)


def gammas(comparisons, table, coded):
    """Return, for each comparison, every pair's level made cheap and as splink would ask it."""
    asked = {}
    for k, comparison in enumerate(comparisons):
        made = compiled(comparison, coded)
        asked |= {name: sql for name, sql in made.measures.items()}
        asked |= {f"cheap{k}": made.gamma, f"plain{k}": comparison.gamma_sql()}
    chosen = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in asked.items())
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("pairs", table)
        found = connection.sql(f"SELECT {chosen} FROM pairs").to_arrow_table()
    return [
        (found[f"cheap{k}"].to_pylist(), found[f"plain{k}"].to_pylist())
        for k in range(len(comparisons))
    ]


def three_valued(sql):
    """Return a comparison whose level is the truth value of a condition, which may be NULL."""
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


@pytest.mark.parametrize("coded", [("surname",), ()], ids=["coded", "as text"])
@given(pairs=st.lists(neighbours(), min_size=40, max_size=120))
@settings(max_examples=25)
def test_a_condition_keeps_its_truth_value(coded, pairs):
    asked = gammas(list(map(three_valued, CONDITIONS)), relation({"surname": pairs}), coded)
    for sql, (cheap, plain) in zip(CONDITIONS, asked, strict=True):
        assert cheap == plain, sql


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
def test_every_level_of_every_comparison_is_as_splink_asks_it(made):
    every = every_comparison()
    assert len(every) == 30
    asked = gammas(every, relation(spread(made)), TEXTS)
    for comparison, (cheap, plain) in zip(every, asked, strict=True):
        assert cheap == plain, comparison.name


def test_text_is_compared_by_code_and_looked_at_only_where_that_leaves_doubt():
    made = compiled(listed(Listed(column="surname", kind="jaro_winkler"), HELD), TEXTS)
    assert not made.cheap
    assert made.gamma.count("jaro_winkler_similarity(") == 0
    assert len(made.measures) == 1
    assert read_by([made.missing, made.top], HELD) == ("#surname_l", "#surname_r")
    assert compiled(by_role(["sex"])[0], ["sex"]).cheap


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ('"surname_l" = TOWN_r', ("surname_l", "town_r")),
        ("replace(surname_l, '\"', '') = replace(town_r, '\"', '')", ("surname_l", "town_r")),
        ("sex_l = 'town_r'", ("sex_l",)),
        ('"#surname_l" IS NULL AND "%town_r" > 2', ("#surname_l", "%town_r")),
        ("surname_ll = 1", ()),
    ],
)
def test_columns_are_found_however_they_are_written(sql, read):
    assert read_by([sql], HELD) == read


def levelled(plan, weights, table):
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("pairs", table)
        every, kept = (
            connection.sql(f"{sql} ORDER BY record_l").to_arrow_table()
            for sql in (plan.levelled("FROM pairs"), plan.scored("FROM pairs", weights))
        )
    return every, kept


@given(
    made=rows,
    chosen=st.lists(st.integers(0, 10**6), min_size=1, max_size=6, unique=True),
    seed=st.integers(0, 2**32),
    floor_at=st.floats(0, 1),
    always=st.sampled_from([0, 0, 1, 2, 3]),
)
@settings(max_examples=50)
def test_the_pairs_that_reach_the_floor_are_kept_and_no_others(
    made, chosen, seed, floor_at, always
):
    every = (*every_comparison(), ALIKE)
    comparisons = tuple(dict.fromkeys(every[k % len(every)] for k in chosen))
    rng, table = np.random.default_rng(seed), relation(spread(made))
    n = table.num_rows
    numbers = {"record_l": range(n), "record_r": range(n), "rules": rng.integers(1, 8, n)}
    for name, values in numbers.items():
        table = table.append_column(name, pa.array(values, pa.int64()))
    for column in HELD:
        for side in "lr":
            null = np.array(table[f"{column}_{side}"].is_null().to_pylist())
            worth = pa.array(rng.random(n) * 20, mask=null)
            table = table.append_column(f"%{column}_{side}", worth)
    plan = Plan(comparisons, HELD, TEXTS)
    scale = rng.choice([0.5, 4.0, 20.0])
    levels = tuple((rng.normal(size=len(c.scored)) * scale).tolist() for c in comparisons)
    log2_u = tuple((-rng.random(len(c.scored)) * 12).tolist() for c in comparisons)
    everything = Weights(1.5, levels, log2_u, -1e9)
    whole, _ = levelled(plan, everything, table)
    weight = weigh(whole, comparisons, everything)
    floor = float(weight.min() + floor_at * (weight.max() - weight.min()))
    weights = Weights(1.5, levels, log2_u, floor, always)
    _, kept = levelled(plan, weights, table)
    met = whole["rules"].to_numpy() & always > 0
    place = kept["record_l"].to_numpy()
    assert len(set(place)) == len(place)
    is_kept = np.isin(np.arange(n), place)
    certain = np.abs(weight - floor) > 1e-9
    assert (is_kept == ((weight >= floor) | met))[certain].all()
    assert kept.to_pylist() == whole.take(np.flatnonzero(is_kept)).to_pylist()


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


def weigh(table, comparisons, weights):
    """Return the weight of each pair, from its pattern and term frequencies."""
    gammas = coding(comparisons).decode(table["code"].to_numpy())
    total = weights.prior + table["log2_tf"].to_numpy()
    for k, comparison in enumerate(comparisons):
        total += np.append(weights.levels[k], 0.0)[gammas[:, k]]
        for gamma in comparison.term_frequency_levels():
            total += np.where(gammas[:, k] == gamma, weights.log2_u[k][gamma], 0.0)
    return total


def test_the_frequency_of_the_commoner_value_counts_where_they_differ():
    plan = Plan((ALIKE,), HELD, TEXTS)
    table = relation({"surname": [("MARTHA", "MARHTA"), ("MARTHA", "MARTHA"), (None, "A")]})
    for name, values in {
        "record_l": [0, 1, 2],
        "record_r": [0, 1, 2],
        "rules": [1, 1, 1],
        "%surname_l": [5.0, 5.0, None],
        "%surname_r": [3.0, 5.0, 1.0],
    }.items():
        table = table.append_column(name, pa.array(values))
    whole, _ = levelled(plan, Weights(0.0, ((0.0,) * 3,), ((0.0,) * 3,), 0.0), table)
    assert whole["log2_tf"].to_pylist() == [3.0, 0.0, 0.0]
