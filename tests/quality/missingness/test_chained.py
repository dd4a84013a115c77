import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, softmax
from statsmodels.discrete.discrete_model import MNLogit
from statsmodels.imputation.mice import MICEData

from quality.missingness.chained import Column, impute, together
from quality.missingness.multinomial import Indicators, chances, fit
from quality.uncertainty.pooling import pooled


def category(name, values, missing, categories, drawn=None):
    return Column(name, values.astype(np.float64), missing, categories, drawn)


def population(random, n=2_000):
    """Return a group, a binary outcome that depends on it, and which outcomes are missing."""
    group = random.integers(0, 3, n)
    outcome = (random.random(n) < np.array([0.2, 0.4, 0.7])[group]).astype(float)
    return group, outcome


def mean_of(columns, m, random):
    """Return the pooled mean of the second column, and its limits."""
    q, u = [], []
    for _ in range(m):
        values = impute(columns, np.ones(len(columns[0].values)), random)[1].values
        q.append(values.mean())
        u.append(values.var(ddof=1) / len(values))
    found = pooled(q, u)
    return float(found.estimate), [float(limit) for limit in found.limits(0.95)]


def test_sums_over_indicators_are_those_of_their_matrix():
    random = np.random.default_rng(1)
    x = Indicators(np.array([random.integers(0, size, 40) for size in (3, 4)]), (3, 4))
    blocks = [
        (code[:, None] == np.arange(size)) for code, size in zip(x.codes, x.sizes, strict=True)
    ]
    matrix = np.hstack([np.ones((40, 1)), *blocks]).astype(float)
    w, beta = random.random(40), random.normal(size=(8, 2))
    assert x.sums(w) == pytest.approx(matrix.T @ w)
    assert x.cross(w) == pytest.approx(matrix.T @ (w[:, None] * matrix))
    assert x.predicted(beta) == pytest.approx(matrix @ beta)


def test_categories_one_by_one_tell_what_statsmodels_tells_of_all_together():
    random = np.random.default_rng(1)
    codes = random.integers(0, 2, (20_000, 2))
    odds = np.column_stack([0.5 + codes[:, 0], -0.4 + 0.3 * codes[:, 0] - 0.8 * codes[:, 1]])
    p = softmax(np.column_stack([odds, np.zeros(20_000)]), axis=1)
    y = (p.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)
    cells, cell = np.unique(codes, axis=0, return_inverse=True)
    counted = np.bincount(cell * 3 + y, minlength=len(cells) * 3).reshape(-1, 3).astype(float)
    x = Indicators(cells.T, (2, 2))
    theirs = MNLogit(y, np.column_stack([np.ones(20_000), codes])).fit(disp=0)
    expected = theirs.predict(np.column_stack([np.ones(4), cells]))
    assert chances(x, fit(x, counted)) == pytest.approx(expected, abs=0.004)


def test_a_start_near_by_leads_to_the_same_place():
    random = np.random.default_rng(2)
    x = Indicators(random.integers(0, 3, (2, 50)), (3, 3))
    counted = random.integers(0, 20, (50, 3)).astype(float)
    found = fit(x, counted)
    moved = fit(x, counted, found + random.normal(0, 0.2, size=found.shape))
    assert chances(x, moved) == pytest.approx(chances(x, found), abs=2e-3)


def test_means_are_recovered_where_values_are_missing_at_random():
    """Missing more often in the group with the higher mean: known rows alone are 5 points low."""
    held, naive, repeats = 0, [], 150
    for repeat in range(repeats):
        random = np.random.default_rng([7, repeat])
        group, outcome = population(random, 1_000)
        missing = random.random(1_000) < np.array([0.1, 0.2, 0.6])[group]
        no = np.zeros(1_000, bool)
        columns = [category("group", group, no, 3), category("outcome", outcome, missing, 2)]
        estimate, (lower, upper) = mean_of(columns, 20, random)
        truth = np.mean([0.2, 0.4, 0.7])
        held += lower <= truth <= upper
        naive.append([estimate - truth, outcome[~missing].mean() - truth])
    bias, of_known = np.mean(naive, axis=0)
    assert abs(bias) < 0.004
    assert of_known < -0.04
    assert held / repeats >= 0.92


def test_numbers_are_recovered_as_statsmodels_recovers_them():
    """Predictive mean matching against statsmodels' MICE, on the same rows."""
    random = np.random.default_rng(3)
    x = random.normal(size=1_500)
    y = 1 + 2 * x + random.normal(size=1_500)
    missing = random.random(1_500) < expit(x)
    no = np.zeros(1_500, bool)
    columns = [Column("x", x, no), Column("y", y, missing)]
    ours, _ = mean_of(columns, 20, random)
    frame = MICEData(pd.DataFrame({"x": x, "y": np.where(missing, np.nan, y)}), k_pmm=5)
    theirs = []
    for _ in range(20):
        frame.update_all(2)
        theirs.append(frame.data["y"].mean())
    assert ours == pytest.approx(np.mean(theirs), abs=0.015)
    assert ours == pytest.approx(y.mean(), abs=0.1)
    assert y[~missing].mean() < y.mean() - 0.4


def test_what_is_missing_completely_at_random_leaves_the_mean_where_it_was():
    random = np.random.default_rng(4)
    group, outcome = population(random)
    missing = random.random(2_000) < 0.3
    no = np.zeros(2_000, bool)
    columns = [category("group", group, no, 3), category("outcome", outcome, missing, 2)]
    estimate, _ = mean_of(columns, 20, random)
    assert estimate == pytest.approx(outcome[~missing].mean(), abs=0.012)


def test_an_answer_of_its_own_kind_is_never_imputed():
    random = np.random.default_rng(5)
    group = random.integers(0, 3, 2_000)
    missing = random.random(2_000) < 0.2
    group[missing] = 0
    refused = ~missing & (group == 2)
    columns = [
        category("group", group, missing, 3, drawn=2),
        category("other", random.integers(0, 2, 2_000), np.zeros(2_000, bool), 2),
    ]
    made = impute(columns, np.ones(2_000), random)[0].values
    assert set(made[missing]) == {0.0, 1.0}
    assert (made[refused] == 2).all()


def test_values_move_with_delta_in_the_rows_that_are_moved():
    random = np.random.default_rng(6)
    group, outcome = population(random, 20_000)
    missing = random.random(20_000) < 0.5
    moved = missing & (group == 1)
    no = np.zeros(20_000, bool)
    columns = [category("group", group, no, 3), category("outcome", outcome, missing, 2)]
    made = impute(columns, np.ones(20_000), random)[1]
    assert (made.falls_in(1, 0.0, moved) == (made.values == 1)).all()
    higher = made.falls_in(1, 1.0, moved)
    assert (higher[~moved] == (made.values == 1)[~moved]).all()
    # log odds of .4 and one more: .645
    assert higher[moved].mean() == pytest.approx(expit(np.log(0.4 / 0.6) + 1), abs=0.02)
    lower = made.falls_in(1, -1.0, moved)
    assert (lower <= (made.values == 1)).all()
    assert ((made.values == 1) <= higher).all()


def test_numbers_move_by_standard_deviations():
    random = np.random.default_rng(7)
    y = random.normal(10, 3, 500)
    missing = random.random(500) < 0.3
    columns = [
        Column("x", y + random.normal(size=500), np.zeros(500, bool)),
        Column("y", y, missing),
    ]
    made = impute(columns, np.ones(500), random)[1]
    moved = made.shifted(0.5, missing) - made.values
    assert moved[missing] == pytest.approx(0.5 * y[~missing].std())
    assert (moved[~missing] == 0).all()
    assert set(made.values[missing]) <= set(y[~missing])


def test_many_categories_together_stay_apart():
    codes = [np.array([0.0, 1, 2, 2])] * 70
    assert len(set(together(codes, [3] * 70, 4).tolist())) == 3


def test_a_variable_without_any_value_cannot_be_imputed():
    columns = [Column("empty", np.zeros(3), np.ones(3, bool), 2)]
    with pytest.raises(ValueError, match="no value"):
        impute(columns, np.ones(3), np.random.default_rng(1))
