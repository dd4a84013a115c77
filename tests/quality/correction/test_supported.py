"""Which figures of an analysis tell of too few people."""

import numpy as np
import pytest

from linkage.config.schema import Analysis
from quality.correction.linked import Linked
from quality.correction.supported import held_back, means_of, people_of_coefficients

OUTCOME = {"source": "b", "column": "y"}


def means(y, group, names=("F", "M", "X"), name="mean", by="sex"):
    group = np.asarray(group)
    x = (group[:, None] == np.arange(len(names))).astype(float)
    analysis = Analysis.model_validate({"name": name, "kind": "mean", "outcome": OUTCOME, "by": by})
    return means_of(analysis, Linked(names, x, np.asarray(y, float), group, names, np.ones(len(y))))


def shares(*counts, **changes):
    """Means of an outcome of 0 and 1, of groups given as (with it, without)."""
    y = [value for k, rest in counts for value in [1] * k + [0] * rest]
    group = [at for at, each in enumerate(counts) for _ in range(sum(each))]
    return means(y, group, **changes)


def test_a_share_of_few_takes_another_group_along():
    assert held_back([shares((3, 97), (40, 60), (30, 70))], 10) == {("mean", "F"), ("mean", "X")}
    assert held_back([shares((30, 70), (40, 60), (30, 70))], 10) == frozenset()


def test_analyses_of_one_outcome_are_of_the_same_people():
    by_sex = shares((60, 140), (40, 60), names=("F", "M"))
    by_age = shares((3, 97), (97, 103), names=("young", "old"), name="other", by="age")
    assert held_back([by_sex, by_age], 10) == {("other", "young"), ("other", "old")}


def test_an_amount_that_one_person_makes_up_is_held_back():
    y = [10_000.0] + [1.0] * 99 + [20.0] * 100 + [30.0] * 100
    found = held_back([means(y, [0] * 100 + [1] * 100 + [2] * 100)], 10)
    # and another with it: the mean of all would give it back; it is dominated too
    assert ("mean", "F") in found
    assert len(found) >= 2


def regression(x, y):
    x = np.column_stack([np.ones(len(y)), np.asarray(x, float)])
    zeros = np.zeros(len(y), dtype=np.int64)
    names = tuple(map(str, range(x.shape[1])))
    return Linked(names, x, np.asarray(y, float), zeros, (None,), np.ones(len(y)))


def test_a_coefficient_needs_degrees_of_freedom():
    assert people_of_coefficients(regression(np.arange(11.0), np.arange(11.0))) == [0, 0]
    assert min(people_of_coefficients(regression(np.arange(60.0), np.arange(60.0)))) > 10


@pytest.mark.parametrize(("k", "people"), [(3, 3), (40, 40)])
def test_a_coefficient_of_a_group_rests_on_the_fewest_of_its_four_counts(k, people):
    x = [1] * 100 + [0] * 300
    y = [1] * k + [0] * (100 - k) + [1] * 150 + [0] * 150
    assert people_of_coefficients(regression(np.array(x)[:, None], y))[1] == people


def test_a_saturated_regression_is_a_table_of_its_cells():
    x = np.array([[1, 0]] * 5 + [[0, 1]] * 200 + [[0, 0]] * 200)
    y = np.tile([1.0, 2, 3, 4, 5], 81)
    assert people_of_coefficients(regression(x, y)) == [5, 5, 5]
    # with a column of amounts it is none
    x = np.column_stack([x, np.arange(405) + 1.5])
    assert people_of_coefficients(regression(x, y))[2] == 200
