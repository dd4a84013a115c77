"""Percentiles of draws are numpy's, which are slower."""

import numpy as np
import pytest

from quality.percentiles import percentiles

SHARES = (0.0, 0.025, 0.3, 0.5, 0.975, 1.0)


@pytest.mark.parametrize("n", [1, 2, 7, 2_000])
def test_they_are_numpys(n: int) -> None:
    drawn = np.random.default_rng(1).normal(size=n)

    assert percentiles(drawn, SHARES) == np.quantile(drawn, SHARES).tolist()


def test_a_draw_that_is_no_number_leaves_none() -> None:
    assert np.isnan(percentiles(np.array([1.0, np.nan, 0.0]), SHARES)).all()


def test_a_limit_may_be_infinite() -> None:
    assert percentiles(np.array([0.0, 1.0, 2.0, np.inf]), [0.5, 1.0]) == [1.5, np.inf]
