"""The stages of a value, against figures worked by hand and by simulation."""

import numpy as np
import pytest

from quality.missingness.stages import (
    Counts,
    Rates,
    covered_stages,
    gaps,
    interval,
    losses,
    measured_stages,
    observed_but_wrong,
    passed_all,
    share_of_gap,
    undetermined_stages,
    with_unseen_blocking,
)

COUNTS = Counts(n=1000, linked=800, asked=700, observed=630, all_asked=False)
DRAWS = 500


def rates(precision=0.95, recall=0.8, blocking=0.9):
    """Return rates without any uncertainty: the point again and again."""
    threshold = (blocking - recall) / 2
    found = precision * COUNTS.linked / COUNTS.n
    lost = (threshold, blocking - recall - threshold)
    figures = (precision, found / recall, recall, blocking, *lost)
    return Rates(*(np.full(1 + DRAWS, figure) for figure in figures))


@pytest.fixture
def random():
    return np.random.default_rng(1)


def test_the_stages_are_those_worked_by_hand(random):
    stages = measured_stages(COUNTS, rates(), random)
    point = {stage: figure[0] for stage, figure in stages.items()}
    assert point == pytest.approx(
        {
            "covered": 0.95 * 0.8 / 0.8,  # 760 rightly linked, 950 with a partner
            "blocked": 0.9,
            "linked": 0.8 / 0.9,
            "asked": 700 / 800,
            "answered": 630 / 700,
        }
    )
    # 760 rightly linked, of whom 630 / 800 have a value
    assert passed_all(stages)[0] == pytest.approx(0.76 * 630 / 800)


def test_all_losses_and_what_is_observed_add_up_to_everybody_in_every_draw(random):
    stages = measured_stages(COUNTS, rates(), random)
    lost = sum(losses(rates()).values())
    at_the_link = stages["covered"] * stages["blocked"] * stages["linked"]
    assert lost + at_the_link == pytest.approx(1)


def test_values_of_another_person_are_those_on_false_links():
    assert observed_but_wrong(COUNTS, rates())[0] == pytest.approx(0.05 * 0.63)


def test_parts_of_a_gap_add_up_to_it_draw_by_draw(random):
    own = measured_stages(COUNTS, rates(recall=0.7), random)
    reference = measured_stages(COUNTS, rates(), random)
    parts = gaps(own, reference)
    total = np.log(passed_all(own) / passed_all(reference))
    assert sum(parts.values()) == pytest.approx(total)
    # the same links found, with more matches to find: covered more, linked less, observed alike
    assert parts["covered"][0] == pytest.approx(-parts["linked"][0])


def test_a_gap_that_is_not_told_from_none_is_not_shared_out():
    none = np.append(0.005, np.linspace(-0.1, 0.1, DRAWS))
    assert share_of_gap(none, none, 0.95) is None
    some = np.append(-0.2, np.linspace(-0.3, -0.1, DRAWS))
    assert share_of_gap(some / 4, some, 0.95).value == pytest.approx(0.25)


def test_without_a_measure_coverage_blocking_and_linking_are_one_stage(random):
    stages = undetermined_stages(COUNTS, DRAWS, random)
    assert [*stages] == ["linked_at_all", "asked", "answered"]
    assert stages["linked_at_all"][0] == 0.8
    assert passed_all(stages)[0] == pytest.approx(0.63)


def test_coverage_from_outside_splits_it_off_with_its_error(random):
    stages = covered_stages(COUNTS, 0.9, 0.01, 20_000, random)
    assert (stages["covered"][0], stages["linked_at_all"][0]) == (0.9, pytest.approx(0.8 / 0.9))
    assert stages["covered"][1:].std() == pytest.approx(0.01, rel=0.05)
    both = interval(stages["covered"] * stages["linked_at_all"], 0.95)
    alone = interval(undetermined_stages(COUNTS, 20_000, random)["linked_at_all"], 0.95)
    # what both stages pass together does not depend on what was said of coverage
    assert both.lower == pytest.approx(alone.lower, abs=0.002)


def test_where_everyone_was_asked_the_stage_has_no_error(random):
    everyone = Counts(n=100, linked=80, asked=80, observed=60, all_asked=True)
    assert set(undetermined_stages(everyone, DRAWS, random)["asked"]) == {1.0}


def test_counted_shares_are_drawn_from_jeffreys_posterior(random):
    drawn = undetermined_stages(COUNTS, 50_000, random)["answered"][1:]
    shape = (630.5, 70.5)
    assert drawn.mean() == pytest.approx(shape[0] / sum(shape), abs=1e-3)
    assert drawn.std() == pytest.approx(
        np.sqrt(np.prod(shape) / sum(shape) ** 2 / (sum(shape) + 1)), rel=0.02
    )


def test_losses_that_nobody_saw_are_divided_between_blocking_and_linking(random):
    draws = 20_000
    lost = np.append(0.0, random.gamma(1.0, 0.01, draws))  # all of it after blocking
    stages = {"blocked": np.ones(1 + draws), "linked": 1 - lost}
    split = with_unseen_blocking(stages, 0.98, 0.95, random)
    assert split["blocked"] * split["linked"] == pytest.approx(1 - lost)
    assert (split["blocked"][0], split["linked"][0]) == (1, 1)
    assert split["linked"].max() <= 1 + 1e-12
    found = interval(split["blocked"], 0.95)
    # never past the limit that blocking has by itself, nor past what was lost at all
    assert 0.98 <= found.lower < 0.999


def test_an_interval_of_blocking_that_its_draws_fill_is_left_as_it_is(random):
    blocked = np.append(0.9, random.normal(0.9, 0.02, DRAWS))
    stages = {"blocked": blocked, "linked": np.full(1 + DRAWS, 0.95)}
    split = with_unseen_blocking(stages, 0.89, 0.95, random)
    assert (split["blocked"] == blocked).all()
