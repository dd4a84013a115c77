"""Calibration on labels of a stratified sample, against what made them."""

import json

import numpy as np
import pytest
from scipy.special import expit

from quality.uncertainty.accuracy import accuracy, bins
from quality.uncertainty.calibration import FITS, calibrate, crossfitted
from quality.uncertainty.labels import Labels
from quality.uncertainty.platt import fit_platt
from quality.uncertainty.resampling import between, resampled

CUTS = (0.1, 0.9, 0.99)


def reviewed(n, seed, a=-0.5, b=0.6, groups=1, size=20_000):
    """Draw a population whose log odds are a + b times the model's, and review equal numbers of
    each stratum of p."""
    rng = np.random.default_rng(seed)
    x = np.where(rng.random(size) < 0.7, rng.normal(5, 3, size), rng.normal(-4, 2, size))
    p, match = expit(x), rng.random(size) < expit(a + b * x)
    stratum = np.searchsorted(CUTS, p)
    rows = np.concatenate(
        [rng.permutation(np.flatnonzero(stratum == h))[: n // 4] for h in range(4)]
    )
    return Labels(
        record=rows,
        p=p[rows],
        match=match[rows],
        stratum=stratum[rows],
        records=np.bincount(stratum, minlength=4).astype(float),
        group=rows % groups,
        groups=tuple(f"g{k}" for k in range(groups)),
    )


def test_weights_add_up_to_the_records_of_each_stratum():
    labels = reviewed(200, 1)
    assert np.bincount(labels.stratum, labels.weight) == pytest.approx(labels.records)


def test_too_few_labels_are_not_calibrated_but_counted_in_the_large():
    found = calibrate(reviewed(140, 2))
    assert (found.method, found.map, found.curve) == ("none", None, ())
    assert set(found.overall.scored) == {"in_the_large", "calibration_error", "brier"}
    assert found.overall.calibrated == {}


def test_one_class_that_is_rare_is_not_calibrated():
    labels = reviewed(400, 3, a=8, b=1)
    assert min(labels.match.sum(), (~labels.match).sum()) < 20
    assert calibrate(labels).method == "none"


def test_the_form_follows_the_number_of_labels():
    assert calibrate(reviewed(600, 4)).method == "platt"
    found = calibrate(reviewed(1_600, 4))
    assert set(found.losses) == {"scored", "isotonic", "beta"}
    assert found.method == min(("isotonic", "beta"), key=found.losses.__getitem__)


def test_calibrating_lowers_what_an_overconfident_model_loses():
    found = calibrate(reviewed(800, 5))
    before, after = found.overall.scored, found.overall.calibrated
    assert before["slope"].upper < 1
    assert found.losses["platt"] < found.losses["scored"]
    assert after["brier"].value < before["brier"].value
    assert abs(after["in_the_large"].value - 1) < abs(before["in_the_large"].value - 1)


def test_a_group_that_errs_more_gets_its_own_shift():
    labels = reviewed(900, 6, a=0, b=1, groups=2)
    # a third of the matches of the second group were never matches
    taken = (labels.group == 1) & (labels.record % 3 == 0)
    moved = Labels(**{**vars(labels), "match": labels.match & ~taken})
    found = calibrate(moved)
    assert found.method == "platt_by_group"
    assert found.map.shift[1] < found.map.shift[0]
    assert found.groups["g1"].scored["in_the_large"].value > 1.1
    assert found.groups["g1"].calibrated["in_the_large"].value == pytest.approx(1, abs=0.05)


def test_crossfitting_leaves_a_records_own_label_out():
    labels = reviewed(400, 7)
    before = crossfitted(FITS["platt"], labels, 1)
    turned = labels.match.copy()
    turned[0] = ~turned[0]
    after = crossfitted(FITS["platt"], Labels(**{**vars(labels), "match": turned}), 1)
    own = labels.fold(1) == labels.fold(1)[0]
    assert after[own] == pytest.approx(before[own], abs=1e-12)
    assert (after[~own] != before[~own]).all()


def test_folds_are_even_keyed_and_of_the_record_alone():
    labels = reviewed(4_000, 8)
    fold = labels.fold(1)
    assert np.bincount(fold) == pytest.approx(len(labels) / 5, rel=0.15)
    assert (labels.fold(2) != fold).mean() == pytest.approx(0.8, abs=0.05)
    order = np.random.default_rng(9).permutation(len(labels))
    turned = Labels(**{**vars(labels), "record": labels.record[order]})
    assert (turned.fold(1) == fold[order]).all()


def test_resamples_vary_as_samples_do():
    rng = np.random.default_rng(10)
    y, n, size = rng.random(40), 40, 100.0
    labels = Labels(np.arange(n), y, y > 0.5, np.zeros(n, int), np.array([size]), np.zeros(n, int))
    means = [w @ y / size for w in resampled(labels, 4_000, 11)]
    assert np.std(means) ** 2 == pytest.approx((1 - n / size) * y.var(ddof=1) / n, rel=0.08)


def test_a_stratum_reviewed_whole_does_not_vary():
    labels = reviewed(400, 12, size=400)
    whole = Labels(**{**vars(labels), "records": np.bincount(labels.stratum).astype(float)})
    assert all(w == pytest.approx(whole.weight) for w in resampled(whole, 5, 1))


def test_measures_by_hand():
    p = np.array([0.0005, 0.2, 0.2, 0.8])
    match = np.array([False, False, True, True])
    weight = np.array([100.0, 3, 1, 4])
    found = accuracy(p, match, weight, slope=False)
    assert found["in_the_large"] == pytest.approx((0.05 + 0.8 + 3.2) / 5)
    # bins .1 to .3 and .7 to .9: |.2 - .25| and |.8 - 1|, half of the inner weight each
    assert found["calibration_error"] == pytest.approx(0.125)
    assert found["brier"] == pytest.approx((100 * 0.0005**2 + 3 * 0.04 + 0.64 + 4 * 0.04) / 108)
    assert [(each.low, each.n_labels) for each in bins(p, match, weight, None, 0.95)] == [
        (0.0, 1),
        (0.1, 2),
        (0.7, 1),
    ]


def slope_of(labels, resamples):
    weights = [labels.weight, *resampled(labels, resamples, 1)]
    return between([fit_platt(labels.p, labels.match, w).slope for w in weights], 0.95)


def test_the_slopes_interval_covers():
    slopes = [slope_of(reviewed(200, seed, a=0.3, b=0.7), 80) for seed in range(120)]
    covered = np.mean([each.lower <= 0.7 <= each.upper for each in slopes])
    assert np.mean([each.value for each in slopes]) == pytest.approx(0.7, abs=0.06)
    assert 0.905 <= covered <= 0.995  # .95 less and more about two Monte-Carlo errors


def test_the_record_is_plain_json():
    found = calibrate(reviewed(600, 13, groups=3))
    record = json.loads(json.dumps(found.as_record(), allow_nan=False))
    assert record["overall"]["scored"]["slope"]["level"] == 0.95
    assert len(record["groups"]) == 3
