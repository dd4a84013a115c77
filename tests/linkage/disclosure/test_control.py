import pyarrow as pa
import pytest

from linkage.disclosure import Equation, control, feasible_range, suppress, to_base


def table(rows):
    return pa.Table.from_pylist(rows)


def test_counts_are_rounded_to_the_base_halves_up():
    assert [to_base(count, 5) for count in (0, 2, 3, 12, 13, 17, 18)] == [0, 0, 5, 10, 15, 15, 20]
    assert [to_base(count, 4) for count in (1, 2, 6)] == [0, 4, 8]
    assert [to_base(count, 1) for count in (7, 11)] == [7, 11]


def test_a_small_count_and_the_next_smallest_are_held_back_and_the_rest_rounded():
    found = control(
        table(
            [
                {"g": None, "n": 128},
                *({"g": g, "n": n} for g, n in zip("abc", (3, 52, 73), strict=True)),
            ]
        ),
        threshold=10,
        rounding=5,
        total="g",
    )
    assert found["n"].to_pylist() == [130, None, None, 75]
    assert found["status"].to_pylist() == ["ok", "suppressed", "suppressed", "ok"]


def test_without_a_published_total_only_small_counts_are_held_back():
    found = control(table([{"n": 3}, {"n": 52}]), threshold=10, rounding=5)
    assert found["n"].to_pylist() == [None, 50]


def test_a_share_whose_rest_is_small_is_held_back_with_its_numerator():
    rows = [{"g": g, "k": k, "n": n} for g, k, n in (("a", 96, 100), ("b", 50, 100))]
    found = control(table(rows), threshold=10, rounding=5, counts=("k", "n"), share_of={"k": "n"})
    assert found["k"].to_pylist() == [None, 50]
    assert found["n"].to_pylist() == [100, 100]
    assert found["status"].to_pylist() == ["suppressed", "ok"]


def test_totals_of_the_rest_are_minded_as_well():
    rows = [
        {"g": None, "k": 246, "n": 300},
        {"g": "a", "k": 96, "n": 100},
        {"g": "b", "k": 70, "n": 100},
        {"g": "c", "k": 80, "n": 100},
    ]
    found = control(
        table(rows), threshold=10, rounding=5, counts=("k", "n"), total="g", share_of={"k": "n"}
    )
    assert found["k"].to_pylist() == [245, None, None, 80]


def test_tables_beside_each_other_do_not_mix():
    rows = [
        {"t": t, "g": g, "n": n}
        for t, g, n in (
            ("x", None, 55),
            ("x", "a", 5),
            ("x", "b", 50),
            ("y", None, 90),
            ("y", "a", 40),
            ("y", "b", 50),
        )
    ]
    found = control(table(rows), threshold=10, rounding=1, within=("t",), total="g")
    assert found["n"].to_pylist() == [55, None, None, 90, 40, 50]


def test_a_missing_count_stays_missing():
    rows = pa.table({"g": [None, "a", "b"], "n": pa.array([50, None, 50], pa.int64())})
    found = control(rows, threshold=10, rounding=5, total="g")
    assert found["n"].to_pylist() == [50, None, 50]


def test_range_is_what_the_published_sums_leave_open():
    counts = {"a": 4, "b": 30, "c": 20, "total": 54}
    equations = [Equation(("total",), ("a", "b", "c"))]
    assert feasible_range(counts, equations, {"a", "b"}, "a") == pytest.approx((0, 34))
    assert feasible_range(counts, equations, {"a"}, "a") == pytest.approx((4, 4))
    assert feasible_range(counts, equations, {"a", "b"}, "c") == (20, 20)
    assert feasible_range(counts, [], {"a"}, "a") == (0, float("inf"))


def test_an_equation_that_does_not_hold_is_refused():
    with pytest.raises(ValueError, match="does not hold"):
        suppress({"a": 4, "total": 9}, [Equation(("total",), ("a",))], 10)
