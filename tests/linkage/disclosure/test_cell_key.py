import duckdb
import numpy as np
import pytest

from linkage.disclosure.cell_key import (
    BITS,
    MOST,
    VARIANCE,
    key_parameters,
    most_uncertain,
    perturbation_table,
    record_key,
    record_key_sql,
)

NOISE = np.arange(-MOST, MOST + 1)


def test_noise_is_that_of_ptable_1_0_0_for_the_largest_count():
    # the vignette of R's ptable prints create_cnt_ptable(D = 2, V = 1): p of -2 and of 0 for i = 2
    p = most_uncertain(2, 2, 1.0)
    assert p.round(4)[[0, 2, 4]].tolist() == [0.0638, 0.383, 0.0638]


@pytest.mark.parametrize("threshold", [1, 3, 10])
def test_every_row_keeps_the_mean_and_the_variance_and_moves_nothing_under_the_threshold(threshold):
    table = perturbation_table(threshold)
    assert table.probability.shape == (MOST + 1, len(NOISE))
    assert np.allclose(table.probability.sum(axis=1), 1)
    assert np.allclose(table.probability @ NOISE, 0, atol=1e-8)
    assert np.allclose((table.probability @ NOISE**2)[1:], VARIANCE, atol=1e-8)
    for above, row in enumerate(table.probability):
        assert (row[above + NOISE < 0] == 0).all()
    assert table.probability[0].tolist() == (NOISE == 0).astype(float).tolist()


def test_no_noise_of_the_same_moments_is_less_certain():
    # of greatest entropy under two moments is what has log p of degree two, and nothing else
    for down in range(1, MOST + 1):
        log_p = np.log(most_uncertain(down, MOST, VARIANCE))
        assert np.allclose(np.diff(log_p, n=3), 0, atol=1e-6)


@pytest.mark.parametrize(("down", "up", "variance"), [(0, 5, 2.0), (1, 2, 2.0), (5, 5, 0.0)])
def test_noise_that_cannot_be_is_refused(down, up, variance):
    with pytest.raises(ValueError, match="no noise"):
        most_uncertain(down, up, variance)


def test_keys_spread_counts_as_the_table_says():
    keys = np.arange(0, 2**BITS, 2**16 + 1)
    for count in (10, 11, 13, 400):
        noisy = perturbation_table(10).perturbed(np.full(len(keys), count), keys)
        row = perturbation_table(10).probability[min(count - 10, MOST)]
        found = np.bincount(noisy - count + MOST, minlength=len(NOISE)) / len(keys)
        assert np.allclose(found, row, atol=1e-4)
        assert noisy.min() >= 10


def test_ends_of_the_range_of_keys_have_the_ends_of_the_noise():
    table = perturbation_table(10)
    assert table.perturbed(np.array([100, 100]), np.array([0, 2**BITS - 1])).tolist() == [95, 105]


def test_a_count_under_the_threshold_is_not_perturbed_but_refused():
    with pytest.raises(ValueError, match="under the threshold"):
        perturbation_table(10).perturbed(np.array([9]), np.array([5]))


def test_the_database_makes_the_keys_that_hmac_makes():
    ids = ["p1", "Zoë", "", "x" * 200]
    secret = b"a secret of the output folder..."
    key = record_key_sql("record_id")
    found = duckdb.execute(
        f"SELECT {key} FROM (SELECT unnest($ids) AS record_id)",
        {"ids": ids, **key_parameters(secret)},
    ).fetchall()
    assert [row[0] for row in found] == [record_key(secret, each) for each in ids]
    assert record_key(b"another", "p1") != record_key(secret, "p1")
