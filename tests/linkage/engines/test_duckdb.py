"""Pairs made and counted in SQL, against the same done naively."""

from itertools import combinations, product

import numpy as np
import pytest

from linkage.engines.sampling import drawn
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison, Level, equal, missing
from linkage.model.roles import exact

NAMES = ("ANN", "BO", "CY", "LEE", None)
KINDS = ("link", "deduplicate", "link_and_deduplicate")
RULES = (
    Rule(("first_name", "birth_year")),
    Rule(("surname",)),
    Rule(("first_name = surname", "surname = first_name")),
    Rule(("first_name = surname", "surname = first_name", "birth_year")),
)
COMPARISONS = (
    Comparison(
        "first_name",
        ("first_name",),
        (
            missing("first_name"),
            Level("equal", equal("first_name"), term_frequency="first_name"),
            Level("different", "ELSE"),
        ),
    ),
    Comparison(
        "surname",
        ("surname",),
        (
            missing("surname"),
            Level("equal", equal("surname"), term_frequency="surname"),
            Level("different", "ELSE"),
        ),
        family=True,
    ),
    exact("birth_year"),
)


def people(n, seed):
    rng = np.random.default_rng(seed)
    return [
        {
            "first_name": NAMES[rng.integers(len(NAMES))],
            "surname": NAMES[rng.integers(len(NAMES))],
            "birth_year": int(rng.integers(1990, 1993)),
        }
        for _ in range(n)
    ]


SOURCES = {"a": people(24, 1), "b": people(18, 2), "c": people(14, 3)}


def every_pair(kind):
    """All pairs of records that a linkage compares: (number, record) of both sides."""
    numbered, first = [], 0
    for records in SOURCES.values():
        numbered.append(list(enumerate(records, first)))
        first += len(records)
    across = [pair for a, b in combinations(numbered, 2) for pair in product(a, b)]
    within = [pair for a in numbered for pair in combinations(a, 2)]
    return {"link": across, "deduplicate": within, "link_and_deduplicate": across + within}[kind]


def meets(rule, left, right):
    sides = zip(rule.side_columns("l"), rule.side_columns("r"), strict=True)
    return all(left[a] is not None and left[a] == right[b] for a, b in sides)


def masks(kind, rules=RULES):
    found = {}
    for (l_number, left), (r_number, right) in every_pair(kind):
        mask = sum(1 << k for k, rule in enumerate(rules) if meets(rule, left, right))
        if mask:
            found[l_number, r_number] = mask
    return found


def columns(table, *names):
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_pairs_are_counted_without_being_made(engine_of, kind, rule):
    engine = engine_of(SOURCES, kind)
    engine.prepare((), [rule])
    naive = sum(meets(rule, left, right) for (_, left), (_, right) in every_pair(kind))
    assert naive > 0
    assert engine.count_pairs(rule) == naive


@pytest.mark.parametrize("kind", ["link", "deduplicate"])
def test_pairs_are_counted_about_from_a_share_of_the_records(engine_of, kind):
    engine = engine_of({"a": people(800, 4), "b": people(600, 5)}, kind)
    rule = RULES[0]
    engine.prepare((), [rule])
    assert engine.count_pairs(rule, 0.5) == pytest.approx(engine.count_pairs(rule), rel=0.15)
    assert engine.count_pairs(rule, 0.5) != engine.count_pairs(rule)


@pytest.mark.parametrize("kind", KINDS)
def test_blocking_marks_every_rule_that_a_pair_meets(engine_of, kind):
    engine = engine_of(SOURCES, kind)
    engine.prepare(COMPARISONS, RULES)
    expected = masks(kind)
    assert engine.block(RULES) == len(expected)
    made = columns(engine.compare(COMPARISONS), "record_l", "record_r", "rules")
    assert {pair[:2]: pair[2] for pair in made} == expected
    assert made == sorted(made)


def gamma(value, other):
    return -1 if value is None or other is None else int(value == other)


def test_every_comparison_is_evaluated_on_every_pair(engine_of):
    engine = engine_of(SOURCES)
    engine.prepare(COMPARISONS, RULES)
    engine.block(RULES)
    names = [c.gamma for c in COMPARISONS]
    numbered = dict(enumerate(r for records in SOURCES.values() for r in records))
    for row in engine.compare(COMPARISONS).to_pylist():
        sides = numbered[row["record_l"]], numbered[row["record_r"]]
        expected = [gamma(*(side[c.name] for side in sides)) for c in COMPARISONS]
        assert [row[name] for name in names] == expected


def test_term_frequencies_are_summed_over_the_levels_that_have_one(engine_of):
    engine = engine_of(SOURCES)
    engine.prepare(COMPARISONS, RULES)
    engine.block(RULES)
    records = [r for each in SOURCES.values() for r in each]
    shares = {}
    for column in ("first_name", "surname"):
        values = [r[column] for r in records if r[column] is not None]
        shares[column] = {v: values.count(v) / len(values) for v in values}
    for row in engine.compare(COMPARISONS).to_pylist():
        left = records[row["record_l"]]
        first, last = (
            -np.log2(shares[c][left[c]]) if row[f"gamma_{c}"] == 1 else 0.0
            for c in ("first_name", "surname")
        )
        assert row["log2_tf"] == pytest.approx(first + last)
        assert row["log2_tf_household"] == pytest.approx(last)


def test_the_commoner_of_two_values_counts(engine_of):
    names = zip(("ANN", "ANN", "ANN", "ANNE"), "1233", strict=True)
    engine = engine_of({"a": [{"first_name": n, "house": h} for n, h in names]}, "deduplicate")
    alike = Level("alike", "first_name_l[1] = first_name_r[1]", term_frequency="first_name")
    comparison = Comparison("first_name", ("first_name",), (alike, Level("different", "ELSE")))
    rule = Rule(("house",))
    engine.prepare([comparison], [rule])
    engine.block([rule])
    (made,) = engine.compare([comparison]).to_pylist()
    assert (made["record_l"], made["record_r"]) == (2, 3)
    assert made["log2_tf"] == pytest.approx(-np.log2(0.75))


def test_a_column_that_one_source_lacks_is_missing_there(engine_of):
    short = [{"first_name": r["first_name"], "surname": r["surname"]} for r in SOURCES["b"]]
    engine = engine_of({"a": SOURCES["a"], "b": short})
    assert engine.shared_columns() == ("first_name", "surname")
    engine.prepare(COMPARISONS, RULES[1:2])
    assert engine.block(RULES[1:2]) > 0
    assert set(engine.compare(COMPARISONS)["gamma_birth_year"].to_pylist()) == {-1}


def test_columns_are_shared_where_two_sources_hold_them(engine_of):
    about = {"record_id": "1", "fold": 3, "missing_sex": None, "group_sex": "F", "sex": "F"}
    three = {
        "a": [{**about, "town": "X"}],
        "b": [{**about, "street": "Y"}],
        "c": [{"town": "X", "sex": "F"}],
    }
    assert engine_of(three).shared_columns() == ("sex", "town")
    assert engine_of(three, "deduplicate").shared_columns() == ("sex", "town", "street")


def test_distinct_values_are_counted_over_all_sources(engine_of):
    engine = engine_of({"a": [{"x": "1"}, {"x": None}], "b": [{"x": "1"}, {"x": "2"}]})
    assert engine.values("x") == 2
    assert engine.types == {"record": "INTEGER", "x": "VARCHAR"}


def test_random_pairs_are_all_pairs_where_there_are_few(engine_of):
    engine = engine_of(SOURCES, "link_and_deduplicate")
    engine.prepare(COMPARISONS, [])
    counts = engine.count_random_pairs(COMPARISONS, 10_000, 1)
    naive = {}
    for (_, left), (_, right) in every_pair("link_and_deduplicate"):
        pattern = tuple(gamma(left[c.name], right[c.name]) for c in COMPARISONS)
        naive[pattern] = naive.get(pattern, 0) + 1
    names = [c.gamma for c in COMPARISONS]
    assert {row[:-1]: row[-1] for row in columns(counts, *names, "n")} == naive


def test_random_pairs_are_a_sample_where_there_are_many(engine_of):
    engine = engine_of({"a": people(400, 6), "b": people(500, 7)})
    engine.prepare(COMPARISONS, [])
    sample, other = (engine.count_random_pairs(COMPARISONS, 20_000, seed) for seed in (1, 2))
    whole = engine.count_random_pairs(COMPARISONS, 10**9, 1)
    n = sum(sample["n"].to_pylist())
    assert n == pytest.approx(20_000, rel=0.2)
    assert sum(whole["n"].to_pylist()) == 200_000
    assert sample.to_pylist() != other.to_pylist()
    agreeing = [
        sum(row["n"] for row in t.to_pylist() if row["gamma_birth_year"] == 1)
        / sum(t["n"].to_pylist())
        for t in (sample, whole)
    ]
    assert agreeing[0] == pytest.approx(agreeing[1], abs=0.02)


def test_pairs_that_share_an_address_whatever_other_rule_they_meet(engine_of):
    engine = engine_of(SOURCES)
    rule = Rule(("surname",))
    engine.prepare(COMPARISONS, [rule])
    table, number = engine.compare_sharing(COMPARISONS, ("surname",), 10_000, 1)
    naive = {pair for pair, _ in masks("link", [rule]).items()}
    assert set(columns(table, "record_l", "record_r")) == naive
    assert number == len(naive)
    # the key says the same of match and household: its own frequency is left out
    assert set(table["log2_tf_household"].to_pylist()) == {0.0}
    assert len(set(table["log2_tf"].to_pylist())) > 1


def test_of_many_pairs_at_an_address_a_share_is_looked_at(engine_of):
    engine = engine_of({"a": people(300, 8), "b": people(300, 9)})
    engine.prepare(COMPARISONS, [Rule(("surname",))])
    table, number = engine.compare_sharing(COMPARISONS, ("surname",), 2000, 1)
    assert table.num_rows == pytest.approx(2000, rel=0.15)
    assert number > 10_000


def test_a_sample_of_focal_records_has_all_its_pairs(engine_of):
    engine = engine_of({"a": people(60, 10), "b": people(200, 11)}, once=("a", "b"))
    engine.prepare(COMPARISONS, RULES)
    (pair,) = engine.source_pairs
    assert engine.sampled_records(pair, 1.0)["record"].to_pylist() == list(range(60))
    engine.block(RULES)
    whole = set(columns(engine.compare(COMPARISONS), "record_l", "record_r", "rules"))
    chosen = set(engine.sampled_records(pair, 0.4, seed=2)["record"].to_pylist())
    assert 10 < len(chosen) < 40
    engine.block(RULES, 0.4, seed=2)
    some = set(columns(engine.compare(COMPARISONS), "record_l", "record_r", "rules"))
    assert some == {row for row in whole if row[0] in chosen}
    assert chosen != set(engine.sampled_records(pair, 0.4, seed=3)["record"].to_pylist())


def test_which_rules_given_pairs_meet(engine_of):
    engine = engine_of(SOURCES)
    engine.prepare(COMPARISONS, RULES)
    engine.block(RULES)
    pairs = engine.compare(COMPARISONS).select(["record_l", "record_r"])
    flags = engine.agreements(pairs, RULES)
    expected = masks("link")
    for row, pair in zip(flags.to_pylist(), columns(pairs, "record_l", "record_r"), strict=True):
        assert sum(row[f"t{k}"] << k for k in range(len(RULES))) == expected[pair]


def test_conditions_that_the_database_does_not_understand(engine_of):
    engine = engine_of(SOURCES)
    assert all(engine.understands(c) for c in COMPARISONS)
    for sql in ("nobody_l = nobody_r", "first_name_l ==== 2", "birth_year_l = 'x' || []"):
        levels = (Level("condition", sql), Level("different", "ELSE"))
        assert not engine.understands(Comparison("c", ("first_name", "birth_year"), levels))
    assert not engine.understands(Comparison("c", (), (Level("missing", "", missing=True),)))


def test_names_may_hold_quotes(engine_of):
    engine = engine_of({'a"; DROP': [{'x"y': "1"}, {'x"y': "1"}]}, "deduplicate")
    comparison, rule = exact('x"y'), Rule(('x"y',))
    engine.prepare([comparison], [rule])
    assert engine.block([rule]) == engine.count_pairs(rule) == 1
    assert engine.compare([comparison])['gamma_x"y'].to_pylist() == [1]


def test_a_sample_is_drawn_by_what_is_hashed_and_the_seed(engine_of):
    engine = engine_of({"a": [{"x": k} for k in range(2000)]}, "deduplicate")

    def some(share, seed):
        condition = drawn(share, "record", seed=seed)
        return set(engine._fetch(f"SELECT record FROM records_a WHERE {condition}")[0].to_pylist())

    assert len(some(1.0, "it's")) == 2000
    assert len(some(0.3, "1")) == pytest.approx(600, abs=80)
    assert some(0.3, "1") <= some(0.5, "1")
    assert some(0.3, "1") != some(0.3, "2")
