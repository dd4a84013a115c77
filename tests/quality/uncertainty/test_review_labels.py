"""Labels of a run made by hand, and what a whole made run says when it is calibrated."""

import json

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from linkage.tables import CANDIDATES, REVIEWS
from quality.review.focal import read_focal
from quality.uncertainty.calibrated import calibrate_run
from quality.uncertainty.review_labels import best_candidates, labels_of


def final(rows):
    """Decisions as they were settled: (record, link or not, decision, partner, stratum, its N)."""
    names = ("record", "unit_type", "decision", "partner", "stratum", "n_stratum")
    columns = [dict(zip(names, each, strict=True)) for each in rows]
    return pa.table(
        {
            name: pa.array([row.get(name) for row in columns], kind)
            for name, kind in REVIEWS.columns.items()
        }
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


def read(run, by=()):
    focal = read_focal(run.workspace, run.config, by)
    return focal, best_candidates(run.workspace, run.config, focal)


def test_best_is_the_link_or_the_likeliest_candidate(small):
    _, best = read(small)
    assert best.candidate.tolist() == [5, 6, 5, 7, -1]
    # the link of record 1 is its second best pair: its own probability counts
    assert best.p[:4].tolist() == [0.8, 0.2, 0.3, 0.05]
    assert np.isnan(best.p[4])


def test_labels_are_of_best_candidates_and_weights_of_all_reviewed(small):
    focal, best = read(small)
    decisions = final(
        [
            (0, "link", "match", 5, 0, 10),
            (1, "link", "non_match", 5, 0, 10),
            (2, "unlinked", "match", 7, 1, 30),  # a partner, but not the best candidate
            (3, "unlinked", "match", 7, 1, 30),
            (4, "unlinked", "non_match", None, 1, 30),  # without a candidate
        ]
    )
    labels = labels_of(decisions, focal, best)
    assert labels.record.tolist() == [0, 1, 2, 3]
    assert labels.match.tolist() == [True, False, False, True]
    assert labels.weight.tolist() == [5, 5, 10, 10]


def test_who_is_unsure_is_stood_for_by_the_others(small):
    focal, best = read(small)
    decisions = final([(0, "link", "unsure", None, 0, 10), (1, "link", "match", 6, 0, 10)])
    labels = labels_of(decisions, focal, best)
    assert (labels.record.tolist(), labels.weight.tolist()) == ([1], [10])


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


def test_a_run_is_calibrated_overall_and_by_group(made_run):
    run, x, match = large(made_run)
    focal = read_focal(run.workspace, run.config, ["area"])
    stratum = np.digitize(x, [-2, 0, 2])
    chosen = np.concatenate([np.flatnonzero(stratum == h)[:150] for h in range(4)])
    decisions = final(
        [
            (
                k,
                "link" if x[k] > 0 else "unlinked",
                "match" if match[k] else "non_match",
                2_000 + k if match[k] else None,
                stratum[k],
                (stratum == stratum[k]).sum(),
            )
            for k in chosen.tolist()
        ]
    )
    found = calibrate_run(run.workspace, run.config, focal, ["area"], decisions)
    overall, *groups = found.estimates
    assert (overall.grade, overall.method, overall.n_reviewed) == ("B", "calibrated", 600)
    assert overall.lower < match.sum() < overall.upper
    assert abs(overall.estimate - match.sum()) < abs(expit(x).sum() - match.sum())
    assert [each.group for each in groups] == ["north", "south"]
    assert sum(each.estimate for each in groups) == pytest.approx(overall.estimate)
    assert found.calibration.overall.scored["slope"].value == pytest.approx(0.6, abs=0.12)
    assert json.dumps(found.calibration.as_record(), allow_nan=False)


def test_too_few_labels_give_no_estimate(small):
    focal, _ = read(small)
    decisions = final([(0, "link", "match", 5, 0, 10), (1, "link", "non_match", 5, 0, 10)])
    found = calibrate_run(small.workspace, small.config, focal, [], decisions)
    assert (found.calibration.method, found.estimates) == ("none", ())
