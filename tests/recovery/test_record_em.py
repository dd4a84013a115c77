"""Record-EM finds the parameters that made the data, and its probabilities add up to the truth."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.model import training
from linkage.model.parameters import Parameters
from linkage.model.training import probabilities, train

MODES = {"both": {}, "one": {}, "neither": {"n_focal": 16_000}}
TOLERANCE = {("neither", 0.0002): 0.02}
"""Of the sum of probabilities where it is not 1 %: people of one household who do not compete."""


@pytest.mark.parametrize("household", [0.0, 0.0002])
@pytest.mark.parametrize("mode", MODES)
def test_m_and_the_shares_are_recovered(world_of, true_u, mode, household):
    world = world_of(seed=5, mode=mode, household=household, **MODES[mode])
    fitted = train(world.evidence)
    shares = fitted.shares["a x b"]
    for found, true in zip(fitted.parameters.m, world.m, strict=True):
        assert found == pytest.approx(true, abs=0.015 if mode == "neither" else 0.008)
    for found, true in zip(fitted.parameters.u, true_u, strict=True):
        assert found == pytest.approx(true, abs=0.0002)
    assert shares.household == pytest.approx(world.household, rel=0.08)
    if mode != "neither":
        assert shares.partnered == pytest.approx(world.pi, abs=0.005)
    assert shares.matched * world.block.n_pairs == pytest.approx(
        world.n_matches, rel=TOLERANCE.get((mode, household), 0.01)
    )


@pytest.mark.parametrize("household", [0.0, 0.0002])
@pytest.mark.parametrize("mode", MODES)
def test_the_probabilities_add_up_to_the_matches(world_of, mode, household):
    sums = []
    for seed in (6, 7):
        world = world_of(seed=seed, mode=mode, household=household, **MODES[mode])
        made = probabilities(world.evidence, train(world.evidence), world.block)
        sums.append(made.p.sum() / world.n_matches)
    assert np.mean(sums) == pytest.approx(1, abs=TOLERANCE.get((mode, household), 0.01))


def test_u_is_of_chance_alone(world_of, true_u):
    world = world_of(seed=11, mode="both", household=0.001, n_focal=1000, n_opposite=1500)
    fitted = train(world.evidence)
    for k, true in enumerate(true_u):
        seen = world.evidence.random.levels(k, len(true))
        error = np.abs(fitted.parameters.u[k] - true)[1:] / true[1:]
        assert error.max() < 0.05
        if k in world.evidence.household:
            assert (seen / seen.sum() / true)[-1] > 1.08


def test_normalisation_is_what_keeps_a_record_to_one_partner(world_of):
    world = world_of(seed=8, mode="both")
    p = probabilities(world.evidence, train(world.evidence), world.block).p
    for side, n in ((world.block.focal, 8000), (world.block.opposite, 12_000)):
        assert np.bincount(side, weights=p, minlength=n).max() < 1.02
    apart = replace(world.block, competing=False, both_sides=False)
    raw = replace(world.evidence, blocks=(apart,))
    plain = probabilities(raw, train(raw), apart).p
    assert np.bincount(apart.focal, weights=plain).max() > 1.2


@pytest.mark.parametrize("mode", MODES)
def test_without_the_household_class_the_sum_is_too_high(world_of, mode):
    world = world_of(seed=9, mode=mode, household=0.001, **MODES[mode])
    with_it = probabilities(world.evidence, train(world.evidence), world.block).p.sum()
    without = replace(world.evidence, sharing=None)
    plain = probabilities(without, train(without), world.block).p.sum()
    assert with_it == pytest.approx(world.n_matches, rel=0.02)
    assert abs(plain - world.n_matches) > 1.5 * abs(with_it - world.n_matches)
    assert plain > with_it


@pytest.mark.parametrize("mode", MODES)
def test_two_starts_meet(world_of, monkeypatch, mode):
    world = world_of(seed=10, mode=mode, household=0.0002)
    one = train(world.evidence, tolerance=1e-7)

    def elsewhere(comparisons, u):
        shapes = [np.linspace(1, 2, len(c.scored)) for c in comparisons]
        return Parameters(tuple(shape / shape.sum() for shape in shapes), tuple(u))

    monkeypatch.setattr(training, "start", elsewhere)
    other = train(world.evidence, tolerance=1e-7)
    for a, b in zip(one.parameters.m, other.parameters.m, strict=True):
        assert a == pytest.approx(b, abs=1e-4)
    assert one.shares["a x b"].matched == pytest.approx(other.shares["a x b"].matched, rel=1e-4)
