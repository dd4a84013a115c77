import numpy as np
import pytest

from linkage.model.source_pairs import SourcePair, SourceSize
from quality import measures
from quality.errors.drawn_rates import Draws, drawn_rates
from quality.errors.record_groups import RecordGroups

LEFT, RIGHT = SourceSize("a", 0, 4, True), SourceSize("b", 4, 5, True)
PAIR = SourcePair(LEFT, RIGHT)
LINKS = np.array([[0, 4], [1, 5], [2, 6]])  # record 3 is not linked
# draw 1 is as the links; in 2 record 1 has no partner; in 3 record 0 has another, and 3 has one
DRAWS = Draws(3, np.array([2, 3, 3]), np.array([1, 0, 3]), np.array([-1, 8, 4]))
OF_A = RecordGroups("sex", ("F", "M"), np.array([0, 0, 1, 1]))


def test_rates_by_group_of_the_side_that_draws():
    found = drawn_rates(DRAWS, LINKS, PAIR, OF_A, "a")
    assert found.precision == pytest.approx(np.array([[1, 1], [0.5, 1], [0.5, 1]]))
    assert found.expected == pytest.approx(np.array([[2, 1], [1, 1], [2, 2]]))
    assert found.recall_in_blocks == pytest.approx(np.array([[1, 1], [1, 1], [0.5, 0.5]]))
    assert found.of_group(1)[measures.EXPECTED_MATCHES] == pytest.approx([1, 1, 2])


def test_rates_by_group_of_the_other_side():
    of_b = RecordGroups("sex", ("F", "M"), np.array([0, 0, 1, 1, 1]))
    found = drawn_rates(DRAWS, LINKS, PAIR, of_b, "b")
    assert found.expected == pytest.approx(np.array([[2, 1], [1, 1], [2, 2]]))
    assert found.precision[2] == pytest.approx([0.5, 1])


def test_a_group_without_links_has_no_precision():
    groups = RecordGroups("sex", ("F", "M"), np.array([0, 0, 0, 1]))
    found = drawn_rates(DRAWS, LINKS, PAIR, groups, "a")
    assert np.isnan(found.precision[:, 1]).all()
    assert found.recall_in_blocks[2, 1] == 0
