"""Labels of a run made by hand, and what a whole made run says when it is calibrated."""

import json
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from linkage.tables import CANDIDATES
from quality.review.focal import read_focal
from quality.review.outcomes import Decided
from quality.uncertainty import calibrated
from quality.uncertainty.calibrated import calibrate_run
from quality.uncertainty.calibration import Calibration
from quality.uncertainty.review_labels import best_candidates, labels_of


def review(run, rows, stratum, by=()):
    """A review as far as it is read: rows of (record, decision, partner), strata of all."""
    focal = read_focal(run.workspace, run.config, by)
    record, decision, partner = (list(each) for each in zip(*rows, strict=True))
    at = np.searchsorted(focal.record, record)
    nothing = np.zeros(len(rows), bool)
    return SimpleNamespace(
        focal=focal,
        stratum=np.asarray(stratum),
        linked=np.zeros(max(stratum) + 1, bool),
        decided=Decided(at, nothing.astype(int), np.array(decision) == "unsure", nothing),
        final=pa.table({"decision": decision, "partner": pa.array(partner, pa.int32())}),
    )


@pytest.fixture
def small(made_run):
    """Records 0 to 4 of the census, 5 to 7 of the register; 0 and 1 are linked."""
    run = made_run(linkage={"type": "link", "focal": "census"})
    run.source("census", [{"id": f"c{k}", "surname": "x"} for k in range(5)])
    run.source("register", [{"id": f"r{k}", "surname": "x"} for k in range(3)])
    run.decide(links=[("census", "c0", "register", "r0"), ("census", "c1", "register", "r1")])
    pairs = [
        (0, 5, 0.8),
        (0, 6, 0.1),
        (1, 5, 0.7),
        (1, 6, 0.2),
        (2, 5, 0.3),
        (2, 7, 0.3),
        (3, 7, 0.05),
    ]
    rows = [
        {"source_l": "census", "source_r": "register", "record_l": a, "record_r": b, "p_record": p}
        for a, b, p in pairs
    ]
    run._write("candidates", CANDIDATES, rows)
    return run


def test_best_is_the_link_or_the_likeliest_candidate(small):
    focal = read_focal(small.workspace, small.config, ())
    best = best_candidates(small.workspace, small.config, focal)
    assert best.candidate.tolist() == [5, 6, 5, 7, -1]
    # the link of record 1 is its second best pair: its own probability counts
    assert best.p[:4].tolist() == [0.8, 0.2, 0.3, 0.05]
    assert np.isnan(best.p[4])


def labels(run, rows, stratum):
    given = review(run, rows, stratum)
    return labels_of(given, best_candidates(run.workspace, run.config, given.focal))


def test_labels_are_of_best_candidates_and_stand_for_records_that_have_one(small):
    rows = [
        (0, "match", 5),
        (1, "non_match", 5),
        (2, "match", 7),  # a partner, but not the best candidate
        (3, "match", 7),
        (4, "non_match", None),  # without a candidate
    ]
    found = labels(small, rows, [0, 0, 1, 1, 1])
    assert found.record.tolist() == [0, 1, 2, 3]
    assert found.match.tolist() == [True, False, False, True]
    assert found.records.tolist() == [2, 2]
    assert found.weight.tolist() == [1, 1, 1, 1]


def test_who_is_unsure_is_stood_for_by_the_others(small):
    found = labels(small, [(0, "unsure", None), (1, "match", 6)], [0, 0, 0, 0, 0])
    assert (found.record.tolist(), found.weight.tolist()) == ([1], [4])


def large(made_run, n=2_000):
    """Two groups with an over-confident model; every record's best candidate is its own."""
    rng = np.random.default_rng(1)
    x = np.where(rng.random(n) < 0.6, rng.normal(4, 2.5, n), rng.normal(-3, 2, n))
    match = rng.random(n) < expit(0.6 * x)
    run = made_run(
        linkage={"type": "link", "focal": "census"},
        groups={"area": {"source": "census", "column": "area"}},
    )
    names = np.where(np.arange(n) % 3 == 0, "north", "south")
    census = [{"id": f"c{k}", "surname": "x", "group_area": str(names[k])} for k in range(n)]
    run.source("census", census).source(
        "register", [{"id": f"r{k}", "surname": "x"} for k in range(n)]
    )
    linked = np.flatnonzero(x > 0)
    run.decide(links=[("census", f"c{k}", "register", f"r{k}") for k in linked])
    rows = [
        {
            "source_l": "census",
            "source_r": "register",
            "record_l": k,
            "record_r": n + k,
            "p_record": float(expit(x[k])),
        }
        for k in range(n)
    ]
    run._write("candidates", CANDIDATES, rows)
    return run, x, match


def reviewed(made_run):
    run, x, match = large(made_run)
    stratum = np.digitize(x, [-2, 0, 2])
    chosen = np.concatenate([np.flatnonzero(stratum == h)[:150] for h in range(4)])
    rows = [
        (k, "match" if match[k] else "non_match", 2_000 + k if match[k] else None)
        for k in chosen.tolist()
    ]
    return run, review(run, rows, stratum.tolist(), ["area"]), x, match


def test_a_run_is_calibrated_overall_and_by_group(made_run):
    run, given, x, match = reviewed(made_run)
    found = calibrate_run(run.workspace, run.config, given, ["area"])
    overall, *groups = found.estimates
    assert (overall.grade, overall.method, overall.n_reviewed) == ("B", "calibrated", 600)
    assert overall.lower < match.sum() < overall.upper
    assert abs(overall.estimate - match.sum()) < abs(expit(x).sum() - match.sum())
    assert [each.group for each in groups] == ["north", "south"]
    assert sum(each.estimate for each in groups) == pytest.approx(overall.estimate)
    assert found.calibration.overall.scored["slope"].value == pytest.approx(0.6, abs=0.12)
    assert json.dumps(found.calibration.as_record(), allow_nan=False)


def test_the_estimate_stage_writes_the_calibration_of_its_review(made_run, monkeypatch, tmp_path):
    run, given, *_ = reviewed(made_run)
    (tmp_path / "design.json").write_text('{"by": []}')
    monkeypatch.setattr(calibrated, "read_review_of", lambda *_: given)
    settings = run.config.quality.model_copy(update={"review": tmp_path})
    config = run.config.model_copy(update={"quality": settings})
    (row,) = calibrated.calibrated_matches(run.workspace, config)
    assert row.measure == "expected_matches"
    written = Calibration.from_record(run.workspace.read_json("calibration"))
    assert written.overall.n_labels == 600


def test_without_a_review_nothing_is_calibrated(small):
    assert list(calibrated.calibrated_matches(small.workspace, small.config)) == []
    assert small.workspace.read_json("calibration") is None


def test_too_few_labels_give_no_estimate(small):
    given = review(small, [(0, "match", 5), (1, "non_match", 5)], [0] * 5)
    found = calibrate_run(small.workspace, small.config, given, [])
    assert (found.calibration.method, found.estimates) == ("none", ())
