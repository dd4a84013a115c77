import numpy as np
import pytest

from linkage.disclosure import is_dominated


@pytest.mark.parametrize(
    ("values", "dominated"),
    [
        ([50.0, 41, 9], True),  # two hold 91 %
        ([50.0, 40, 10], False),  # two hold 90 %, and the third is a fifth of the first
        ([-50.0, 41, 9], True),  # sizes count
        ([5.0, 5], True),  # two alone
        ([7.0], True),
        ([0.0, 0, 0], False),  # nobody has any
        ([1.0] * 30, False),
    ],
)
def test_two_people_may_not_make_up_a_total(values, dominated):
    assert is_dominated(np.array(values)) is dominated


def test_the_second_may_not_place_the_first_within_a_tenth():
    # the others are 9.9 % of the largest, and yet the two largest hold less than 96 % of it all
    assert is_dominated(np.array([100.0, 1.0, *[0.099] * 100]))
