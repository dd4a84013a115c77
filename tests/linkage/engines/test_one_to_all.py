"""One record against all: the same answers as pair by pair, asked once for each value."""

import duckdb
import numpy as np
import pytest

from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.pairs import Pairs, Side
from linkage.model.comparisons import Comparison, Level, edits, missing, similar

TEXTS = ("ANN", "ANNE", "ANNA", "LEE", "LEES", "LI", "SMITH", "SMYTH", "SMIHT", None)
COMPARISONS = (
    Comparison(
        "name",
        ("name",),
        (
            missing("name"),
            Level("near", edits("name", 1)),
            Level("alike", similar("name", 0.7)),
            Level("initial", 'left("name_l", 1) = left("name_r", 1)'),
            Level("different", "ELSE"),
        ),
    ),
)


@pytest.fixture
def engine(written, room):
    people = [{"name": name} for name in TEXTS]
    with duckdb.connect(config={"threads": 1}) as connection:
        made = DuckDBEngine(connection, *written({"a": people, "b": people * 40}), room)
        made.prepare(COMPARISONS, ())
        yield made


@pytest.mark.parametrize("side", ["l", "r"])
@pytest.mark.parametrize("record", range(len(TEXTS)))
def test_answers_are_those_of_pair_by_pair(engine, side, record):
    others = np.arange(len(TEXTS), len(TEXTS) * 41)
    one, all_ = np.full(len(others), record), others
    left, right = (one, all_) if side == "l" else (all_, one)
    naive = engine._levels.gamma(0, Pairs.of(engine._columns, left, right))
    single = Side(np.array([record]), np.zeros(len(others), np.intp))
    other = Side(others, np.arange(len(others)))
    sides = {"l": single, "r": other} if side == "l" else {"l": other, "r": single}
    pairs = Pairs(engine._columns, sides, np.zeros(len(others), np.int64))
    assert engine._levels.gamma(0, pairs).tolist() == naive.tolist()
    if TEXTS[record] is not None:
        assert engine._levels._one_to_all._told  # the table was used


def test_few_pairs_are_asked_one_by_one(engine):
    few = Side(np.array([12]), np.zeros(1, np.intp))
    pairs = Pairs(
        engine._columns,
        {"l": Side(np.array([0]), np.zeros(1, np.intp)), "r": few},
        np.zeros(1, np.int64),
    )
    engine._levels.gamma(0, pairs)
    assert not engine._levels._one_to_all._told
