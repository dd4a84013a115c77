import numpy as np
import pytest
from scipy.special import expit

from quality.uncertainty.calibration import calibrate
from quality.uncertainty.expected_matches import expected_matches, scores
from quality.uncertainty.labels import Labels

CUTS = (0.1, 0.9, 0.99)


def population(seed, size=20_000):
    """An over-confident model: true log odds are .7 of its own, less .5 in the second group."""
    rng = np.random.default_rng(seed)
    x = np.where(rng.random(size) < 0.7, rng.normal(5, 3, size), rng.normal(-4, 2, size))
    group = (rng.random(size) < 0.3).astype(np.int64)
    match = rng.random(size) < expit(0.7 * x - 0.5 * group)
    return expit(x), match, group


def review(p, match, group, n, seed):
    rng = np.random.default_rng(seed)
    stratum = np.searchsorted(CUTS, p) + 4 * group
    rows = np.concatenate(
        [rng.permutation(np.flatnonzero(stratum == h))[: n // 8] for h in range(8)]
    )
    size = np.bincount(stratum, minlength=8).astype(float)
    return Labels(rows, p[rows], match[rows], stratum[rows], size, group[rows], ("one", "two"))


def test_records_alike_are_put_together_and_none_is_lost():
    p, _, group = population(1)
    every = scores(p, group)
    assert every.n.sum() == len(p)
    assert every.n @ every.p == pytest.approx(p.sum())
    assert len(every.n) < 3_000
    assert np.bincount(every.group, every.n) == pytest.approx(np.bincount(group))


def test_calibrated_matches_are_nearer_the_truth_than_the_models():
    p, match, group = population(2)
    labels = review(p, match, group, 800, 3)
    whole, groups = expected_matches(calibrate(labels), labels, scores(p, group), 0.95)
    assert abs(whole.value - match.sum()) < abs(p.sum() - match.sum())
    assert whole.lower < match.sum() < whole.upper
    assert sum(each.value for each in groups) == pytest.approx(whole.value)


@pytest.mark.long
def test_intervals_hold_the_truth_as_often_as_they_say():
    held = []
    for seed in range(100):
        p, match, group = population(seed)
        labels = review(p, match, group, 600, seed)
        whole, groups = expected_matches(calibrate(labels), labels, scores(p, group), 0.95)
        truths = (match.sum(), *np.bincount(group, match))
        held.append(
            [e.lower <= t <= e.upper for e, t in zip((whole, *groups), truths, strict=True)]
        )
    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=0.045)
