"""Capture-recapture over blocking rules, against worked numbers and models with a known answer."""

from itertools import product

import numpy as np
import pytest

from quality.errors.capture_recapture import all_two_way, chao_bound, uncaught

ALL = np.arange(1, 8)
CHOSEN = (0, 1, 2)


def expected_cells(*classes):
    """Cells of three rules, the eighth of them what none caught: (share, three chances) a class."""
    n = np.zeros(8)
    for total, chances in classes:
        for met in product((0, 1), repeat=3):
            cell = sum(bit << at for at, bit in enumerate(met))
            factors = (c if bit else 1 - c for bit, c in zip(met, chances, strict=True))
            n[cell] += total * np.prod(list(factors))
    return n


# methods, section 10.5: bad records are caught less by every rule
@pytest.mark.parametrize(
    ("bad", "true", "by_chao"), [(0.05, 0.987, 0.997), (0.12, 0.969, 0.992), (0.25, 0.936, 0.976)]
)
def test_chao_is_a_bound_that_shared_quality_makes_too_low(bad, true, by_chao):
    good = (200_000 * (1 - bad), (0.93, 0.87, 0.93))
    n = expected_cells(good, (200_000 * bad, (0.35, 0.35, 0.40)))
    assert 1 - n[0] / n.sum() == pytest.approx(true, abs=6e-4)
    found = uncaught(ALL, n[1:], np.zeros(7), CHOSEN)
    assert 1 - found.loss == pytest.approx(by_chao, abs=6e-4)
    assert found.chao < n[0]


def test_strata_of_like_quality_take_the_dependence_away():
    parts = [expected_cells((1e5, (0.93, 0.93, 0.93))), expected_cells((1e4, (0.4, 0.4, 0.4)))]
    histories, stratum = np.tile(ALL, 2), np.repeat([0, 1], 7)
    weight = np.concatenate([part[1:] for part in parts])
    together = uncaught(histories, weight, np.zeros(14), CHOSEN)
    apart = uncaught(histories, weight, stratum, CHOSEN)
    true = sum(part[0] for part in parts)
    assert apart.chao == pytest.approx(true, rel=1e-3)
    assert together.chao < 0.8 * true


def test_the_hepatitis_cases_of_three_lists():
    """271 cases in Taiwan (CARE1's data HAV); the closed form for three lists gives 1,042 more."""
    cells = {1: 69, 2: 55, 4: 63, 3: 21, 5: 17, 6: 18, 7: 28}
    histories, n = np.array(list(cells)), np.array(list(cells.values()), dtype=float)
    assert all_two_way(histories, n, CHOSEN) == pytest.approx(
        28 * 69 * 55 * 63 / (21 * 17 * 18), rel=1e-6
    )
    assert chao_bound(histories, n) == pytest.approx(2 / 3 * 187 * 186 / (2 * 57))


def test_any_two_rules_may_depend_where_no_three_do():
    rng = np.random.default_rng(3)
    main, pairs = rng.normal(1.0, 0.3, 4), np.triu(rng.normal(0, 0.6, (4, 4)), 1)
    cells = (np.arange(16)[:, None] >> np.arange(4)) & 1
    n = np.exp(4 + cells @ main + np.einsum("ci,ij,cj->c", cells, pairs, cells))
    assert all_two_way(np.arange(1, 16), n[1:], (0, 1, 2, 3)) == pytest.approx(n[0], rel=1e-6)


def test_what_only_other_rules_caught_is_not_lost():
    n = expected_cells((1000.0, (0.8, 0.7, 0.6)))
    histories, weight = np.append(ALL, 8), np.append(n[1:], n[0] / 2)
    assert all_two_way(histories, weight, CHOSEN) == pytest.approx(n[0] / 2, rel=1e-6)


def test_two_rules_that_never_meet_do_not_make_the_loss_infinite():
    histories, n = np.array([1, 2, 4, 5, 6]), np.array([50.0, 40.0, 30.0, 20.0, 10.0])
    assert 0 < all_two_way(histories, n, CHOSEN) < 1e6


def test_with_two_rules_there_is_chao_alone_and_with_one_nothing():
    two = uncaught(np.array([1, 2, 3]), np.array([20.0, 10.0, 100.0]), np.zeros(3), CHOSEN)
    assert two.two_way is None
    assert two.range == (two.loss, two.loss)
    assert chao_bound(np.array([1]), np.array([50.0])) == 0.0
    assert uncaught(np.zeros(0, int), np.zeros(0), np.zeros(0), CHOSEN).loss == 0.0
