"""What a plan promises: against the formulas and the table of the method, and against reviews."""

import numpy as np
import pytest

from linkage.errors import ConfigError
from quality.review.focal import Focal
from quality.review.plan import DETECTED, budget_for, expected_cell, plan_review
from quality.review.strata import Frame, Stratum


def focal(*groups, risk=0.05, missed=0.1, share=0.8):
    """Return focal records in groups of the sizes given, linked to a share."""
    group = np.repeat(np.arange(len(groups)), groups)
    linked = np.concatenate([np.arange(n) < share * n for n in groups])
    frame = Frame(
        linked, np.full(len(group), 1), group, np.where(linked, risk, missed).astype(float)
    )
    n = len(group)
    return Focal(
        "a", "b", np.arange(n), np.where(linked, n, -1), tuple("XYZ"[: len(groups)]), frame
    )


def test_gap_that_is_found_is_that_of_the_textbook():
    # p = .95 and d = .05 take n = 298 links each: methods.md, section 4.3
    n = 2 * 0.95 * 0.05 * DETECTED**2 / 0.05**2
    assert round(n) in {298, 299}
    made = plan_review(focal(10**6, 10**6), 2_000, 0.95)
    reviewed = made.groups[1].n_reviewed_links
    assert made.groups[0].precision_gap is None or made.groups[1].precision_gap is None
    gap = next(g.precision_gap for g in made.groups if g.precision_gap is not None)
    assert gap == pytest.approx(DETECTED * np.sqrt(2 * 0.05 * 0.95 / reviewed), rel=0.02)


def test_precision_half_width_is_near_that_of_the_method_s_table():
    # one group and one stratum: 200 links at .95 give .031 by Wilson, a little more by exact limits
    made = plan_review(focal(10**6, share=1.0), 200, 0.95)
    assert made.overall.precision_half_width == pytest.approx(0.033, abs=0.004)


def test_a_smaller_half_width_takes_a_larger_budget_and_is_reached():
    records = focal(20_000, 2_000)
    budgets = [budget_for(records, width, 0.95) for width in (0.08, 0.05, 0.03)]
    assert budgets == sorted(budgets)
    for width, budget in zip((0.08, 0.05, 0.03), budgets, strict=True):
        made = plan_review(records, budget, 0.95)
        widest = max(max(g.precision_half_width, g.recall_half_width) for g in made.groups)
        assert widest <= width
        fewer = plan_review(records, int(budget * 0.9), 0.95)
        assert max(max(g.precision_half_width, g.recall_half_width) for g in fewer.groups) > width


def test_a_half_width_that_samples_cannot_give_takes_every_record():
    records = focal(100, 30)
    assert budget_for(records, 0.001, 0.95) == 130
    made = plan_review(records, 130, 0.95)
    assert made.overall.precision_half_width == 0.0


def test_counts_of_the_plan_add_up():
    made = plan_review(focal(4_000, 1_000, 50), 300, 0.95)
    assert made.budget == 300 == sum(each.n_reviewed for each in made.strata)
    assert sum(g.n_links + g.n_unlinked for g in made.groups) == 5_050
    assert made.overall.n_links == sum(g.n_links for g in made.groups)
    assert {g.group for g in made.groups} == {"X", "Y", "Z"}
    # a fifth of each stratum, rounded up
    assert made.n_double_links >= 0.2 * made.overall.n_reviewed_links
    # at the risks supposed, one link in twenty and one unlinked record in ten
    expected = 0.05 * made.n_double_links + 0.1 * made.n_double_unlinked
    assert made.n_double_errors == pytest.approx(expected, rel=0.2)


def test_expected_counts_are_those_of_the_risks():
    strata = (Stratum(True, (0,), 0, 1_000, 0.1), Stratum(False, (0,), 0, 500, 0.0))
    cell = expected_cell(strata, (100, 50))
    assert cell.found.sum(axis=1).tolist() == [100, 50]
    # half of the wrong links have a partner elsewhere; no stratum is taken to be without errors
    assert cell.found.tolist() == [[90, 5, 0, 5, 0], [49, 0, 0, 1, 0]]


def test_a_budget_below_the_least_is_refused():
    with pytest.raises(ConfigError, match="R431"):
        plan_review(focal(1_000), 15, 0.95)
