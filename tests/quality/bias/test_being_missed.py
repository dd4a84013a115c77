"""Who is missed, from a sample: what each record stands for, and how wide the limits must be."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit

from quality.bias.being_missed import Sampled, being_missed, fit_sample, sampled
from quality.bias.cells import Cells, Factor
from quality.bias.marginal import marginal_effects
from quality.drawn import Drawn
from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD
from quality.proportion import normal_quantile

N = 8_000


def test_reviewed_records_stand_for_their_stratum(made_run):
    run = made_run(groups={"sex": {"source": "a", "column": "s"}})
    run.source("a", [{"id": f"a{at:02}", "group_sex": "FM"[at % 2]} for at in range(40)])
    run.source("b", [{"id": f"b{at:02}"} for at in range(40)])
    review = SimpleNamespace(
        stratum=np.array([0] * 30 + [1] * 10),
        linked=np.array([True, False]),
        decided=SimpleNamespace(
            row=np.array([0, 1, 2, 3, 4, 30, 31, 32, 33]),
            outcome=np.array(
                [RIGHT, RIGHT, NOWHERE, ASSIGNMENT, RIGHT, RIGHT, THRESHOLD, BLOCKING, RIGHT]
            ),
            unsure=np.array([False] * 4 + [True] + [False] * 4),
        ),
    )
    sample = sampled(run.workspace, run.config, review)
    # right links and lost partners; no false link without one, no unlinked record without one
    assert sample.weight.tolist() == [7.5, 7.5, 7.5, 2.5, 2.5]
    assert sample.missed.tolist() == [0, 0, 1, 1, 1]
    (sex,) = sample.cells.factors
    assert [sex.groups[code] for code in sex.code] == ["F", "M", "M", "M", "F"]


@pytest.fixture(scope="module")
def population():
    """Matches of two groups; the second's are missed more often, mostly for want of a link."""
    random = np.random.default_rng(8)
    group = (random.random(N) < 0.3).astype(np.int64)
    other = (random.random(N) < 0.2 + 0.4 * group).astype(np.int64)
    missed = random.random(N) < expit(-3.0 + 1.2 * group + 0.5 * other)
    linked = ~missed | (random.random(N) < 0.1)
    return group, other, missed.astype(float), linked


def drawn(population, random, n):
    """Draw half of n from the links and half from the others, of all whose partner exists."""
    group, other, missed, linked = population
    rows, weight, stratum = [], [], []
    for kind in (True, False):
        inside = np.flatnonzero(linked == kind)
        chosen = random.choice(inside, n // 2, replace=False)
        rows.append(chosen)
        weight.append(np.full(n // 2, len(inside) / (n // 2)))
        stratum.append(np.full(n // 2, int(kind)))
    at, weight, stratum = map(np.concatenate, (rows, weight, stratum))
    factors = tuple(
        Factor(name, ("x", "y"), code[at], 0) for name, code in (("g", group), ("h", other))
    )
    return Sampled(Cells(factors, weight, weight * missed[at]), weight, stratum, missed[at])


@pytest.mark.parametrize("n", [300, 600])
def test_limits_hold_the_effect_in_the_population(population, n):
    group, other, missed, _ = population
    # the effect that the whole population shows, by standardisation over the other characteristic
    true = 0.0
    for at in (0, 1):
        rates = [missed[(group == side) & (other == at)].mean() for side in (0, 1)]
        true += (rates[1] - rates[0]) * (other == at).mean()
    random = np.random.default_rng(n)
    held, values = [], []
    for _ in range(120):
        sample = drawn(population, random, n)
        fitted, covariance = fit_sample(sample)
        (effect,) = marginal_effects(fitted, sample.weight, "g")
        reach = normal_quantile(0.95) * effect.standard_error(covariance)
        held.append(abs(effect.value - true) <= reach)
        values.append(effect.value)
    assert np.mean(held) >= 0.9
    assert np.mean(values) == pytest.approx(true, abs=0.02)


def test_limits_have_a_width_where_no_error_was_seen(population):
    sample = drawn(population, np.random.default_rng(1), 200)
    missed = sample.missed * (sample.cells.factors[0].code == 0)
    fitted, covariance = fit_sample(Sampled(sample.cells, sample.weight, sample.stratum, missed))
    (effect,) = marginal_effects(fitted, sample.weight, "g")
    assert 0.005 < effect.standard_error(covariance) < 0.1


def test_rows_of_a_review_say_how_many_of_the_group_were_reviewed(made_run, monkeypatch):
    run = made_run(
        groups={"sex": {"source": "a", "column": "s"}, "one": {"source": "a", "column": "o"}},
        quality={"review": "review"},
    )
    n = 400
    run.source(
        "a",
        [{"id": f"a{at:03}", "group_sex": "FMM"[at % 3], "group_one": "x"} for at in range(n)],
    )
    run.source("b", [{"id": f"b{at:03}"} for at in range(n)])
    run.decide(links=[("a", f"a{at:03}", "b", f"b{at:03}") for at in range(300)])
    rows = np.concatenate([np.arange(0, 300, 3), np.arange(1, 300, 3), np.arange(300, n)])
    review = SimpleNamespace(
        stratum=np.array([0] * 300 + [1] * 100),
        linked=np.array([True, False]),
        decided=SimpleNamespace(
            row=rows,
            outcome=np.where(rows < 300, RIGHT, np.where(rows % 3 == 0, THRESHOLD, RIGHT)),
            unsure=np.zeros(len(rows), dtype=bool),
        ),
    )
    monkeypatch.setattr("quality.bias.being_missed.read_review_of", lambda *_: review)
    (gap,) = being_missed(run.workspace, run.config, Drawn())
    # 100 F were linked and right, of which each stands for 1.5; 34 unlinked F missed a partner
    assert gap.row.estimate == pytest.approx(34 / (150 + 34), abs=0.02)
    assert (gap.row.group, gap.row.reference, gap.row.n_reviewed) == ("F", "M", 134)
    assert (gap.row.n_records, gap.row.grade) == (None, "B")
    assert 0 < gap.row.lower < gap.row.estimate < gap.row.upper
    assert gap.p < 0.001
