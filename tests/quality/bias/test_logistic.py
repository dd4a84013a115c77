"""The model on cells against a second implementation that sees records."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit
from statsmodels.genmod.generalized_linear_model import GLM

from quality.bias.cells import Factor
from quality.bias.logistic import fit
from quality.bias.main_effects import MainEffects
from quality.bias.marginal import marginal_effects

SIZES, REFERENCES = (3, 2, 5), (0, 1, 2)


def factor(name, size, code, reference=0):
    return Factor(name, tuple(f"g{at}" for at in range(size)), code, reference)


@pytest.fixture(scope="module")
def cells():
    """Return a design of 80 cells, the same as a matrix, and k of n in each."""
    random = np.random.default_rng(1)
    codes = [random.integers(0, size, 80) for size in SIZES]
    made = zip("abc", SIZES, codes, REFERENCES, strict=True)
    design = MainEffects(tuple(factor(*each) for each in made))
    columns = [
        code == at
        for size, code, reference in zip(SIZES, codes, REFERENCES, strict=True)
        for at in range(size)
        if at != reference
    ]
    x = np.column_stack([np.ones(80), *columns]).astype(float)
    n = random.integers(5, 200, 80).astype(float)
    odds = 1 + 0.5 * (codes[0] == 1) - 0.4 * (codes[1] == 0) + 0.3 * codes[2]
    return design, x, random.binomial(n.astype(int), expit(odds)).astype(float), n


def test_sums_over_cells_are_those_of_the_matrix(cells):
    design, x, k, n = cells
    assert design.sums(k) == pytest.approx(x.T @ k)
    assert design.cross(n) == pytest.approx(x.T @ (x * n[:, None]))
    covariance = np.linalg.inv(x.T @ x)
    assert design.spread(covariance) == pytest.approx(np.einsum("ij,jk,ik->i", x, covariance, x))
    c = np.arange(x.shape[1], dtype=float)
    assert design.predictor(c) == pytest.approx(x @ c)
    assert design.names[:3] == ["all", "a: g1", "a: g2"]


def test_likelihood_alone_gives_the_coefficients_of_statsmodels(cells):
    design, x, k, n = cells
    fitted = fit(design, k, n, firth=False)
    other = GLM(np.column_stack([k, n - k]), x, family=sm.families.Binomial()).fit()
    assert fitted.coefficients == pytest.approx(other.params, abs=1e-5)
    assert fitted.covariance == pytest.approx(other.cov_params(), abs=1e-6)


def test_effect_of_two_groups_is_that_of_get_margeff(cells):
    """statsmodels moves a column at a time, which with two groups is moving from one to another."""
    design, x, k, n = cells
    rows = np.repeat(np.arange(len(n)), n.astype(int))
    linked = np.concatenate([[1] * int(a) + [0] * int(b - a) for a, b in zip(k, n, strict=True)])
    effects = sm.Logit(linked, x[rows]).fit(disp=0).get_margeff(at="overall", dummy=True)
    column = design.names.index("b: g0") - 1
    fitted = fit(design, k, n, firth=False)
    (effect,) = marginal_effects(fitted, n, "b")
    assert effect.value == pytest.approx(effects.margeff[column], abs=1e-7)
    error = effect.standard_error(fitted.covariance)
    assert error == pytest.approx(effects.margeff_se[column], rel=1e-5)


def test_effects_of_many_groups_are_differences_of_predictions(cells):
    """Value and gradient against predictions of statsmodels, every record moved to the group."""
    design, x, k, n = cells
    other = GLM(np.column_stack([k, n - k]), x, family=sm.families.Binomial()).fit()
    fitted = fit(design, k, n, firth=False)
    own = [at for at, name in enumerate(design.names) if name.startswith("c:")]

    def moved(params, column):
        to, base = x.copy(), x.copy()
        to[:, own] = base[:, own] = 0.0
        to[:, column] = 1.0
        return n @ (expit(to @ params) - expit(base @ params)) / n.sum()

    for effect, column in zip(marginal_effects(fitted, n, "c"), own, strict=True):
        assert effect.value == pytest.approx(moved(other.params, column), abs=1e-6)
        steps = 1e-5 * np.eye(len(other.params))
        slope = [
            (moved(other.params + s, column) - moved(other.params - s, column)) / 2e-5
            for s in steps
        ]
        assert effect.gradient == pytest.approx(slope, abs=1e-6)


def test_penalty_gives_one_characteristic_half_a_record_of_each_kind():
    design = MainEffects((factor("a", 3, np.arange(3)),))
    k, n = np.array([10.0, 0.0, 30.0]), np.array([10.0, 8.0, 50.0])
    fitted = fit(design, k, n)
    assert fitted.chance == pytest.approx((k + 0.5) / (n + 1), abs=1e-4)


def test_a_group_of_which_all_are_linked_has_limits_of_a_width():
    design = MainEffects((factor("a", 2, np.arange(2)),))
    n = np.array([400.0, 10.0])
    fitted = fit(design, np.array([380.0, 10.0]), n)
    (effect,) = marginal_effects(fitted, n)
    assert 0.04 < effect.standard_error(fitted.covariance) < 0.1


def test_characteristics_that_always_go_together_are_fitted():
    code = np.array([0, 1, 2, 0, 1, 2])
    design = MainEffects((factor("a", 3, code), factor("b", 3, code), factor("c", 2, code % 2)))
    n = np.full(6, 100.0)
    fitted = fit(design, np.array([90.0, 80, 70, 90, 80, 70]), n)
    assert fitted.chance == pytest.approx([0.9, 0.8, 0.7] * 2, abs=0.01)
