"""Dice of filters: what the engine says is what the database says, at every bound."""

from fractions import Fraction

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from linkage.engines import closeness
from linkage.engines.conditions import Dice, Differ, Sql, read_condition
from linkage.engines.filters import Filters, alike, maybe_alike
from linkage.model.comparisons import Comparison, Level, dice, differ, equal

BOUNDS = (0.95, 0.85, 0.75, 0.65, 0.5)
HELD = {"name": pa.binary(), "other": pa.binary(), "text": pa.string(), "sex": pa.uint64()}


def filters(n, seed=1):
    """Filters of 64 bytes on two sides, alike to any degree; some empty, full or missing."""
    rng = np.random.default_rng(seed)
    left = rng.random((n, 512)) < rng.uniform(0.05, 0.6, (n, 1))
    right = left ^ (rng.random((n, 512)) < rng.uniform(0, 0.3, (n, 1)) * (rng.random((n, 1)) < 0.9))
    left[0], right[0], left[1], right[1], right[2] = False, False, True, False, True
    return [
        [None if rng.random() < 0.05 else np.packbits(row).tobytes() for row in side]
        for side in (left, right)
    ]


def test_levels_are_those_of_the_database(levelled, monkeypatch):
    monkeypatch.setattr(closeness, "_MOST_FREQUENT", 5)
    left, right = filters(3_000)
    values = pa.table(
        {"name_l": pa.array(left, pa.binary()), "name_r": pa.array(right, pa.binary())}
    )
    steps = [Level(f"{bound}", dice("name", bound)) for bound in BOUNDS]
    compared = Comparison("name", ("name",), (*steps, Level("different", "ELSE")))
    levels, pairs = levelled([compared], values)
    found = levels.gamma(0, pairs)
    with duckdb.connect() as connection:
        connection.register("pairs", values)
        said = connection.sql(f"SELECT {compared.gamma_sql()} FROM pairs").fetchall()
    assert found.tolist() == [gamma for (gamma,) in said]
    assert set(found) == set(range(len(BOUNDS) + 1))


def test_a_coefficient_that_is_just_the_bound_reaches_it():
    both = np.zeros((2, 512), bool)
    both[0, :20], both[1, 3:23] = True, True  # 17 of 20 and 20: 34 / 40 = .85
    made = Filters.of(pa.array([np.packbits(row).tobytes() for row in both], pa.binary()))
    pair = np.array([0]), np.array([1])
    assert alike([made, made], pair, [Fraction("0.85"), Fraction("0.8501")]).tolist() == [1]


def test_the_bound_on_bits_loses_no_pair():
    made = Filters.of(
        pa.array([f for side in filters(100) for f in side if f is not None], pa.binary())
    )
    one, other = (each.ravel() for each in np.indices((len(made.n), len(made.n))))
    for bound in (Fraction("0.5"), Fraction("0.9")):
        reached = alike([made, made], (one, other), [bound]) == 1
        assert reached.any()
        assert not (reached & ~maybe_alike([made, made], (one, other), bound)).any()


def test_conditions_on_filters_are_recognised():
    assert read_condition(dice("name", 0.85), HELD) == Dice("name_l", "name_r", Fraction("0.85"))
    assert read_condition(differ("sex", "sex"), HELD) == Differ("sex_l", "sex_r")
    crossed = dice("name", 0.85).replace("name_r", "other_r")
    assert read_condition(crossed, HELD) == Dice("name_l", "other_r", Fraction("0.85"))
    half = dice("name", 0.85).replace('+ bit_count("name_r"', '+ bit_count("other_r"')
    assert isinstance(read_condition(half, HELD), Sql)
    assert isinstance(read_condition(dice("text", 0.85), HELD), Sql)


@pytest.mark.parametrize("sex_r", [7, 8, None])
def test_different_and_equal_both_need_values(levelled, sex_r):
    values = pa.table(
        {"sex_l": pa.array([7], pa.uint64()), "sex_r": pa.array([sex_r], pa.uint64())}
    )
    levels = (Level("equal", equal("sex")), Level("differ", differ("sex", "sex")))
    compared = Comparison("sex", ("sex",), (*levels, Level("neither", "ELSE")))
    opened, pairs = levelled([compared], values)
    assert opened.gamma(0, pairs).tolist() == [{7: 2, 8: 1, None: 0}[sex_r]]
