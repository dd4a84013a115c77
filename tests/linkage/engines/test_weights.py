"""Scoring keeps exactly the pairs whose weight reaches the floor, for any weights at all."""

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.config.linkage_settings import Comparison as Listed
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.pairs import Pairs
from linkage.engines.sampling import Some, Sought
from linkage.engines.weights import Weights, _weight
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison, Level, missing, similar
from linkage.model.listed import listed
from linkage.model.patterns import coding
from linkage.model.roles import by_role

NAMES = "ANN ANNE ANNA LEE LEES SMITH SMYTH SMIHT JO JOE".split()
COLUMNS = tuple(
    "first_name first_initial first_name_phonetic surname surname_phonetic town birth_year".split()
)
ELSE = Level("different", "ELSE")
ALIKE = Comparison(
    "alike",
    ("surname", "town"),
    (
        missing("surname"),
        Level("initials", '"surname_l"[1] = "surname_r"[1]', term_frequency="surname"),
        Level("similar", similar("surname", 0.7), term_frequency="surname"),
        ELSE,
    ),
    family=True,
)
COMPARISONS = (
    *by_role(set(COLUMNS)),
    ALIKE,
    listed(Listed(column="first_name", name="edits", kind="levenshtein"), COLUMNS),
    listed(Listed(columns=("surname", "town"), name="both"), COLUMNS),
    listed(Listed(column="birth_year", name="year", term_frequency=True), COLUMNS),
    listed(
        Listed(name="own", kind="custom", sql=("lower(town_l) = lower(TOWN_R)",)),
        COLUMNS,
    ),
)
RULES = (Rule(("birth_year",)), Rule(("town",)), Rule(("first_name = surname",)))


def people(n, seed):
    draw = np.random.default_rng(seed)

    def one(values):
        return None if draw.random() < 0.15 else values[draw.integers(len(values))]

    return [
        {
            "first_name": one(NAMES),
            "surname": one(NAMES),
            "town": one(NAMES[:4]),
            "birth_year": one((1980, 1981, 1982)),
            **dict.fromkeys(COLUMNS[1:3], one("AB")),
            "surname_phonetic": one("CD"),
        }
        for _ in range(n)
    ]


@pytest.fixture(scope="module")
def engine(written, room):
    """An engine over two sources that are also searched for duplicates."""
    with duckdb.connect(config={"threads": 1}) as connection:
        sources = {"a": people(40, 1), "b": people(30, 2)}
        made = DuckDBEngine(connection, *written(sources, "link_and_deduplicate", "b"), room)
        made.prepare(COMPARISONS, RULES)
        yield made


@pytest.fixture(scope="module")
def every(engine):
    """All candidates, with the gammas of each."""
    table = engine.compare(RULES)
    return table, coding(COMPARISONS).decode(table["code"].to_numpy())


@st.composite
def weights(draw):
    real = st.floats(-25, 25).map(lambda x: round(x, 3))
    levels, log2_u = [], []
    for c in COMPARISONS:
        n = len(c.scored)
        levels.append(draw(st.lists(real, min_size=n, max_size=n)))
        below = st.floats(-20, -0.01)
        log2_u.append(draw(st.lists(below, min_size=n, max_size=n)))
    return Weights(
        prior=draw(st.floats(-20, 0)),
        levels=tuple(levels),
        log2_u=tuple(log2_u),
        floor=0.0,
        always=draw(st.integers(0, 7)),
    )


@settings(max_examples=5)
@given(weights(), st.integers(0, 40))
def test_scoring_in_parts_keeps_the_same(engine, asked, split):
    pair = engine.source_pairs[0]
    whole = engine.score(pair, RULES, asked).to_pylist()
    first, n = pair.focal_source.first, pair.focal_source.n
    cuts = ((first, first + split), (first + split, first + n))
    parts = [engine.score(pair, RULES, asked, Some(first=a, last=b)).to_pylist() for a, b in cuts]
    assert sorted(map(str, parts[0] + parts[1])) == sorted(map(str, whole))


@pytest.fixture(scope="module")
def all_pairs(engine):
    """Every pair of the two sources, blocked or not, with the rules it meets."""
    pair = engine.source_pairs[0]
    left, right = (np.arange(each.first, each.first + each.n) for each in (pair.left, pair.right))
    pairs = Pairs.of(engine._columns, np.repeat(left, len(right)), np.tile(right, len(left)))
    met = {
        (row["record_l"], row["record_r"]): row["rules"]
        for row in engine.compare(RULES).to_pylist()
    }
    names = list(zip(pairs.records("l").tolist(), pairs.records("r").tolist(), strict=True))
    return pairs, names, [met.get(name, 0) for name in names]


@settings(max_examples=10)
@given(weights(), st.integers(1, 12), st.sampled_from("lr"))
def test_the_search_finds_the_heaviest_of_all_pairs(engine, all_pairs, asked, best, side):
    source = engine.source_pairs[0].opposite("r" if side == "l" else "l")
    sought = Sought(side, tuple(range(source.first, source.first + source.n, 7)), best)
    pairs, names, met = all_pairs
    levels = engine._levels
    weight = asked.prior + sum(
        _weight(levels, k, levels.gamma(k, pairs), pairs, asked) for k in range(len(COMPARISONS))
    )
    expected = []
    for record in sought.records:
        own = [at for at, name in enumerate(names) if name[side == "r"] == record]
        own.sort(key=lambda at: (-round(weight[at], 9), names[at]))
        expected += own[:best]
    expected.sort(key=lambda at: names[at])
    found = engine.search(engine.source_pairs[0], sought, RULES, asked).to_pydict()
    assert list(zip(found["record_l"], found["record_r"], strict=True)) == [
        names[at] for at in expected
    ]
    assert found["rules"] == [met[at] for at in expected]
    assert found["match_weight"] == pytest.approx([weight[at] for at in expected], abs=1e-8)


def test_a_floor_that_all_reach_and_one_that_none_reaches(engine, every):
    nothing = tuple([0.0] * len(c.scored) for c in COMPARISONS)
    n = every[0].num_rows
    for floor, expected in ((-1000.0, n), (1000.0, 0)):
        asked = Weights(0.0, nothing, nothing, floor)
        found = sum(engine.score(pair, RULES, asked).num_rows for pair in engine.source_pairs)
        assert found == expected
