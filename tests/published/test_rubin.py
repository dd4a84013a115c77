"""Rubin's rules against statsmodels, and against the formulas of the R package mice."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import t as student
from statsmodels.imputation import mice

from quality.uncertainty.pooling import pooled


@pytest.fixture(scope="module")
def imputed():
    """Return 20 imputations by chained equations, each with its regression."""
    np.random.seed(11)
    rng = np.random.default_rng(11)
    x = rng.normal(size=(300, 2))
    y = x @ [1.0, -0.5] + rng.normal(size=300)
    data = pd.DataFrame({"y": y, "x1": x[:, 0], "x2": x[:, 1]})
    data.loc[:99, "x1"] = np.nan
    data.loc[250:, "x2"] = np.nan
    chained = mice.MICE("y ~ x1 + x2", sm.OLS, mice.MICEData(data))
    chained.fit(5, 20)
    return chained


def test_the_pooled_regression_is_that_of_statsmodels(imputed):
    theirs = imputed.combine()
    fits = imputed.results_list
    ours = pooled([fit.params for fit in fits], [fit.bse**2 for fit in fits])
    assert ours.estimate == pytest.approx(theirs.params, rel=1e-12)
    assert ours.error == pytest.approx(theirs.bse, rel=1e-12)
    # statsmodels prints (1 + 1/M) B / T; ours has the term for finite M beside it
    share = np.asarray(theirs.frac_miss_info)
    assert ours.missing_information == pytest.approx(share + (1 - share) * 2 / (ours.df + 3))
    assert ours.df == pytest.approx(19 / share**2)


@pytest.mark.parametrize("complete_df", [None, 23.0, 1e4])
def test_degrees_of_freedom_are_those_of_mice(complete_df):
    """``barnard.rubin`` and ``pool.scalar`` of mice, as they are written there."""
    q, u = np.array([-1.5457, -1.428, -1.31]), np.array([0.9723, 1.041, 1.2]) ** 2
    m, within, between = 3, u.mean(), q.var(ddof=1)
    total = within + (m + 1) * between / m
    share = (1 + 1 / m) * between / total
    old = (m - 1) / share**2
    df = old
    if complete_df is not None:
        seen = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
        df = old * seen / (old + seen)
    r = (1 + 1 / m) * between / within
    ours = pooled(q, u, complete_df)
    assert float(ours.df) == pytest.approx(df)
    assert float(ours.missing_information) == pytest.approx((r + 2 / (df + 3)) / (r + 1))
    lower, upper = ours.limits(0.9)
    half = student.ppf(0.95, df) * np.sqrt(total)
    assert (float(lower), float(upper)) == pytest.approx((q.mean() - half, q.mean() + half))


def test_data_sets_that_agree_lose_nothing():
    ours = pooled([2.0, 2.0], [0.25, 0.25])
    assert float(ours.variance) == 0.25
    assert float(ours.missing_information) == 0
    lower, _ = ours.limits(0.95)
    assert float(lower) == pytest.approx(2 - 1.959964 * 0.5, abs=1e-6)


def test_estimates_without_a_variance_of_their_own():
    """A figure of all records differs between draws only: v is M - 1."""
    ours = pooled([0.90, 0.91, 0.92, 0.93], np.zeros(4))
    assert float(ours.df) == pytest.approx(3)
    assert float(ours.missing_information) == pytest.approx(1)


def test_one_data_set_is_refused():
    with pytest.raises(ValueError, match="two completed data sets"):
        pooled([1.0], [1.0])
