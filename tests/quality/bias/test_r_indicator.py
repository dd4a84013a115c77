"""R-indicators by their definition, record by record, and by simulation."""

import numpy as np
import pytest

from quality.bias.cells import Cells, Factor
from quality.bias.r_indicator import propensities
from quality.proportion import normal_quantile


def factor(name, groups, code):
    return Factor(name, tuple(groups), np.asarray(code, dtype=np.int64), 0)


@pytest.fixture
def found():
    """Three ethnic groups by two sexes, the chances far apart."""
    cells = Cells(
        (factor("race", "ABC", [0, 0, 1, 1, 2, 2]), factor("sex", "FM", [0, 1, 0, 1, 0, 1])),
        np.array([500.0, 450, 200, 220, 60, 70]),
        np.array([460.0, 400, 150, 150, 40, 41]),
    )
    return propensities(cells)


def records(found):
    """Return chance, race and sex of every record."""
    n = found.cells.n.astype(int)
    race, sex = (np.repeat(each.code, n) for each in found.cells.factors)
    return np.repeat(found.fitted.chance, n), race, sex


def test_the_indicator_is_one_less_twice_the_spread_of_chances(found):
    chance, _, _ = records(found)
    assert found.variance == pytest.approx(chance.var(ddof=1))
    assert found.mean == pytest.approx(found.cells.k.sum() / found.cells.n.sum(), abs=1e-6)
    kept = 1 - found.bias / chance.var(ddof=1)
    assert found.r_indicator(0.95).value == pytest.approx(1 - 2 * np.sqrt(found.variance * kept))
    assert found.variation(0.95).value == pytest.approx(
        np.sqrt(found.variance * kept) / chance.mean()
    )


def test_parts_between_and_within_make_up_the_spread(found):
    chance, race, sex = records(found)
    between = np.array([chance[race == at].mean() for at in range(3)])[race] - chance.mean()
    unconditional = found.unconditional("race", 0.95).value
    assert unconditional**2 == pytest.approx((between**2).mean() * found.kept)
    others = np.array([chance[sex == at].mean() for at in range(2)])[sex]
    conditional = found.conditional("race", 0.95).value
    assert conditional**2 == pytest.approx(((chance - others) ** 2).mean() * found.kept)


def test_squares_of_the_groups_add_up_to_those_of_the_characteristic(found):
    groups = found.by_group("race", 0.95)
    assert [each.value > 0 for each in groups] == [True, False, False]
    total = sum(each.value**2 for each in groups)
    assert total == pytest.approx(found.unconditional("race", 0.95).value ** 2 / found.kept)
    within = found.conditional_by_group("race", 0.95)
    assert all(each.lower >= 0 for each in within)
    total = sum(each.value**2 for each in within)
    assert total == pytest.approx(found.conditional("race", 0.95).value ** 2 / found.kept)


def test_alike_chances_are_1_however_few_records():
    random = np.random.default_rng(2)
    cells = (factor("race", "ABCDEF", np.arange(6)),)
    n = np.full(6, 40.0)
    values = [
        propensities(Cells(cells, n, random.binomial(40, 0.8, 6).astype(float))).r_indicator(0.95)
        for _ in range(300)
    ]
    plain = [
        1 - 2 * np.sqrt(propensities(Cells(cells, n, random.binomial(40, 0.8, 6) * 1.0)).variance)
        for _ in range(300)
    ]
    # left as it is, chance alone would take .12 off an indicator that is 1
    assert np.mean(plain) < 0.89
    assert np.mean([each.value for each in values]) > 0.93


def test_limits_cover_and_standard_errors_are_those_of_repeats():
    random = np.random.default_rng(3)
    factors = (factor("race", "ABC", [0, 0, 1, 1, 2, 2]), factor("sex", "FM", [0, 1] * 3))
    n = np.array([3000.0, 2800, 900, 1000, 400, 420])
    chance = np.array([0.93, 0.91, 0.84, 0.81, 0.7, 0.65])
    share = n / n.sum()
    truth = propensities(Cells(factors, n, n * chance))
    mean = share @ truth.fitted.chance
    true = 1 - 2 * np.sqrt(share @ (truth.fitted.chance - mean) ** 2)
    found = [
        propensities(Cells(factors, n, random.binomial(n.astype(int), chance).astype(float)))
        for _ in range(200)
    ]
    intervals = [each.r_indicator(0.95) for each in found]
    assert np.mean([each.lower <= true <= each.upper for each in intervals]) > 0.9
    error = np.mean([each.half_width for each in intervals]) / normal_quantile(0.95)
    assert error == pytest.approx(np.std([each.value for each in intervals]), rel=0.2)
    parts = np.array([[p.half_width for p in each.by_group("race", 0.95)] for each in found])
    values = np.array([[p.value for p in each.by_group("race", 0.95)] for each in found])
    assert parts.mean(axis=0) / 1.96 == pytest.approx(values.std(axis=0), rel=0.2)
    inside = np.array([[p.value for p in e.conditional_by_group("sex", 0.95)] for e in found])
    reach = np.array([[p.half_width for p in e.conditional_by_group("sex", 0.95)] for e in found])
    assert (reach.mean(axis=0) / 1.96 > 0.8 * inside.std(axis=0)).all()
