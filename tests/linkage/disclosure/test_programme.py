"""Values that sum to zero: the least of them, and no search beyond what is asked."""

import numpy as np
import pytest
import scipy

from linkage.disclosure.programme import Programme

FREE = (np.full(3, -np.inf), np.full(3, np.inf))


def programme(limits, rows=((1.0, 1.0, -1.0),)):
    matrix = np.array(rows).reshape(-1, 3)
    return Programme(scipy.sparse.csc_array(matrix), limits)


@pytest.mark.parametrize("rows", [((1.0, 1.0, -1.0),), ()])
def test_values_without_limit_are_sought_as_far_as_asked(rows):
    values = programme(FREE, rows).least(np.array([-1.0, 0.0, 0.0]), 7.0)
    assert values[0] == pytest.approx(7)
    assert np.isfinite(values).all()


def test_nearer_limits_hold():
    low, high = np.array([-2.0, -1.0, -30.0]), np.array([2.0, 1.0, 30.0])
    made = programme((low, high))
    assert made.least(np.array([0.0, 0.0, -1.0]), 100.0)[2] == pytest.approx(3)
    assert made.least(np.array([0.0, 0.0, 1.0]), 2.5)[2] == pytest.approx(-2.5)


def test_what_is_asked_of_one_value_is_forgotten_for_the_next():
    made = programme(FREE)
    made.least(np.array([-1.0, 0.0, 0.0]), 7.0)
    assert made.least(np.array([0.0, 0.0, -1.0]), 50.0)[2] == pytest.approx(50)
    assert made.least(np.array([1.0, 0.0, 0.0]), 90.0)[0] == pytest.approx(-90)


def test_within_keeps_some_values_near_whatever_is_asked():
    made = programme(FREE).within(np.array([0, 1]), 4.0)
    assert made.least(np.array([0.0, 0.0, -1.0]), 100.0)[2] == pytest.approx(8)
