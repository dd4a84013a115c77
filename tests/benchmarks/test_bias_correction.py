"""A tenth of the benchmark of corrections, and what its committed results must show."""

import json

import numpy as np
import pytest

from benchmarks.bias import correction
from benchmarks.bias.correction import repeat, scored
from benchmarks.bias.correction_table import judged
from benchmarks.bias.correction_worlds import WORLDS, make, partners
from benchmarks.bias.run import RESULTS, write
from benchmarks.bias.unlinked import BY_GROUP, weights_records
from quality import measures

WORLD = {world.name: world for world in WORLDS}
SEEDS = [seed for seed in range(112) if seed % 10]
"""A hundred repeats, without those that take longest: imputed links."""


@pytest.fixture(scope="module")
def linear():
    return {
        r["method"]: r for r in scored(WORLD["linear"], [repeat(WORLD["linear"], s) for s in SEEDS])
    }


def test_a_tenth_of_the_bias_at_most_is_left(linear):
    naive, corrected = linear[measures.NAIVE], linear[measures.FALSE_LINK_CORRECTED]
    assert naive["bias"] <= -0.1
    assert corrected["meets"]
    assert corrected["coverage"] >= 0.93 - 2 * np.sqrt(0.93 * 0.07 / len(SEEDS))


def test_without_the_draws_of_the_precision_intervals_are_too_narrow(linear):
    plugged = linear["precision of the review taken for known"]
    assert plugged["width"] < 0.9 * linear[measures.FALSE_LINK_CORRECTED]["width"]


def test_in_households_the_correction_goes_too_far():
    world = WORLD["linear, households"]
    found = {r["method"]: r for r in scored(world, [repeat(world, s) for s in SEEDS[:20]])}
    assert found[measures.NAIVE]["bias"] < 0 < found[measures.FALSE_LINK_CORRECTED]["bias"]
    assert not judged(found[measures.FALSE_LINK_CORRECTED])


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_a_world_is_what_it_says(world):
    made = make(world, np.random.default_rng(3))
    precision = [made.right[made.linked.group == group].mean() for group in range(3)]
    assert precision == pytest.approx(world.precision, abs=0.06)
    assert made.candidates.p.reshape(-1, 2).sum(axis=1).max() <= 1
    shares = partners(made.linked.group, anyone=True)
    assert shares.sum(axis=1) == pytest.approx(np.ones(3))


def test_weights_put_the_make_up_right_and_leave_the_gap():
    found = {(r["method"], r["kind"]): r["bias"] for r in weights_records(40)}
    assert found[BY_GROUP, "mean"] < 0.85 * found[measures.NAIVE, "mean"]
    assert found[BY_GROUP, "gap"] == pytest.approx(found[measures.NAIVE, "gap"], abs=0.005)


def test_committed_results_meet_the_bar(tmp_path):
    records = json.loads((RESULTS / "bias_correction.json").read_text(encoding="utf-8"))
    write(correction, records, tmp_path)
    for name in ("bias_correction.md", "bias_correction.json"):
        assert (tmp_path / name).read_text() == (RESULTS / name).read_text(encoding="utf-8")
    held = [each for each in records if "coverage" in each and judged(each)]
    assert {each["kind"] for each in held} == {"linear", "logistic", "mean"}
    for each in held:
        assert each["repeats"] >= 1000
        assert each["meets"], each["world"]
        assert each["coverage"] >= 0.93, each["world"]
    assert any(each["partner"] == "household" for each in records if "coverage" in each)
