"""The estimating equation against statsmodels, against the full matrix of links, and truth."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

from quality.correction.estimating import UnsettledError, fit
from quality.correction.linked import Linked

PRECISION = np.array([0.85, 0.8, 0.7])


def people(rng, n, model="linear"):
    """Three groups that differ in the covariate, and outcomes with constant and slope 1."""
    group = rng.choice(3, n, p=[0.7, 0.2, 0.1])
    x = np.column_stack([np.ones(n), rng.normal(0.5 * group, 1)])
    expected = x @ [1.0, 1.0] if model == "linear" else x @ [-0.5, 1.0]
    noise = rng.normal(size=n)
    y = expected + noise if model == "linear" else (rng.random(n) < expit(expected)).astype(float)
    return Linked(("constant", "x"), x, y, group, ("a", "b", "c"), np.ones(n))


def everyone(linked):
    """Return the groups of the false partners of each group where these may be anyone else."""
    n = np.bincount(linked.group)
    return (n - np.eye(3)) / (n.sum() - 1)


def mislinked(rng, people, *, anyone=False):
    """Give a share of the records the outcome of another of their group, or of anyone."""
    y = people.y.copy()
    for group, precision in enumerate(PRECISION):
        (rows,) = np.nonzero(people.group == group)
        false = rows[rng.random(len(rows)) > precision]
        y[false] = people.y[rng.choice(len(y) if anyone else rows, len(false))]
    return Linked(people.names, people.x, y, people.group, people.groups, people.weight)


@pytest.mark.parametrize("model", ["linear", "logistic"])
def test_with_every_link_right_it_is_the_ordinary_regression(model):
    linked = people(np.random.default_rng(1), 800, model)
    weight = np.random.default_rng(2).gamma(5, 0.2, 800)
    family = sm.families.Gaussian() if model == "linear" else sm.families.Binomial()
    theirs = sm.GLM(linked.y, linked.x, family).fit(cov_type="HC0")
    ours = fit(linked, model)
    assert ours.coefficients == pytest.approx(theirs.params, rel=1e-6)
    assert ours.covariance == pytest.approx(theirs.cov_params() * 800 / 798, rel=1e-5)
    if model == "linear":
        theirs = sm.WLS(linked.y, linked.x, weights=weight).fit(cov_type="HC1")
        ours = fit(linked.weighted(weight), model)
        assert ours.coefficients == pytest.approx(theirs.params)
        assert ours.covariance == pytest.approx(theirs.cov_params())


@pytest.mark.parametrize("anyone", [False, True])
def test_it_is_lahiri_and_larsens_estimator_with_the_whole_matrix_of_links(anyone):
    linked = people(np.random.default_rng(3), 60)
    q = np.zeros((60, 60))
    for i, group in enumerate(linked.group):
        pool = np.flatnonzero((linked.group == group) | anyone)
        q[i, pool] = (1 - PRECISION[group]) / (len(pool) - 1)
        q[i, i] = PRECISION[group]
    w = q @ linked.x
    expected = np.linalg.solve(w.T @ w, w.T @ linked.y)
    found = fit(linked, "linear", PRECISION, partners=everyone(linked) if anyone else None)
    assert found.coefficients == pytest.approx(expected)


def test_a_logistic_solution_meets_the_equation_with_the_whole_matrix():
    linked = people(np.random.default_rng(4), 400, "logistic")
    same = linked.group[:, None] == linked.group
    size = same.sum(axis=1)
    right = PRECISION[linked.group]
    q = same * ((1 - right) / (size - 1))[:, None]
    q[np.diag_indices(400)] = right
    found = fit(linked, "logistic", PRECISION).coefficients
    left = (q @ linked.x).T @ (linked.y - q @ expit(linked.x @ found))
    assert left == pytest.approx([0, 0], abs=1e-6)


def test_a_step_to_another_precision_is_exact_for_a_linear_model():
    linked = people(np.random.default_rng(5), 500)
    drawn = np.array([[0.9, 0.8, 0.6], [0.8, 0.9, 0.75]])
    stepped = fit(linked, "linear", PRECISION, drawn).drawn
    for each, there in zip(drawn, stepped, strict=True):
        assert there == pytest.approx(fit(linked, "linear", each).coefficients)


def test_a_step_to_another_precision_is_close_for_a_logistic_one():
    linked = people(np.random.default_rng(6), 4000, "logistic")
    drawn = PRECISION[None] + [[0.03, -0.03, 0.05]]
    stepped = fit(linked, "logistic", PRECISION, drawn).drawn[0]
    assert stepped == pytest.approx(fit(linked, "logistic", drawn[0]).coefficients, abs=0.005)


@pytest.mark.parametrize("model", ["linear", "logistic"])
@pytest.mark.parametrize("anyone", [False, True])
def test_truth_is_recovered_where_the_ordinary_regression_falls_short(model, anyone):
    slopes = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        linked = mislinked(rng, people(rng, 3000, model), anyone=anyone)
        partners = everyone(linked) if anyone else None
        corrected = fit(linked, model, PRECISION, partners=partners).coefficients[1]
        slopes.append([fit(linked, model).coefficients[1], corrected])
    naive, corrected = np.mean(slopes, axis=0)
    error = np.std(slopes, axis=0)[1] / np.sqrt(60)
    assert naive < 0.9
    assert corrected == pytest.approx(1, abs=3 * error)


def test_what_has_no_one_solution_is_refused():
    linked = people(np.random.default_rng(7), 50)
    twice = np.column_stack([linked.x, linked.x[:, 1]])
    with pytest.raises(UnsettledError):
        fit(
            Linked(("a", "b", "c"), twice, linked.y, linked.group, linked.groups, linked.weight),
            "linear",
        )
    parted = (linked.x[:, 1] > 0).astype(float)
    with pytest.raises(UnsettledError):
        fit(
            Linked(linked.names, linked.x, parted, linked.group, linked.groups, linked.weight),
            "logistic",
        )
