"""Draws of what known truth measures."""

import numpy as np
import pytest

from quality import measures
from quality.error_rates import estimate_draws, measured
from quality.errors.outcome_rates import Totals
from quality.errors.truth_draws import drawn_outcomes, truth_draws
from quality.errors.truth_rows import truth_rates
from quality.not_identified import not_identified
from quality.proportion import jeffreys

from .test_truth_rows import LINKS, SEX, give_truth, people


@pytest.fixture
def run(made_run):
    """Seven true pairs of nine records: four linked, one wrongly, one missed, one not blocked."""
    made = made_run(groups=SEX)
    give_truth(made, [(f"a{at}", f"b{at}") for at in range(7)])
    sexes = ["F", "F", "F", "M", "M", None, "M", "F", "M"]
    made.source("a", people("a", "uvwxyz-op", group_sex=sexes))
    made.source("b", people("b", "uvwxyz?"))
    return made.decide(links=[*LINKS, ("a", "a7", "b", "b5")]).method(["surname"])


def test_figures_are_those_of_the_counts(run):
    drawn = truth_draws(run.workspace, run.config)
    assert {
        name: drawn.points[name, "b", None, None]
        for name in (
            measures.COVERAGE,
            measures.RECALL,
            measures.PRECISION,
            measures.BLOCKING_RECALL,
        )
    } == {
        measures.COVERAGE: pytest.approx(7 / 9),
        measures.RECALL: pytest.approx(4 / 7),
        measures.PRECISION: pytest.approx(4 / 6),
        measures.BLOCKING_RECALL: pytest.approx(6 / 7),
    }
    assert drawn.points[measures.COVERAGE, "b", "sex", "F"] == pytest.approx(3 / 4)
    # everyone outside F: a3 right, a4 to another, a5 missed, a6 not blocked, a8 without a partner
    assert drawn.rest.points[measures.COVERAGE, "b", "sex", "F"] == pytest.approx(4 / 5)
    assert drawn.rest.points[measures.RECALL, "b", "sex", "F"] == pytest.approx(1 / 4)


def test_truth_comes_before_a_review_and_is_one_method(run):
    drawn = estimate_draws(run.workspace, run.config)
    assert drawn.method == measures.TRUTH
    assert len(drawn.of(measures.RECALL, "b")) == 2_000


def test_draws_of_a_rate_with_two_kinds_are_those_of_jeffreys():
    counts = Totals(np.array([180.0, 3, 0, 0, 0]), np.array([0.0, 0, 0, 0, 0]))
    drawn = drawn_outcomes(counts, np.random.default_rng(1), draws=200_000)
    interval = jeffreys(180, 183)
    lower, upper = np.quantile(drawn[measures.PRECISION], [0.025, 0.975])
    assert (lower, upper) == (
        pytest.approx(interval.lower, abs=2e-3),
        pytest.approx(interval.upper, abs=2e-3),
    )


def test_intervals_of_rates_and_gaps_hold_what_the_records_are_a_sample_of():
    random = np.random.default_rng(2)
    chances = np.array([0.82, 0.01, 0, 0, 0.01, 0.1, 0, 0.04, 0.02, 0])
    held = dict.fromkeys((measures.RECALL, measures.COVERAGE, "gap"), 0)
    true = {measures.RECALL: 0.82 / 0.89, measures.COVERAGE: 0.89, "gap": 0.0}
    for _ in range(400):
        one, two = (
            drawn_outcomes(Totals(c[:5].astype(float), c[5:].astype(float)), random, draws=800)
            for c in random.multinomial([400, 900], chances)
        )
        made = {
            measures.RECALL: one[measures.RECALL],
            measures.COVERAGE: one[measures.COVERAGE],
            "gap": one[measures.RECALL] - two[measures.RECALL],
        }
        for name, drawn in made.items():
            lower, upper = np.quantile(drawn, [0.025, 0.975])
            held[name] += lower <= true[name] <= upper
    assert all(0.92 <= n / 400 <= 0.98 for n in held.values()), held


def test_coverage_that_was_measured_is_not_said_to_be_unknown(run):
    rows = list(truth_rates(run.workspace, run.config))
    coverage = [row for row in rows if row.measure == measures.COVERAGE and row.group is None]
    assert [(row.estimate, row.grade) for row in coverage] == [(pytest.approx(7 / 9), "A")]
    unknown = {row.measure for row in not_identified(run.config, measured(rows))}
    assert measures.COVERAGE not in unknown
    assert measures.COVERAGE in {row.measure for row in not_identified(run.config)}
