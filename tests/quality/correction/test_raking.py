"""Raking where it has no solution."""

import numpy as np

from quality.correction.raking import Margin, raked


def test_totals_that_contradict_each_other_are_missed_and_said_so():
    # all of one group's links are in the other characteristic's first group, whose total is less
    weight = np.array([5.0, 0.0, 0.0, 5.0])
    margins = [
        Margin(np.array([0, 0, 1, 1]), np.array([90.0, 10.0])),
        Margin(np.array([0, 1, 0, 1]), np.array([10.0, 90.0])),
    ]
    factor, missed = raked(weight, margins)
    assert np.isfinite(factor).all()
    assert (factor[1], factor[2]) == (1.0, 1.0)
    assert missed > 1
