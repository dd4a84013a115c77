"""Models before their figures leave: nothing of them rests on a count that is held back."""

import numpy as np
import pytest

from quality.bias.cells import Cells, Factor
from quality.bias.logistic import fit
from quality.bias.main_effects import MainEffects
from quality.bias.marginal import marginal_effects
from quality.release.told_cells import told_cells
from quality.release.told_numbers import TOGETHER

AREA = Factor("area", ("n", "s"), np.array([0, 0, 0, 1, 1, 1]), 1)
RACE = Factor("race", ("a", "b", "c"), np.array([0, 1, 2, 0, 1, 2]), 0)
N = np.array([300.0, 30.0, 25.0, 400.0, 20.0, 40.0])
K = np.array([250.0, 22.0, 20.0, 350.0, 18.0, 25.0])
WHOLE = {(None, None): 685.0, ("area", "n"): 290.0, ("area", "s"): 395.0, ("race", "a"): 600.0}


def cells(k=K):
    return Cells((AREA, RACE), N, k)


def test_links_moved_between_groups_held_back_change_nothing():
    moved = K + np.array([0.0, 7.0, -7.0, 0.0, 0.0, 0.0])
    one, two = (told_cells(cells(k), WHOLE) for k in (K, moved))
    assert np.array_equal(one.k, two.k)
    assert one.of("race").groups == ("a", TOGETHER)


def test_the_sums_are_the_published_ones_and_the_model_is_that_of_the_exact_counts():
    every = WHOLE | {("race", "b"): 40.0, ("race", "c"): 45.0}
    every |= {("area", "n"): 292.0, ("area", "s"): 393.0}
    told = told_cells(cells(), every)
    assert told.of("race").sums(told.k) == pytest.approx([600, 40, 45], abs=1e-3)
    exact, again = (fit(MainEffects(each.factors), each.k, each.n) for each in (cells(), told))
    for one, two in zip(marginal_effects(exact, N), marginal_effects(again, told.n), strict=True):
        assert two.value == pytest.approx(one.value, abs=1e-6)


def test_without_a_published_sum_of_all_there_is_no_model():
    assert told_cells(cells(), {**WHOLE, (None, None): None}) is None
