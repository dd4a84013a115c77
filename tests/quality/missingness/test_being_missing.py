"""Who lacks a variable more often, beside shares worked by hand and statsmodels."""

import numpy as np
import pytest
import statsmodels.api as models

from quality import measures
from quality.drawn import Drawn
from quality.missingness.being_missing import being_missing

CELLS = {
    ("F", "old"): (40, 12),
    ("F", "new"): (60, 6),
    ("M", "old"): (50, 10),
    ("M", "new"): (50, 3),
}
"""Records of each sex and age, and those that lack the variable."""


@pytest.fixture
def made(made_run):
    def make(**groups):
        run = made_run(
            groups=groups,
            missingness={"variables": [{"source": "a", "column": "event"}]},
        )
        rows = [
            {
                "group_sex": sex,
                "group_age": age,
                "missing_variable_event": "not_answered" if at < k else reason,
            }
            for (sex, age), (n, k) in CELLS.items()
            for at in range(n)
            for reason in ["does_not_apply" if at == n - 1 else None]
        ]
        run.source("a", [{"id": f"a{at}", **row} for at, row in enumerate(rows)])
        run.source("b", [{"id": "b0", "missing_surname": None}])
        return list(being_missing(run.workspace, run.config, Drawn()))

    return make


def characteristic(name):
    return {"source": "a", "column": name}


def test_with_one_characteristic_the_effect_is_the_difference_of_shares(made):
    (row,) = made(sex=characteristic("sex"))
    shares = {"F": 18.5 / 101, "M": 13.5 / 101}  # half a record is added to either side
    assert (row.group, row.reference) in {("F", "M"), ("M", "F")}
    assert row.estimate == pytest.approx(shares[row.group] - shares[row.reference], abs=1e-4)
    assert (row.p_adjusted, row.finding, row.n_records) == (None, None, 100)


def test_with_two_the_effects_are_those_of_statsmodels(made):
    rows = {r.characteristic: r for r in made(sex=characteristic("sex"), age=characteristic("age"))}
    cells = np.array(
        [(sex == "F", age == "old", n, k) for (sex, age), (n, k) in CELLS.items()], dtype=float
    )
    design = models.add_constant(cells[:, :2])
    found = models.GLM(
        np.column_stack([cells[:, 3], cells[:, 2] - cells[:, 3]]),
        design,
        models.families.Binomial(),
    ).fit()
    for at, (name, group) in enumerate((("sex", "F"), ("age", "old"))):
        ends = []
        for value in (1.0, 0.0):
            moved = design.copy()
            moved[:, 1 + at] = value
            ends.append(np.average(found.predict(moved), weights=cells[:, 2]))
        sign = 1 if rows[name].group == group else -1
        # the product's model is penalised: half a record in two hundred
        assert sign * rows[name].estimate == pytest.approx(ends[0] - ends[1], abs=0.005)


def test_a_characteristic_of_the_variables_own_column_is_left_out(made):
    rows = made(sex=characteristic("event"), age=characteristic("age"))
    assert {row.characteristic for row in rows} == {"age"}


def test_what_is_said_of_chance_beyond_the_records_is_said(made):
    (row,) = made(sex=characteristic("sex"))
    assert row.measure == measures.MISSING_AME
    assert "cannot be tested" in row.assumptions[1]
