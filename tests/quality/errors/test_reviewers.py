"""Reviewers who miss errors: what that takes from a review, and that intervals still hold."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from quality import measures
from quality.errors.audit import error_rates, point
from quality.errors.cell import NOWHERE, RIGHT, Reviewed
from quality.errors.reviewers import Looks, Reviewers, reach, sight, whole_looks

Whole = npt.NDArray[np.int64]

RECORDS = np.array([200.0, 400.0, 3000.0])
REVIEWED = np.array([60, 60, 180])
RATES = [0.2, 0.04, 0.002]


def test_the_chance_of_noticing_is_drawn_from_its_beta() -> None:
    drawn = sight(noticed=31, looks=40).drawn(200_000, np.random.default_rng(1))
    expected = stats.beta(9 + 31, 1 + 9)
    assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx(
        expected.ppf([0.05, 0.5, 0.95]), abs=2e-3
    )
    assert sight(31, 40).share == pytest.approx(expected.mean())


def test_single_looks_count_as_far_as_they_see() -> None:
    cell = Reviewed(
        np.array([True]), np.array([500.0]), np.array([[90.0, 10, 0, 0, 0]]), np.array([20.0])
    )
    found = whole_looks(cell, np.array([0.75]), np.array([0.9]))
    assert found.sum() == pytest.approx(0.9 * (20 + 0.75 * 80))
    assert found[0, NOWHERE] == 10


def test_errors_missed_are_added_as_a_share() -> None:
    found = np.array([[980.0, 20, 0, 0, 0]])
    cell = Reviewed(np.array([True]), np.array([1e6]), found, np.array([0.0]))
    seen = Reviewers(links=Looks(80, 100))
    assert point(cell, seen)[measures.PRECISION] == pytest.approx(1 - 0.02 / 0.8)


def test_reviewers_who_looked_twice_at_all_change_nothing() -> None:
    cell = Reviewed(np.array([True]), np.array([900.0]), np.array([[95.0, 5, 0, 0, 0]]))
    doubtful = Reviewers(links=sight(0, 10), unlinked=sight(0, 10))
    assert error_rates(cell, seed=3, reviewers=doubtful)[measures.PRECISION].value == 0.95


def test_partners_beyond_the_list_are_open_even_where_every_record_was_reviewed() -> None:
    cell = Reviewed(
        np.array([True, False]),
        np.array([400.0, 100.0]),
        np.array([[400.0, 0, 0, 0, 0], [80, 0, 0, 20, 0]]),
    )
    sure = error_rates(cell)[measures.RECALL]
    assert sure.lower == sure.upper == 400 / 420
    listed = Reviewers(search=reach(near=18, far=2))
    interval = error_rates(cell, reviewers=listed)[measures.RECALL]
    assert interval.upper == pytest.approx(400 / 420)
    assert 400 / 428 < interval.lower < 400 / 421
    assert error_rates(cell, reviewers=listed)[measures.PRECISION].lower == 1


def test_no_more_lie_beyond_the_list_than_in_its_second_half() -> None:
    assert reach(near=60, far=20).share == pytest.approx((19 + 60) / 100)


def test_intervals_hold_though_reviewers_miss_errors_and_call_right_links_false() -> None:
    random = np.random.default_rng(5)
    held = held_naive = 0
    repeats = 200
    for at in range(repeats):
        false = random.binomial(RECORDS.astype(int), RATES)
        truth = 1 - false.sum() / RECORDS.sum()
        drawn = [
            random.hypergeometric(f, int(n) - f, k)
            for f, n, k in zip(false, RECORDS, REVIEWED, strict=True)
        ]
        settled, doubled, looks, naive = _review(random, np.array(drawn))
        cell = _cell(settled, doubled)
        reviewers = Reviewers(looks, looks)
        interval = error_rates(cell, draws=1000, seed=at, reviewers=reviewers)[measures.PRECISION]
        held += interval.lower <= truth <= interval.upper
        plain = error_rates(_cell(naive, REVIEWED), draws=1000, seed=at)[measures.PRECISION]
        held_naive += plain.lower <= truth <= plain.upper
    assert held / repeats >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / repeats)
    assert held_naive / repeats < 0.5  # without a second look at what was called false


def _cell(false: Whole, doubled: Whole) -> Reviewed:
    found = np.zeros((3, 5))
    found[:, RIGHT], found[:, NOWHERE] = REVIEWED - false, false
    return Reviewed(np.ones(3, dtype=bool), RECORDS, found, doubled.astype(float))


def _review(random: np.random.Generator, false: Whole) -> tuple[Whole, Whole, Looks, Whole]:
    """Return errors settled, units looked at twice, looks at errors among doubles, naive calls.

    A look notices a false link with .85 and calls a right one false with .05; a fifth is doubled.
    """
    doubled = np.rint(0.2 * REVIEWED).astype(int)
    false_doubled = random.hypergeometric(false, REVIEWED - false, doubled)
    noticed = random.binomial(false - false_doubled, 0.85)
    both = random.binomial(false_doubled, 0.85), random.binomial(false_doubled, 0.85)
    missed_by_both = random.binomial(false_doubled, 0.15**2)
    settled = noticed + false_doubled - missed_by_both
    known = int((false_doubled - missed_by_both).sum())
    calls = min(int(sum(b.sum() for b in both)), 2 * known)
    wrongly = random.binomial(REVIEWED - false, 0.05)
    return settled, doubled, sight(calls, 2 * known), noticed + both[0] + wrongly
