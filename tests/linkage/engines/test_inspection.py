import pytest

from linkage.model.comparisons import Comparison, Level

ABOUT = {"record_id": "1", "fold": 3, "missing_sex": None, "group_sex": "F", "sex": "F"}
THREE = {
    "a": [{**ABOUT, "town": "X"}],
    "b": [{**ABOUT, "street": "Y"}],
    "c": [{"town": "X", "sex": "F"}],
}


def test_columns_are_shared_where_two_sources_hold_them(inspection_of):
    assert inspection_of(THREE).shared_columns() == ("sex", "town")
    assert inspection_of(THREE, "deduplicate").shared_columns() == ("sex", "town", "street")


def test_the_types_of_all_columns_are_told(inspection_of):
    seen = inspection_of({"a": [{"x": "1"}], "b": [{"x": "2", "y": 1.5}]})
    assert seen.types == {"record": "INTEGER", "x": "VARCHAR", "y": "DOUBLE"}


@pytest.mark.parametrize(
    ("one", "other", "constant"),
    [
        (["1", "1"], ["1", None], True),
        (["1", "1"], ["2", None], False),
        (["1", "2"], [None, None], False),
        ([None, None], [None, None], True),
        ([7, 7], [7, 7], True),
        ([7, 7], [7, 8], False),
        ([["a"], ["a"]], [["a"], None], True),
        ([["a"], ["a"]], [["a", "b"], None], False),
    ],
)
def test_a_column_is_constant_over_all_sources_together(inspection_of, one, other, constant):
    sources = {"a": [{"x": v} for v in one], "b": [{"x": v, "y": "1"} for v in other]}
    assert inspection_of(sources).constant(("x",)) == ({"x"} if constant else set())
    assert inspection_of(sources).constant(("x", "y")) >= {"y"}


def test_conditions_that_the_database_does_not_understand(inspection_of, sources, compared):
    seen = inspection_of(sources)
    assert all(seen.understands(c) for c in compared)
    for sql in ("nobody_l = nobody_r", "first_name_l ==== 2", "birth_year_l = 'x' || []"):
        levels = (Level("condition", sql), Level("different", "ELSE"))
        assert not seen.understands(Comparison("c", ("first_name", "birth_year"), levels))
    assert not seen.understands(Comparison("c", (), (Level("missing", "", missing=True),)))
