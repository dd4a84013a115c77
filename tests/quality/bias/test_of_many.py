"""A review's draws as those of many records: chance between groups counts too."""

import numpy as np
import pytest

from quality import measures
from quality.bias.of_many import of_many
from quality.drawn import CellDraws, gathered

FLAT = {
    measures.COVERAGE: np.full(20_000, 0.9),
    measures.RECALL: np.full(20_000, 0.8),
    measures.PRECISION: np.full(20_000, 0.96),
}


def _drawn(method):
    points = {name: float(values[0]) for name, values in FLAT.items()}
    cell = [CellDraws("b", "sex", "F", points, FLAT)]
    return gathered(method, cell, gathered(method, cell))


def test_a_group_reviewed_whole_keeps_the_chance_of_its_records():
    wide = of_many(_drawn(measures.REVIEW), {("sex", "F"): 200, (None, None): 1_000}, seed=1)
    recall = wide.of(measures.RECALL, "b", "sex", "F")
    assert recall.mean() == pytest.approx(0.8, abs=0.01)
    assert recall.std() == pytest.approx(np.sqrt(0.8 * 0.2 / (0.9 * 200)), rel=0.03)
    precision = wide.of(measures.PRECISION, "b", "sex", "F")
    links = 0.9 * 200 * 0.8 / 0.96
    assert precision.std() == pytest.approx(np.sqrt(0.96 * 0.04 / links), rel=0.06)
    outside = wide.rest.of(measures.RECALL, "b", "sex", "F")
    assert outside.std() == pytest.approx(np.sqrt(0.8 * 0.2 / (0.9 * 800)), rel=0.03)


def test_truth_has_that_chance_already():
    drawn = _drawn(measures.TRUTH)
    assert of_many(drawn, {}, seed=1) is drawn
