import pyarrow as pa
import pytest

from linkage.runs.ascending import Ascending


@pytest.mark.parametrize(
    ("batches", "holds"),
    [
        pytest.param([[1, 2], [3], []], True, id="rising"),
        pytest.param([["10", "9"], ["é"]], True, id="text by its bytes"),
        pytest.param([[1, 2], [2, 3]], False, id="repeated across batches"),
        pytest.param([[1, 1]], False, id="repeated within one"),
        pytest.param([[2, 1], [3, 4]], False, id="falls, then rises"),
        pytest.param([[1, None], [3]], False, id="with a gap"),
        pytest.param([[1.0, 2.0]], False, id="floating point has values without order"),
    ],
)
def test_holds_while_each_value_tops_the_last(batches, holds):
    watched = Ascending()
    for batch in batches:
        watched.see(pa.array(batch))
    assert watched.holds is holds


def text(*values):
    return pa.array(values, pa.string())


def rows_rise(*batches):
    watched = Ascending()
    for batch in batches:
        watched.see(*batch)
    return watched.holds


def test_a_column_counts_where_those_before_it_are_equal():
    assert rows_rise((pa.array([1, 1, 2]), text("x", "y", "a")), (pa.array([2]), text("b")))
    assert not rows_rise((pa.array([1, 1]), text("x", "x")))
    assert not rows_rise((pa.array([1]), text("x")), (pa.array([1]), text("x")))
    assert not rows_rise((pa.array([2, 1]), text("x", "y")))


def coded(codes, values):
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), values)


def test_codes_rise_as_codes_while_they_stand_for_the_same():
    names = ["b", "a"]
    assert rows_rise((coded([0, 1], names), text("x", "x")), (coded([1], names), text("y")))
    assert not rows_rise((coded([1, 0], names), text("x", "y")))
    assert not rows_rise((coded([0], names), text("x")), (coded([1], ["a", "b"]), text("x")))
