"""Links imputed by the outcome: what is drawn, and that it undoes what blind draws do."""

import numpy as np
import pytest

from quality.correction.estimating import UnsettledError, fit
from quality.correction.linked import Linked
from quality.correction.outcome_informed import IMPUTATIONS, Candidates, imputed_links


def candidates(rng, n=1500, model="linear"):
    """Two candidates a record: one is right with the chance given, or else the other, or none."""
    x = np.column_stack([np.ones(n), rng.normal(size=n)])
    y = x @ [1.0, 1.0] + rng.normal(size=n)
    if model == "logistic":
        y = (y - 1 + rng.normal(size=n) > 0).astype(float)
    p = np.where(rng.random(n) < 0.6, 0.995, rng.uniform(0.2, 0.7, n))
    u = rng.random(n)
    first, second = u < p, (u >= p) & (u < p + 0.5 * (1 - p))
    others = y[rng.permutation(n)], y[rng.permutation(n)]
    outcome = np.column_stack([np.where(first, y, others[0]), np.where(second, y, others[1])])
    record = np.repeat(np.arange(n), 2)
    linked = Linked(
        ("constant", "x"), x[record], outcome.ravel(), np.zeros(2 * n, int), (None,), np.ones(2 * n)
    )
    return Candidates(linked, record, np.column_stack([p, 0.5 * (1 - p)]).ravel()), x, y


@pytest.mark.parametrize("model", ["linear", "logistic"])
def test_the_slope_is_that_of_right_links(model):
    shift, naive = [], []
    for seed in range(6):
        made, x, y = candidates(np.random.default_rng(seed), model=model)
        one = np.zeros(len(y), int)
        truth = fit(Linked(("c", "x"), x, y, one, (None,), np.ones(len(y))), model).coefficients[1]
        fits = [fit(each, model).coefficients[1] for each in imputed_links(made, model, seed)]
        assert len(fits) == IMPUTATIONS
        best = np.arange(0, 2 * len(y), 2)
        naive.append(fit(made.linked.of(best), model).coefficients[1] - truth)
        shift.append(np.mean(fits) - truth)
    assert np.mean(naive) < -0.1
    assert abs(np.mean(shift)) < 0.35 * abs(np.mean(naive))


def test_a_record_has_one_partner_at_most_and_sure_links_stay():
    made, _, y = candidates(np.random.default_rng(9))
    sure = Candidates(made.linked, made.record, np.where(made.p > 0.99, 0.9995, made.p))
    numbered = Linked(
        sure.linked.names,
        sure.linked.x,
        sure.linked.y,
        sure.linked.group,
        sure.linked.groups,
        np.arange(2.0 * len(y)),  # weights that say which pair it is
    )
    always = set(np.flatnonzero(sure.p == 0.9995).tolist())
    for each in imputed_links(Candidates(numbered, sure.record, sure.p), "linear", 1):
        drawn = each.weight.astype(int)
        assert len(np.unique(drawn // 2)) == len(drawn)
        assert always <= set(drawn.tolist())


def test_without_sure_links_there_is_no_model_to_begin_with():
    made, _, _ = candidates(np.random.default_rng(10))
    with pytest.raises(UnsettledError):
        list(imputed_links(Candidates(made.linked, made.record, made.p * 0.5), "linear", 1))
