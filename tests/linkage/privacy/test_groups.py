"""Groups that leave: no joint cell is small, and what is lost is said."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.groups import coarsen

TREE = {"Indian": "Asian", "Chinese": "Asian", "Irish": "White", "British": "White"}


def cells(coarsened):
    lists = [column.to_pylist() for column in coarsened.columns.values()]
    return Counter(zip(*lists, strict=True))


def columns(*rows):
    names = [f"g{i}" for i in range(len(rows[0][0]))]
    values = [row for row, n in rows for _ in range(n)]
    lists = zip(*values, strict=True)
    return {name: pa.array(each, pa.string()) for name, each in zip(names, lists, strict=True)}


def test_groups_that_are_large_enough_leave_as_they_are():
    given_columns = columns((("F", "Indian"), 10), (("M", "Irish"), 12))
    found = coarsen(given_columns, {"g1": TREE}, 10)
    assert cells(found) == {("F", "Indian"): 10, ("M", "Irish"): 12}
    assert found.rolled_up == ()
    assert found.withheld == {"g0": 0, "g1": 0}
    assert found.labels == {"g0": ("F", "M"), "g1": ("Indian", "Irish")}


def test_a_characteristic_is_rolled_up_along_its_tree_before_anything_is_withheld():
    given_columns = columns((("F", "Indian"), 30), (("F", "Chinese"), 4), (("F", "British"), 40))
    found = coarsen(given_columns, {"g1": TREE}, 10)
    assert cells(found) == {("F", "Asian"): 34, ("F", "White"): 40}
    assert found.rolled_up == ("g1",)
    assert found.hardest_hit == {}


def test_a_small_joint_cell_of_large_groups_is_found():
    """Each group by itself is large; only both together are few."""
    given_columns = columns((("F", "a"), 50), (("M", "b"), 50), (("F", "b"), 3))
    found = coarsen(given_columns, {}, 10)
    assert cells(found) == {("F", "a"): 50, ("M", "b"): 43, (None, "b"): 10}


def test_a_label_that_is_withheld_does_not_stay_in_the_dictionary():
    """A Parquet file holds all of it, in whatever order."""
    given_columns = columns((("F", "b"), 30), (("F", "rare"), 1), (("F", "a"), 30))
    found = coarsen(given_columns, {}, 10)
    assert found.columns["g1"].dictionary.to_pylist() == ["a", "b"]
    assert cells(found)["F", "a"] + cells(found)["F", "b"] < 61


def test_few_lost_codes_cost_less_than_a_whole_characteristic():
    """Five of 405 would be rolled up with everyone; instead they and five others lose one code."""
    given_columns = columns(
        (("F", "Irish"), 400), (("M", "Irish"), 5), (("F", "Indian"), 400), (("M", "Indian"), 400)
    )
    found = coarsen(given_columns, {"g1": TREE}, 10)
    assert found.rolled_up == ()
    assert cells(found) == {
        ("F", "Irish"): 395,
        (None, "Irish"): 10,
        ("F", "Indian"): 400,
        ("M", "Indian"): 400,
    }
    assert found.hardest_hit["g0"] == ("M", pytest.approx(5 / 405))


def test_what_is_withheld_is_said_and_for_whom():
    found = coarsen(columns((("a",), 90), (("b",), 4), (("c",), 6)), {}, 10)
    assert cells(found) == {("a",): 90, (None,): 10}
    assert found.withheld == {"g0": pytest.approx(0.1)}
    assert found.hardest_hit == {"g0": ("b", 1.0)}


def test_those_without_any_code_are_joined_by_some_of_the_largest_cell():
    found = coarsen(columns((("a",), 90), (("b",), 20), (("c",), 4)), {}, 10)
    assert cells(found) == {("a",): 84, ("b",): 20, (None,): 10}


def test_the_whole_smallest_cell_joins_them_where_none_can_spare_any():
    found = coarsen(columns((("a",), 15), (("b",), 12), (("c",), 2)), {}, 10)
    assert cells(found) == {("a",): 15, (None,): 14}


def test_a_source_of_fewer_than_the_threshold_tells_no_group():
    assert cells(coarsen(columns((("a", "x"), 4), (("b", "x"), 3)), {}, 10)) == {(None, None): 7}


def test_no_groups_are_no_columns():
    assert coarsen({}, {}, 10).columns == {}


_VALUES = st.tuples(
    st.sampled_from(["F", "M", None]),
    st.sampled_from([*TREE, "Other", None]),
    st.sampled_from(["0-15", "16-64", "65+"]),
)


@given(st.lists(_VALUES, min_size=1, max_size=300), st.integers(1, 12))
def test_no_joint_cell_is_small_and_no_code_is_invented(rows, threshold):
    given_columns = columns(*((row, 1) for row in rows))
    found = coarsen(given_columns, {"g1": TREE}, threshold)
    counted = cells(found)
    if len(rows) >= threshold:
        assert min(counted.values()) >= threshold
    else:
        assert set(counted) == {(None, None, None)}
    for name, column in found.columns.items():
        for before, after in zip(given_columns[name].to_pylist(), column.to_pylist(), strict=True):
            assert after in {None, before, TREE.get(before)}
