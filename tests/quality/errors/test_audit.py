"""Intervals of a designed review: against exact ones, and by how often they hold."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from quality import measures
from quality.errors.audit import error_rates, joint_draws, point
from quality.errors.cell import Reviewed, merged
from quality.errors.outcome_rates import RATES

LINKED = np.array([True, True, True, False, False, False])
RECORDS = np.array([60, 140, 1700, 900, 60, 40])
REVIEWED = np.array([20, 20, 110, 110, 20, 20])


def _cell(found: list[list[float]], records: list[float], linked: list[bool]) -> Reviewed:
    return Reviewed(np.array(linked), np.array(records, float), np.array(found, float))


def test_one_stratum_gives_the_limits_of_clopper_and_pearson() -> None:
    huge = 10_000_000
    cell = _cell([[96, 4, 0, 0, 0]], [huge], [True])
    interval = error_rates(cell, draws=200_000)[measures.PRECISION]
    exact = stats.binomtest(96, 100).proportion_ci(method="exact")
    assert interval.lower == pytest.approx(exact.low, abs=5e-4)
    assert interval.upper == pytest.approx(exact.high, abs=5e-4)


def test_no_error_seen_ends_at_one_and_bounds_what_was_not_seen() -> None:
    cell = _cell([[100, 0, 0, 0, 0]], [10_000_000], [True])
    interval = error_rates(cell, draws=200_000)[measures.PRECISION]
    assert interval.value == interval.upper == 1
    assert interval.lower == pytest.approx(0.025 ** (1 / 100), abs=5e-4)


def test_what_was_reviewed_whole_is_known() -> None:
    cell = _cell([[40, 6, 1, 2, 1], [10, 0, 3, 2, 0]], [50, 15], [True, False])
    found = error_rates(cell, wanted=RATES)
    for name, interval in found.items():
        assert interval.lower == pytest.approx(interval.value, abs=1e-12), name
        assert interval.upper == pytest.approx(interval.value, abs=1e-12), name
    assert found[measures.PRECISION].value == 40 / 50
    assert found[measures.RECALL].value == 40 / (40 + 4 + 5)
    assert found[measures.BLOCKING_LOSS].value == 4 / 49
    assert found[measures.BLOCKING_RECALL].value == 45 / 49
    assert found[measures.RECALL_IN_BLOCKS].value == 40 / 45
    assert found[measures.THRESHOLD_LOSS].value == 4 / 49
    assert found[measures.ASSIGNMENT_LOSS].value == pytest.approx(1 / 49)
    assert found[measures.COVERAGE].value == 49 / 65


def test_counts_are_scaled_up_by_stratum() -> None:
    cell = _cell([[9, 1, 0, 0, 0], [20, 0, 0, 0, 0]], [100, 900], [True, True])
    assert point(cell)[measures.PRECISION] == pytest.approx((90 + 900) / 1000)


def test_a_stratum_nobody_reviewed_leaves_its_records_open() -> None:
    cell = _cell([[90, 0, 0, 0, 0], [0, 0, 0, 0, 0]], [900, 100], [True, True])
    interval = error_rates(cell)[measures.PRECISION]
    assert interval.upper == 1
    assert interval.lower < 0.9  # every one of the hundred may be wrong


def test_a_cell_without_links_has_recall_and_no_precision() -> None:
    cell = _cell([[8, 0, 2, 0, 0]], [100], [False])
    found = error_rates(cell)
    assert measures.PRECISION not in found
    assert found[measures.RECALL].value == 0


def test_intervals_do_not_depend_on_anything_but_the_seed() -> None:
    cell = _cell([[18, 2, 0, 0, 0], [30, 0, 1, 0, 0]], [200, 400], [True, False])
    assert error_rates(cell, seed=3) == error_rates(cell, seed=3)


@pytest.mark.parametrize(
    ("name", "elsewhere", "nowhere"),
    [
        ("usual", [0.15, 0.02, 0.0005, 0.001, 0.05, 0.4], [0.15, 0.02, 0.0005]),
        ("the safe band is not safe", [0.15, 0.02, 0.02, 0.02, 0.05, 0.4], [0.1, 0.02, 0.02]),
        ("almost perfect", [0.01, 0.002, 0.0, 0.0005, 0.005, 0.02], [0.01, 0.002, 0.0]),
        ("perfect", [0.0] * 6, [0.0] * 3),
    ],
)
def test_intervals_hold_the_truth(name: str, elsewhere: list[float], nowhere: list[float]) -> None:
    random = np.random.default_rng(7)
    held = np.zeros(2)
    repeats = 200
    for at in range(repeats):
        kinds = _population(random, elsewhere, nowhere)
        found = np.array(
            [random.multivariate_hypergeometric(k, n) for k, n in zip(kinds, REVIEWED, strict=True)]
        )
        cell = Reviewed(LINKED, RECORDS.astype(float), found.astype(float))
        intervals = error_rates(cell, draws=1000, seed=at)
        truth = point(Reviewed(LINKED, RECORDS.astype(float), kinds.astype(float)))
        for column, measure in enumerate((measures.PRECISION, measures.RECALL)):
            interval = intervals[measure]
            held[column] += interval.lower - 1e-9 <= truth[measure] <= interval.upper + 1e-9
    standard_error = np.sqrt(0.95 * 0.05 / repeats)
    assert held.min() / repeats >= 0.95 - 2 * standard_error, name


def test_coverage_holds_the_share_with_a_partner_and_its_gap() -> None:
    """Linked records mostly have one and unlinked ones mostly none: rare exceptions move it."""
    random = np.random.default_rng(8)
    held, gap_held, repeats = 0, 0, 300
    for at in range(repeats):
        cells, truths = [], []
        for missed in (0.02, 0.06):
            false = random.binomial(RECORDS[:3], [0.15, 0.03, 0.003])
            lost = random.binomial(RECORDS[3:], [missed, 2 * missed, 0.3])
            errors = np.concatenate([false, lost])
            truths.append((RECORDS[:3].sum() - false.sum() + lost.sum()) / RECORDS.sum())
            seen = random.hypergeometric(errors, RECORDS - errors, REVIEWED).astype(float)
            found = np.zeros((6, 5))
            found[:, 0] = REVIEWED - seen
            found[:3, 1], found[3:, 3] = seen[:3], seen[3:]
            cells.append(Reviewed(LINKED, RECORDS.astype(float), found))
        interval = error_rates(cells[0], draws=1000, seed=at, wanted=[measures.COVERAGE])
        covered = interval[measures.COVERAGE]
        held += covered.lower <= truths[0] <= covered.upper
        one, two = (
            joint_draws(cell, 1000, 2 * at + number)[measures.COVERAGE]
            for number, cell in enumerate(cells)
        )
        lower, upper = np.quantile(one - two, [0.025, 0.975])
        gap_held += lower <= truths[0] - truths[1] <= upper
    assert held / repeats >= 0.93
    assert gap_held / repeats >= 0.92


def _population(
    random: np.random.Generator, elsewhere: list[float], nowhere: list[float]
) -> npt.NDArray[np.int64]:
    lost = random.binomial(RECORDS, elsewhere)
    false = random.binomial(RECORDS - lost, [*nowhere, 0, 0, 0])
    nothing = np.zeros_like(lost)
    return np.stack([RECORDS - lost - false, false, nothing, lost, nothing], axis=1)


def test_gaps_of_joint_draws_hold_the_truth() -> None:
    random = np.random.default_rng(11)
    rates = ([0.15, 0.02, 0.0005, 0.001, 0.05, 0.4], [0.2, 0.06, 0.004, 0.004, 0.1, 0.5])
    held, repeats = np.zeros(2), 200
    for at in range(repeats):
        drawn, true = [], []
        for number, elsewhere in enumerate(rates):
            kinds = _population(random, elsewhere, elsewhere[:3])
            found = [
                random.multivariate_hypergeometric(k, n)
                for k, n in zip(kinds, REVIEWED, strict=True)
            ]
            cell = Reviewed(LINKED, RECORDS.astype(float), np.array(found, float))
            drawn.append(joint_draws(cell, 1000, 2 * at + number))
            true.append(point(Reviewed(LINKED, RECORDS.astype(float), kinds.astype(float))))
        for column, measure in enumerate((measures.PRECISION, measures.RECALL)):
            lower, upper = np.quantile(drawn[1][measure] - drawn[0][measure], [0.025, 0.975])
            held[column] += lower <= true[1][measure] - true[0][measure] <= upper
    assert held.min() / repeats >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / repeats)


def test_merging_keeps_the_weighted_shares_and_the_reviews_of_equal_rates() -> None:
    cell = _cell([[4, 1, 0, 0, 0], [8, 0, 0, 0, 0]], [50, 80], [True, True])
    pooled = merged(cell)
    assert pooled.records.tolist() == [130]
    assert pooled.reviewed[0] == pytest.approx(13)  # both were sampled at one in ten
    assert point(pooled)[measures.PRECISION] == pytest.approx((40 + 80) / 130)


def test_merging_leaves_what_is_large_whole_or_of_the_other_kind() -> None:
    cell = _cell(
        [[20, 0, 0, 0, 0], [3, 0, 0, 0, 0], [12, 0, 0, 0, 0], [2, 0, 1, 0, 0]],
        [200, 3, 100, 50],
        [True, True, True, False],
    )
    pooled = merged(cell)
    assert pooled.records.tolist() == [200, 3, 100, 50]


def test_a_stratum_without_reviews_is_not_hidden_by_merging() -> None:
    cell = _cell([[20, 0, 0, 0, 0], [0, 0, 0, 0, 0]], [200, 70], [True, True])
    assert merged(cell).reviewed.tolist() == [20, 0]
