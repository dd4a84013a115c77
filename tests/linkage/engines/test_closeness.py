"""Whether texts are close: the same answer from the table of frequent texts and from measuring."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.engines import closeness
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison, Level, edits, similar

NAMES = ("MARTHA", "MARHTA", "ANN", "ANNE", "ANNA", "JOHN", "JON", "É", "", "ANNABEL", None)


def comparison(*conditions):
    levels = [Level(sql, sql) for sql in conditions]
    return Comparison("name", ("name",), (*levels, Level("different", "ELSE")))


CLOSE = comparison(similar("name", 0.95), edits("name", 1), edits("name", 2), similar("name", 0.7))


@pytest.fixture
def values():
    rng = np.random.default_rng(3)
    chance = 1 / np.arange(1, len(NAMES) + 1)
    drawn = rng.choice(len(NAMES), (2, 400), p=chance / chance.sum())
    return pa.table(
        {f"name_{s}": [NAMES[k] for k in side] for s, side in zip("lr", drawn, strict=True)}
    )


@pytest.mark.parametrize("most", [1, 3, 100])
def test_the_table_says_what_measuring_says(levelled, values, monkeypatch, most):
    monkeypatch.setattr(closeness, "_MOST_FREQUENT", most)
    monkeypatch.setattr(closeness, "_AT_A_TIME", 5)
    levels, pairs = levelled([CLOSE], values)
    found = levels.gamma(0, pairs)
    monkeypatch.setattr(closeness, "_MOST_FREQUENT", 0)
    levels, pairs = levelled([CLOSE], values)
    assert found.tolist() == levels.gamma(0, pairs).tolist()
    assert set(found) == {0, 1, 2, 3, 4}


def test_many_questions_of_the_same_texts_each_have_an_answer(levelled, values):
    asked = comparison(*(similar("name", 1 - k / 50) for k in range(20)))
    levels, pairs = levelled([asked], values)
    gamma = levels.gamma(0, pairs)
    plain = comparison(similar("name", 0.9))
    levels, pairs = levelled([plain], values)
    assert ((gamma >= 15) == (levels.gamma(0, pairs) == 1)).all()


def test_what_was_looked_up_is_forgotten_when_codes_change(engine_of, people, rules):
    records = people(60, 1)
    for number, record in enumerate(records):
        record["other"] = ("ZOE", record["first_name"])[number % 2]
    close = Comparison(
        "first_name",
        ("first_name",),
        (Level("near", similar("first_name", 0.8)), Level("different", "ELSE")),
    )
    engine = engine_of({"a": records}, "deduplicate")
    engine.prepare([close], rules)
    before = engine.compare(rules)
    engine.prepare([close], [*rules, Rule(("first_name = other",))])
    assert engine.compare(rules).equals(before)
