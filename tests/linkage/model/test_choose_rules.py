"""Blocking rules chosen without truth, on invented sources of which it is known."""

from datetime import date, timedelta

import numpy as np
import pytest

from linkage.model.blocking import Rule
from linkage.model.choose_rules import choose_rules, single_terms
from linkage.model.evidence import random_pairs
from linkage.model.roles import by_role
from linkage.model.rule_terms import combined, terms_of, without_implied

SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to vu wa ye zo".upper().split()


def name(rng, n):
    return "".join(rng.choice(SYLLABLES, n))


def slip(rng, text):
    at = rng.integers(len(text))
    return text[:at] + rng.choice(list("AEIOU")) + text[at + 1 :]


def born(rng):
    return f"{date(1940, 1, 1) + timedelta(days=int(rng.integers(25_000))):%Y%m%d}"


def record(first, last, birth, postcode):
    return {
        "first_name": first,
        "first_initial": first[0],
        "first_name_phonetic": "".join(c for c in first if c not in "AEIOUY"),
        "surname": last,
        "surname_initial": last[0],
        "surname_phonetic": "".join(c for c in last if c not in "AEIOUY"),
        "date_of_birth_text": birth,
        "date_of_birth": birth,
        "birth_year": birth[:4],
        "birth_month": birth[4:6],
        "birth_day": birth[6:],
        "postcode": postcode,
    }


def people(n, seed, n_names=60):
    rng = np.random.default_rng(seed)
    first, last = ([name(rng, k) for _ in range(n_names)] for k in (2, 3))
    return [
        (rng.choice(first), rng.choice(last), born(rng), f"{rng.integers(300):05d}")
        for _ in range(n)
    ]


def erring(person, seed):
    """The person as another source has it: each field wrong once in seven."""
    rng = np.random.default_rng(seed)
    first, last, birth, postcode = person
    wrong = rng.random(4) < 1 / 7
    return record(
        slip(rng, first) if wrong[0] else first,
        slip(rng, last) if wrong[1] else last,
        birth[:7] + str(rng.integers(10)) if wrong[2] else birth,
        f"{rng.integers(300):05d}" if wrong[3] else postcode,
    )


@pytest.fixture
def chosen(engine_of):
    """Return the rules chosen for sources, and the pairs that they make."""

    def choose(sources, kind="link", once=("a", "b"), budget=10**6):
        engine = engine_of(sources, kind, once)
        columns = [c for c in sources["a"][0] if all(c in each[0] for each in sources.values())]
        comparisons, terms = by_role(columns), terms_of(columns, ())
        engine.prepare(comparisons, single_terms(terms))
        random = random_pairs(engine.count_random(100_000, 1), comparisons)
        made = choose_rules(engine, comparisons, random, terms, budget, 1)
        if not made.rules:
            return made, set()
        assert made.n_pairs == tuple(map(engine.count_pairs, made.rules))
        pairs = engine.compare(made.rules).select(["record_l", "record_r"]).to_pylist()
        return made, {tuple(pair.values()) for pair in pairs}

    return choose


@pytest.fixture
def two_sources():
    everyone = people(700, 1)
    return {
        "a": [erring(p, k) for k, p in enumerate(everyone[:600])],
        "b": [erring(p, 1000 + k) for k, p in enumerate(everyone[200:])],
    }


TRUTH = {(200 + k, 600 + k) for k in range(400)}


def test_few_matches_escape_the_rules(chosen, two_sources):
    made, blocked = chosen(two_sources)
    assert len(TRUTH & blocked) > 0.99 * len(TRUTH)
    assert made.estimated_loss < 0.01
    assert len(blocked) < 0.1 * 600 * 500


@pytest.mark.parametrize("budget", [1000, 5000])
def test_rules_stay_within_the_budget(chosen, two_sources, budget):
    made, blocked = chosen(two_sources, budget=budget)
    assert 0 < len(blocked) <= sum(made.n_pairs) <= budget


def test_a_larger_budget_loses_less(chosen, two_sources):
    losses = [chosen(two_sources, budget=b)[0].estimated_loss for b in (600, 5000)]
    assert losses[0] > losses[1]


def test_rules_for_finding_duplicates(chosen, two_sources):
    _, blocked = chosen({"a": two_sources["a"] + two_sources["b"]}, "deduplicate")
    assert len(TRUTH & blocked) > 0.99 * len(TRUTH)


def test_no_field_stands_in_every_rule(chosen):
    everyone = [record(*person) for person in people(300, 4)]
    made, _ = chosen({"a": everyone[:250], "b": everyone[50:]})
    for field in ("first", "surname", "birth", "postcode"):
        assert any(field not in rule.name for rule in made.rules)


def test_choosing_twice_chooses_the_same(chosen, two_sources):
    one, other = (chosen(two_sources)[0] for _ in range(2))
    assert one.rules == other.rules


def test_where_nobody_matches_the_finest_pairs_of_terms_are_taken(chosen):
    everyone = [record(*person) for person in people(160, 2, n_names=5)]
    sources = {"a": everyone[:80], "b": everyone[80:]}
    made, _ = chosen(sources)
    assert made.estimated_loss is None
    assert made.rules
    assert all("initial" not in rule.name for rule in made.rules)


def test_sources_that_agree_on_nothing_have_no_rule(chosen):
    sources = {"a": [{"town": "A"}, {"town": "B"}], "b": [{"town": "C"}]}
    made, _ = chosen(sources)
    assert made.rules == ()
    assert made.estimated_loss is None


def test_what_is_too_common_to_block_on_is_still_looked_at(chosen):
    towns = [{"town": town} for town in ("BATH", "YORK") * 500]
    made, _ = chosen({"a": towns, "b": towns})
    assert made.rules == ()


def test_nothing_to_block_on(chosen):
    made, _ = chosen({"a": [{"sex": "F"}, {"sex": "M"}], "b": [{"sex": "F"}]})
    assert made.rules == ()


def test_terms_are_those_whose_columns_are_held():
    found = terms_of(("surname", "birth_year", "birth_month", "colour"), ("colour",))
    assert [field for field, _ in found] == ["surname", "date_of_birth", "date_of_birth", "colour"]
    assert ("names", ("first_name = surname", "surname = first_name")) in terms_of(
        ("first_name", "surname"), ()
    )


def test_rules_take_up_to_three_terms_of_different_fields():
    terms = terms_of(("surname", "surname_initial", "town", "phone", "street"), ())
    rules = combined(terms)
    assert {len(c.fields) for c in rules} == {1, 2, 3}
    assert all(len(set(c.fields)) == len(c.fields) for c in rules)
    assert len(rules) == 5 + (2 * 3 + 3) + (2 * 3 + 1)


@pytest.fixture
def some_rules():
    return [Rule(("surname", "phone")), Rule(("surname_initial", "phone")), Rule(("surname",))]


def test_a_rule_that_another_implies_is_dropped(some_rules):
    met = np.array([[True, True, True], [False, False, True]])
    assert without_implied(some_rules[:2], met[:, :2]) == (some_rules[1],)
    assert without_implied(some_rules, met) == tuple(some_rules[1:])


def test_of_two_rules_that_say_the_same_the_first_stays():
    rules = [Rule(("surname", "phone")), Rule(("phone", "surname"))]
    assert without_implied(rules, np.ones((2, 2), dtype=bool)) == (rules[0],)


def test_a_match_that_meets_one_rule_alone_keeps_it(some_rules):
    met = np.array([[True, False]])
    assert without_implied(some_rules[:2], met) == tuple(some_rules[:2])
