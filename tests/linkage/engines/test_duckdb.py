"""Pairs made, compared and counted in SQL, against the same done naively."""

from collections import Counter
from itertools import combinations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from linkage.engines import pairing
from linkage.engines.counts import Grouping
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.room import Room
from linkage.engines.sampling import Some
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison, Level
from linkage.model.patterns import coding
from linkage.model.roles import exact

KINDS = ("link", "deduplicate", "link_and_deduplicate")
EACH_RULE = range(4)


def columns(table, *names):
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def levels(table, comparisons):
    return list(map(tuple, coding(comparisons).decode(table["code"].to_numpy()).tolist()))


def gamma(value, other):
    return -1 if value is None or other is None else int(value == other)


def pattern(comparisons, left, right):
    return tuple(gamma(left[c.name], right[c.name]) for c in comparisons)


@pytest.fixture
def whole(engine_of, sources, compared, rules):
    """Return an engine over the three sources, ready for all comparisons and rules."""

    def make(kind="link", once=()):
        engine = engine_of(sources, kind, once)
        engine.prepare(compared, rules)
        return engine

    return make


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", EACH_RULE)
def test_pairs_are_counted_without_being_made(whole, sources, every_pair, meets, rules, kind, k):
    every = every_pair(sources, kind)
    naive = sum(meets(rules[k], left, right) for (_, left), (_, right) in every)
    assert naive > 0
    assert whole(kind).count_pairs(rules[k]) == naive


@pytest.mark.parametrize("kind", ["link", "deduplicate"])
def test_pairs_are_counted_about_from_a_share_of_the_records(engine_of, people, rules, kind):
    engine = engine_of({"a": people(800, 4), "b": people(600, 5)}, kind)
    engine.prepare((), rules[:1])
    exactly = engine.count_pairs(rules[0])
    assert engine.count_pairs(rules[0], 0.5) == pytest.approx(exactly, rel=0.15)
    assert engine.count_pairs(rules[0], 0.5) != exactly


@pytest.mark.parametrize("kind", KINDS)
def test_each_pair_comes_once_with_every_rule_that_it_meets(whole, sources, masks, rules, kind):
    made = columns(whole(kind).compare(rules), "record_l", "record_r", "rules")
    assert {pair[:2]: pair[2] for pair in made} == masks(sources, rules, kind)
    assert made == sorted(made)
    assert len(made) == len({pair[:2] for pair in made})


def test_every_comparison_is_evaluated_on_every_pair(whole, sources, compared, rules):
    table = whole().compare(rules)
    records = [r for each in sources.values() for r in each]
    pairs = columns(table, "record_l", "record_r")
    assert levels(table, compared) == [
        pattern(compared, records[left], records[right]) for left, right in pairs
    ]


def test_term_frequencies_are_summed_over_the_levels_that_have_one(whole, sources, compared, rules):
    records = [r for each in sources.values() for r in each]
    shares = {}
    for column in ("first_name", "surname"):
        values = [r[column] for r in records if r[column] is not None]
        shares[column] = {v: values.count(v) / len(values) for v in values}
    table = whole().compare(rules)
    for row, gammas in zip(table.to_pylist(), levels(table, compared), strict=True):
        left = records[row["record_l"]]
        first, last = (
            -np.log2(shares[c][left[c]]) if at == 1 else 0.0
            for c, at in zip(("first_name", "surname"), gammas, strict=False)
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
    (made,) = engine.compare([rule]).to_pylist()
    assert (made["record_l"], made["record_r"]) == (2, 3)
    assert made["log2_tf"] == pytest.approx(-np.log2(0.75))


def test_a_column_that_one_source_lacks_is_missing_there(engine_of, sources, compared, rules):
    short = [{"first_name": r["first_name"], "surname": r["surname"]} for r in sources["b"]]
    engine = engine_of({"a": sources["a"], "b": short})
    engine.prepare(compared, rules[1:2])
    found = levels(engine.compare(rules[1:2]), compared)
    assert found
    assert {gammas[2] for gammas in found} == {-1}


def test_random_pairs_are_all_pairs_where_there_are_few(whole, sources, every_pair, compared):
    counts = whole("link_and_deduplicate").count_random(10_000, 1)
    naive = Counter(
        pattern(compared, left, right)
        for (_, left), (_, right) in every_pair(sources, "link_and_deduplicate")
    )
    assert dict(zip(levels(counts, compared), counts["n"].to_pylist(), strict=True)) == naive


def test_random_pairs_are_a_sample_where_there_are_many(engine_of, people, compared):
    engine = engine_of({"a": people(400, 6), "b": people(500, 7)})
    engine.prepare(compared, [])
    sample, other = (engine.count_random(20_000, seed) for seed in (1, 2))
    every = engine.count_random(10**9, 1)
    n = sum(sample["n"].to_pylist())
    assert n == pytest.approx(20_000, rel=0.2)
    assert sum(every["n"].to_pylist()) == 200_000
    assert sample.to_pylist() != other.to_pylist()
    agreeing = []
    for counts in (sample, every):
        rows = zip(levels(counts, compared), counts["n"].to_pylist(), strict=True)
        equal = sum(n for gammas, n in rows if gammas[2] == 1)
        agreeing.append(equal / sum(counts["n"].to_pylist()))
    assert agreeing[0] == pytest.approx(agreeing[1], abs=0.02)


def test_pairs_that_share_an_address_whatever_other_rule_they_meet(whole, sources, masks, rules):
    table, number = whole().compare_sharing(("surname",), 10_000, 1)
    naive = masks(sources, rules[1:2])
    assert set(columns(table, "record_l", "record_r")) == set(naive)
    assert number == len(naive)
    # the key says the same of match and household: its own frequency is left out
    assert set(table["log2_tf_household"].to_pylist()) == {0.0}
    assert len(set(table["log2_tf"].to_pylist())) > 1


def test_of_many_pairs_at_an_address_a_share_is_looked_at(engine_of, people, compared, rules):
    engine = engine_of({"a": people(300, 8), "b": people(300, 9)})
    engine.prepare(compared, rules[1:2])
    table, number = engine.compare_sharing(("surname",), 2000, 1)
    assert table.num_rows == pytest.approx(2000, rel=0.15)
    assert number > 10_000


def test_a_sample_of_focal_records_has_all_its_pairs(engine_of, people, compared, rules):
    engine = engine_of({"a": people(60, 10), "b": people(200, 11)}, once=("a", "b"))
    engine.prepare(compared, rules)
    (pair,) = engine.source_pairs
    assert engine.sampled_records(pair, Some())["record"].to_pylist() == list(range(60))
    every = set(columns(engine.compare(rules), "record_l", "record_r", "rules"))
    chosen = set(engine.sampled_records(pair, Some(0.4, 2))["record"].to_pylist())
    assert 10 < len(chosen) < 40
    some = set(columns(engine.compare(rules, Some(0.4, 2)), "record_l", "record_r", "rules"))
    assert some == {row for row in every if row[0] in chosen}
    assert chosen != set(engine.sampled_records(pair, Some(0.4, 3))["record"].to_pylist())


def test_focal_records_may_be_taken_in_turn(engine_of, people, compared, rules):
    engine = engine_of({"a": people(60, 10), "b": people(40, 11)}, once=("a", "b"))
    engine.prepare(compared, rules)
    every = engine.compare(rules)
    turns = [
        engine.compare(rules, Some(first=first, last=first + 15)) for first in range(60, 100, 15)
    ]
    focal = [set(t["record_r"].to_pylist()) for t in turns]
    assert all(focal)
    assert focal[0] <= {*range(60, 75)}
    assert focal[1] <= {*range(75, 90)}
    joined = pa.concat_tables(turns).sort_by([("record_l", "ascending"), ("record_r", "ascending")])
    assert joined.equals(every)


def test_pairs_inside_groups(whole, sources, masks, rules):
    groups = {record: record % 5 for record in range(0, 56, 2)}
    table = pa.table(
        {"record": pa.array(groups, pa.int32()), "member": pa.array(groups.values(), pa.int32())}
    )
    for kind in KINDS:
        expected = {
            pair: mask
            for pair, mask in masks(sources, rules, kind).items()
            if groups.get(pair[0], "none") == groups.get(pair[1])
        }
        assert expected
        made = whole(kind).compare_within(rules, table)
        found = {row[:2]: row[2] for row in columns(made, "record_l", "record_r", "rules")}
        assert found == expected
        every = {tuple(row.items()) for row in whole(kind).compare(rules).to_pylist()}
        assert {tuple(row.items()) for row in made.to_pylist()} <= every


def test_which_rules_given_pairs_meet(whole, sources, masks, rules):
    engine = whole()
    pairs = engine.compare(rules).select(["record_l", "record_r"])
    flags = engine.agreements(pairs, rules)
    expected = masks(sources, rules)
    for row, pair in zip(flags.to_pylist(), columns(pairs, "record_l", "record_r"), strict=True):
        assert sum(row[f"t{k}"] << k for k in range(len(rules))) == expected[pair]


def test_names_may_hold_quotes(engine_of):
    engine = engine_of({'a"; DROP': [{'x"y': "1"}, {'x"y': "1"}]}, "deduplicate")
    comparison, rule = exact('x"y', tf=True), Rule(('x"y',))
    engine.prepare([comparison], [rule])
    assert engine.count_pairs(rule) == 1
    table = engine.compare([rule])
    assert levels(table, [comparison]) == [(1,)]
    assert table["log2_tf"].to_pylist() == [0.0]


def test_what_is_prepared_again_says_the_same(engine_of, sources, compared, rules):
    engine = engine_of(sources)
    engine.prepare(compared, rules)
    before = engine.compare(rules)
    engine.prepare(compared[:1], rules[1:2])
    assert engine.compare(rules[1:2]).num_rows > 0
    engine.prepare(compared, rules, (Grouping("year", ("birth_year",)),))
    assert engine.compare(rules).equals(before)


def test_a_closed_engine_holds_no_columns(engine_of, sources, compared, rules):
    engine = engine_of(sources)
    engine.prepare(compared, rules)
    before = engine.compare(rules)
    engine.close()
    with pytest.raises(KeyError):
        engine.compare(rules)
    engine.prepare(compared, rules)
    assert engine.compare(rules).equals(before)


def test_threads_and_the_size_of_parts_do_not_matter(
    written, sources, compared, rules, room, monkeypatch
):
    found = []
    for threads, size in ((1, 200_000), (3, 7)):
        monkeypatch.setattr(pairing, "PAIRS_A_PART", size)
        with duckdb.connect(config={"threads": threads}) as connection:
            engine = DuckDBEngine(connection, *written(sources, "link_and_deduplicate"), room)
            engine.prepare(compared, rules)
            counts = engine.count_patterns(rules)
            found.append((engine.compare(rules), counts, engine.count_random(10**6, 1)))
    assert all(one.equals(other) for one, other in zip(*found, strict=True))


def test_columns_may_lie_on_disk(written, connection, sources, compared, rules, room, tmp_path):
    found = []
    for place in (room, Room(300, tmp_path)):
        engine = DuckDBEngine(connection, *written(sources), place)
        engine.prepare(compared, rules, (Grouping("year", ("birth_year",)),))
        engine.prepare((*compared, exact("first_name", tf=True)), rules)
        engine.prepare(compared, rules)
        found.append((engine.compare(rules), engine.count_patterns(rules)))
        engine.close()
    assert all(one.equals(other) for one, other in zip(*found, strict=True))
    assert list(tmp_path.iterdir()) == []


def test_more_rules_than_bits_of_a_term_each_have_their_own(engine_of, people, meets):
    records = people(30, 12)
    for number, record in enumerate(records):
        record |= {f"c{k}": number % (k + 2) for k in range(30)}
    many = tuple(Rule((f"c{k}", f"c{(k + 7) % 30}")) for k in range(30))
    engine = engine_of({"a": records}, "deduplicate")
    engine.prepare((), many)
    for row in engine.compare(many).to_pylist():
        left, right = records[row["record_l"]], records[row["record_r"]]
        assert row["rules"] == sum(meets(rule, left, right) << k for k, rule in enumerate(many))


def test_different_people_are_pairs_within_sources_that_meet_any_rule(
    whole, sources, compared, meets
):
    rules = (Rule(("birth_year",)), Rule(("surname",)))
    counts, share = whole("link", once=("a", "c")).count_different(rules, 10**6, seed=1)
    naive = Counter(
        pattern(compared, left, right)
        for name in ("a", "c")
        for left, right in combinations(sources[name], 2)
        if any(meets(rule, left, right) for rule in rules)
    )
    found = dict(zip(levels(counts, compared), counts["n"].to_pylist(), strict=True))
    assert found == naive
    assert share == 1
    assert whole("link").count_different(rules, 10**6, seed=1)[0].num_rows == 0


def test_of_many_pairs_of_different_people_those_of_a_share_of_the_records_are_counted(whole):
    rules = (Rule(("birth_year",)),)
    engine = whole("link", once=("a", "c"))
    every, _ = engine.count_different(rules, 10**6, seed=1)
    some, share = engine.count_different(rules, 20, seed=1)
    assert 0 < share < 1
    assert 0 < sum(some["n"].to_pylist()) < sum(every["n"].to_pylist())
