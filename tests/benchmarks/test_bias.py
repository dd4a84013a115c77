"""The bias benchmark in small: gaps found where they are, silence where they are not."""

import json

import numpy as np
import pytest

from benchmarks.bias import null, power
from benchmarks.bias.populations import Population
from benchmarks.bias.reviews import findings, reviewed, true_rate
from benchmarks.bias.run import PARTS, RESULTS
from quality import measures
from quality.errors.cell import BLOCKING, NOWHERE, RIGHT, THRESHOLD
from quality.errors.record_groups import RecordGroups
from quality.review.focal import Focal
from quality.review.strata import frame_of

N = 4_600


def population(seed, gap):
    """Two groups of whom a tenth are not held by the other source, and some matches missed."""
    random = np.random.default_rng(seed)
    group = random.integers(0, 2, N)
    held = random.random(N) < 0.9
    lost = held & (random.random(N) < np.where(group == 0, 0.04 + gap, 0.04))
    false = ~held & (random.random(N) < 0.02)
    linked = (held & ~lost) | false
    kind = np.where(lost, np.where(random.random(N) < 0.5, BLOCKING, THRESHOLD), RIGHT)
    kind[false] = NOWHERE
    p = np.where(linked, np.where(false, 0.95, 0.995), np.where(lost, 0.3, 0.05))
    candidate = linked | (kind == THRESHOLD) | (random.random(N) < 0.3)
    frame = frame_of(linked, p, candidate, group, np.where(linked, 1 - p, p))
    names = ("Female", "Male")
    by = RecordGroups("sex", names, group)
    record = np.arange(N)
    return Population(
        Focal("census", "register", record, np.where(linked, record, -1), names, frame),
        kind,
        by,
        (by,),
    )


@pytest.fixture(scope="module")
def found():
    """Reviews of one population with a gap of five points, twenty of them."""
    return power.one(population(1, 0.05), 1, 20)


def test_a_gap_of_five_points_is_found_with_its_sign(found):
    recall = [each for each in found if each["measure"] == measures.RECALL]
    assert np.mean([r["p_adjusted"] <= 0.05 and r["estimate"] < 0 for r in recall]) >= 0.8
    held = [r["lower"] <= r["truth"] <= r["upper"] for r in found]
    assert np.mean(held) >= 0.9


def test_the_detectable_gap_is_near_the_one_where_power_crosses(found):
    made = {gap: power.one(population(2, gap), 2, 10) for gap in (0.01, 0.02, 0.03)} | {0.05: found}
    rows = [power.scored(gap, reviews) for gap, reviews in made.items()]
    last = power.crossing([each for reviews in made.values() for each in reviews], rows)
    assert 0.7 <= last["ratio"] <= 1.3


def test_groups_that_do_not_differ_raise_few_alarms():
    reviews = [each for seed in range(10) for each in null.one(population(seed, 0), seed, 2)]
    assert len(reviews) == 20
    assert sum(bool(each["alarms"]) for each in reviews) <= 4


def test_a_reviewed_population_is_estimated_near_its_truth():
    made = population(3, 0.05)
    rows = {(r.measure, r.group): r for r in findings(reviewed(made, 2_000, 1))}
    truth = [true_rate(made, measures.RECALL, made.by.group == g) for g in (0, 1)]
    row = rows.get(("recall_gap", "Female")) or rows["recall_gap", "Male"]
    gap = truth[0] - truth[1] if row.group == "Female" else truth[1] - truth[0]
    assert row.estimate == pytest.approx(gap, abs=0.01)
    assert all(
        rows[place].n_tests == len([r for r in rows.values() if r.p_adjusted is not None])
        for place in rows
    )


def test_gaps_are_made_by_the_specification():
    text = power.specification(0.05)
    assert "unlinkable: 0.05" in text
    assert "unlinkable: { sex: { M: 0 } }" in text


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.NAME)
def test_committed_pages_are_those_of_the_committed_figures(part):
    path = RESULTS / f"bias_{part.NAME}"
    figures = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = "\n".join(part.page(figures)) + "\n"
    assert path.with_suffix(".md").read_text(encoding="utf-8") == page
