import numpy as np
import pytest

from synthetic_data.people.figures import table
from synthetic_data.people.outcomes import draw_outcomes
from synthetic_data.people.population import NAMES

N = 200_000


@pytest.fixture(scope="module")
def drawn():
    """Outcomes of people whose characteristics go with nothing, four to a household."""
    rng = np.random.default_rng(3)
    codes = {
        name: rng.integers(0, len(NAMES[name]), N).astype(np.int8)
        for name in ("sex", "ethnicity", "disability", "deprivation")
    }
    ages = rng.integers(-1, 100, N)
    return codes, ages, draw_outcomes(codes, ages, np.arange(N) // 4, rng)


def effects(codes, rows, values, written):
    """Return each effect as estimated and as written."""
    columns = {"deprivation": codes["deprivation"][rows] - 4.5}
    for name in ("sex", "ethnicity", "disability"):
        for position, code in enumerate(NAMES[name]):
            if code in written[name]:
                columns[name, code] = (codes[name][rows] == position).astype(float)
    asked = [written["deprivation"]] + [written[name][code] for name, code in list(columns)[1:]]
    design = np.column_stack([np.ones(rows.sum()), *columns.values()])
    return np.linalg.lstsq(design, values, rcond=None)[0][1:], np.asarray(asked)


def test_the_effects_on_income_are_those_written(drawn):
    codes, ages, outcomes = drawn
    written, rows = table("outcomes")["income"], ages >= 16
    of_age = written["age"]["bend"] * (ages[rows] - written["age"]["peak"]) ** 2
    found, asked = effects(codes, rows, np.log(outcomes["income"][rows]) - of_age, written)
    np.testing.assert_allclose(found, asked, atol=0.04)


def test_the_effects_on_the_exam_are_those_written(drawn):
    codes, ages, outcomes = drawn
    rows = (ages >= 16) & (ages <= 18)
    written = table("outcomes")["exam_score"]
    found, asked = effects(codes, rows, outcomes["exam_score"][rows], written)
    np.testing.assert_allclose(found, asked, atol=3.5)


def test_people_of_a_household_are_alike(drawn):
    outcomes = drawn[-1]
    score = np.log(outcomes["income"]).reshape(-1, 4)
    known = np.isfinite(score[:, :2]).all(axis=1)
    written = table("outcomes")["income"]
    assert np.corrcoef(score[known, :2].T)[0, 1] > 0.5 * written["household"] ** 2


def test_the_odds_of_a_condition_are_those_written(drawn):
    codes, ages, outcomes = drawn
    has = outcomes["long_term_condition"]
    means = [
        has[(ages == 50) | (ages == 51)][
            codes["disability"][(ages == 50) | (ages == 51)] == code
        ].mean()
        for code in range(4)
    ]
    assert means[0] > means[1] > means[2] > means[3] > 0.1
    assert has[ages > 80].mean() > has[(ages >= 0) & (ages < 20)].mean() + 0.2


def test_outcomes_stand_where_they_apply_and_nowhere_else(drawn):
    _, ages, outcomes = drawn
    applies = {
        "income": ages >= 16,
        "long_term_condition": ages >= 0,
        "exam_score": (ages >= 16) & (ages <= 18),
    }
    for name, values in outcomes.items():
        assert (np.isfinite(values) == applies[name]).all(), name
