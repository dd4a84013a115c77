import numpy as np
import pytest

from quality.errors.ratio import clustered_ratio, effective_count, f1_interval
from quality.proportion import wilson


def test_pairs_that_stand_alone_have_wilsons_interval():
    # 190 of 200 clusters of one
    found = clustered_ratio(np.array([1.0, 0.0]), np.array([1.0, 1.0]), np.array([190, 10]), 0.95)
    assert found == wilson(190, 200, 0.95)


def test_pairs_that_err_together_say_less():
    alone = wilson(150, 200, 0.95)
    # 15 clusters of ten right pairs, 5 of ten wrong ones: 20 observations, not 200
    found = clustered_ratio(np.array([10.0, 0]), np.array([10.0, 10]), np.array([15, 5]), 0.95)
    assert found.value == alone.value
    assert found.half_width == pytest.approx(wilson(0.75 * 19, 19).half_width, rel=1e-9)


def test_where_all_are_right_every_cluster_is_one_observation():
    found = clustered_ratio(np.array([10.0]), np.array([10.0]), np.array([20]), 0.95)
    assert found == wilson(20, 20, 0.95)


def test_effective_count_is_never_more_than_the_count():
    assert effective_count(0.5, 1e-9, 10, 100) == 100


def test_clusters_without_any_are_no_observation():
    with_empty = clustered_ratio(
        np.array([2.0, 0, 0]), np.array([2.0, 2, 0]), np.array([8, 2, 1_000]), 0.95
    )
    without = clustered_ratio(np.array([2.0, 0]), np.array([2.0, 2]), np.array([8, 2]), 0.95)
    assert with_empty == without


def test_nothing_to_take_a_share_of_gives_none():
    none = np.array([0.0])
    assert clustered_ratio(none, none, np.array([3]), 0.95) is None
    assert f1_interval(none, none, none, np.array([3]), 0.95, 1) is None


def test_f1_of_no_error_is_not_certain():
    ones, n = np.array([1.0]), np.array([40])
    found = f1_interval(ones, ones, ones, n, 0.95, 1)
    assert (found.value, found.upper) == (1, 1)
    assert found.lower == wilson(40, 40).lower


def test_f1_is_the_same_for_the_same_seed_and_near_the_normal_limits():
    # 900 found and true, 50 found alone, 80 true alone
    correct, found, true = np.array([1.0, 0, 0]), np.array([1.0, 1, 0]), np.array([1.0, 0, 1])
    n = np.array([900, 50, 80])
    first, again = (f1_interval(correct, found, true, n, 0.95, 7) for _ in range(2))
    assert first == again
    assert first.value == pytest.approx(1800 / 1930)
    residual = np.array([2, -first.value, -first.value]) - np.array([2 * first.value, 0, 0])
    spread = np.sqrt((n * residual**2).sum()) / 1930
    assert first.half_width == pytest.approx(1.96 * spread, rel=0.08)


def test_clustered_interval_covers_where_pairs_err_together():
    random = np.random.default_rng(3)
    covers = 0
    for _ in range(300):
        size = random.integers(1, 6, 150).astype(float)
        part = size * (random.random(150) < 0.9)
        interval = clustered_ratio(part, size, np.ones(150), 0.95)
        covers += interval.lower <= 0.9 <= interval.upper
    assert 0.91 <= covers / 300 <= 0.985
