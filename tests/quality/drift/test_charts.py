"""Rates against their own series: how often charts are wrong, and what they find."""

from math import log

import numpy as np
import pytest

from quality.drift.charts import Series, chart_shift, slow_shift, spread_of


def drawn(rng, batches, n=500, p=0.2, between=0.0):
    """A series of rates whose batches differ by ``between`` beyond chance."""
    true = np.clip(rng.normal(p, between, batches), 0.01, 0.99)
    return Series(rng.binomial(n, true).astype(float), np.full(batches, float(n)))


def last(rng, chart, batches=12, **said):
    whole = drawn(rng, batches + 1, **said)
    series = Series(whole.k[:-1], whole.n[:-1])
    return chart(series, whole.k[-1], whole.n[-1], spread_of([series])).log_p


@pytest.mark.parametrize("chart", [chart_shift, slow_shift])
@pytest.mark.parametrize("between", [0.0, 0.05])
def test_charts_are_seldom_wrong_however_much_batches_differ(chart, between, rng):
    found = np.array([last(rng, chart, between=between) for _ in range(3_000)])
    assert (found <= log(0.01)).mean() <= 0.02


def test_the_spread_is_one_where_chance_alone_tells_batches_apart_and_more_where_not(rng):
    chance = [spread_of([drawn(rng, 40)]).sigma for _ in range(50)]
    more = [spread_of([drawn(rng, 40, between=0.05)]).sigma for _ in range(50)]
    assert np.mean(chance) == pytest.approx(1.05, abs=0.06)  # never below one
    assert np.mean(more) == pytest.approx(np.hypot(1, 0.05 / np.sqrt(0.16 / 500)), abs=0.35)


def test_groups_of_a_characteristic_share_their_spread(rng):
    series = [drawn(rng, 10, between=0.05) for _ in range(5)]
    assert spread_of(series).freedom == pytest.approx(0.9 * 45)


def test_what_is_slow_is_found_by_the_chart_that_adds_up(rng):
    p = np.r_[np.full(12, 0.2), np.full(8, 0.245)]
    found = np.zeros(2)
    for _ in range(200):
        k = rng.binomial(500, p).astype(float)
        series = Series(k[:-1], np.full(19, 500.0))
        spread = spread_of([series])
        charts = (chart_shift, slow_shift)
        found += [chart(series, k[-1], 500.0, spread).log_p <= log(0.01) for chart in charts]
    assert found[1] > 1.5 * found[0]


def test_a_series_tells_nothing_before_eight_batches_or_of_too_few():
    seven, eight = (Series(np.full(t, 50.0), np.full(t, 500.0)) for t in (7, 8))
    assert not seven.is_told(500)
    assert eight.is_told(500)
    assert not eight.is_told(40)
