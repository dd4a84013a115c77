import numpy as np
import pytest

from linkage.model.comparisons import Comparison, Level
from linkage.model.parameters import Parameters, exact_frequency, pattern_weights, start

NAME = Comparison(
    "name",
    ("name",),
    (
        Level("missing", "FALSE", missing=True),
        Level("equal", "TRUE", term_frequency="name"),
        Level("close", "TRUE"),
        Level("different", "ELSE"),
    ),
)
SEX = Comparison("sex", ("sex",), (Level("equal", "TRUE"), Level("different", "ELSE")))
PARAMETERS = Parameters(
    (np.array([0.125, 0.125, 0.75]), np.array([0.1, 0.9])),
    (np.array([0.5, 0.25, 0.25]), np.array([0.5, 0.5])),
)
GAMMAS = np.array([[2, 1], [0, 0], [-1, 1], [1, -1], [-1, -1]])


def test_weights_add_and_missing_says_nothing():
    name, sex = np.log2([3, 0.25, 1, 0.5, 1]), np.log2([1.8, 0.2, 1.8, 1, 1])
    assert pattern_weights(PARAMETERS, GAMMAS) == pytest.approx(name + sex)
    assert pattern_weights(PARAMETERS, GAMMAS, [0]) == pytest.approx(name)
    assert pattern_weights(PARAMETERS, GAMMAS, []).tolist() == [0] * 5


def test_frequency_takes_the_place_of_u_at_the_levels_that_have_one():
    comparisons = (NAME, SEX)
    assert exact_frequency(PARAMETERS, comparisons, GAMMAS).tolist() == [-2, 0, 0, 0, 0]
    assert exact_frequency(PARAMETERS, comparisons, GAMMAS, [1]).tolist() == [0] * 5


def test_training_starts_from_agreement():
    made = start((NAME, SEX), PARAMETERS.u)
    assert made.m[0] == pytest.approx([0.1 / 3, 0.2 / 3, 0.9])
    assert made.m[1] == pytest.approx([0.1, 0.9])
