"""Refits on weighted records: what weights mean, and intervals that hold the truth."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.recovery.run import SCENARIOS, repeat
from benchmarks.recovery.world import world
from linkage.model.training import train
from linkage.uncertainty.bootstrap import pattern_bounds, percentile, refit


def test_a_weight_of_one_changes_nothing(trained):
    evidence, fitted = trained("one")
    ones = {"a x b": np.ones(evidence.blocks[0].n_focal)}
    for a, b in zip(train(evidence, weights=ones).parameters.m, fitted.parameters.m, strict=True):
        assert (a == b).all()


def test_a_record_counts_as_often_as_its_weight():
    """Twice for one half of the records and never for the other: as training on that half alone."""
    drawn = world(3, "one", n_focal=3000, n_opposite=4000)
    evidence, block = drawn.evidence, drawn.block
    half = block.focal < 1500
    names = ("rows", "focal", "opposite", "pattern", "log2_tf", "log2_tf_household")
    kept = replace(block, **{name: getattr(block, name)[half] for name in names})
    kept = replace(kept, n_focal=1500, n_pairs=block.n_pairs / 2)
    alone = train(replace(evidence, blocks=(kept,)))
    weights = {"a x b": np.where(np.arange(3000) < 1500, 2.0, 0.0)}
    weighted = train(evidence, weights=weights)
    for a, b in zip(alone.parameters.m, weighted.parameters.m, strict=True):
        assert a == pytest.approx(b, abs=1.5e-3)  # half a pair is added at every level
    one, other = alone.shares["a x b"], weighted.shares["a x b"]
    assert one.partnered == pytest.approx(other.partnered, abs=2e-4)
    assert one.matched == pytest.approx(other.matched, rel=1e-3)


def test_going_on_from_a_model_ends_where_it_ended(trained):
    evidence, fitted = trained("both")
    again = train(evidence, begin=fitted)
    assert again.rounds <= 10
    for a, b in zip(again.parameters.m, fitted.parameters.m, strict=True):
        assert a == pytest.approx(b, abs=2e-5)


def test_quantiles_leave_out_what_they_should():
    """Of 39 draws the smallest and the largest are the ends of a 95 % interval: 1 in 40 each."""
    bounds = percentile(np.arange(39.0), 0.95)
    assert (bounds.lower, bounds.upper) == pytest.approx((0, 38))
    bounds = percentile(np.arange(9.0)[:, None] * [1, 10], 0.8)
    assert bounds.lower == pytest.approx([0, 0])
    assert bounds.upper == pytest.approx([8, 80])


def test_refits_vary_as_shares_of_so_many_links_do(trained):
    evidence, fitted = trained("both")
    models = refit(evidence, fitted, refits=60).fitted
    n = fitted.shares["a x b"].partnered * evidence.blocks[0].n_focal
    for k, fit in enumerate(fitted.parameters.m):
        spread = np.std([model.parameters.m[k] for model in models], axis=0)
        binomial = np.sqrt(fit * (1 - fit) / n)
        assert (spread > 0.7 * binomial).all()
        assert (spread < 2.5 * binomial).all()


def test_u_varies_as_counts_of_random_pairs_do(trained):
    evidence, fitted = trained("one")
    few = replace(evidence.random, n=evidence.random.n // 300)
    evidence = replace(evidence, random=few)
    models = refit(evidence, train(evidence, begin=fitted), refits=60).fitted
    total = few.n.sum()
    for k in (0, 4):
        u = np.mean([model.parameters.u[k] for model in models], axis=0)
        spread = np.std([model.parameters.u[k] for model in models], axis=0)
        assert spread == pytest.approx(np.sqrt(u * (1 - u) / total), rel=0.35)


def test_a_seed_gives_the_same_refits(trained):
    evidence, fitted = trained("one")
    one, other = (refit(evidence, fitted, refits=3, seed=5) for _ in range(2))
    assert (one.prior == other.prior).all()
    assert not (refit(evidence, fitted, refits=3, seed=6).prior == one.prior).all()


def test_weights_of_patterns_are_bounded_around_the_fit(trained):
    evidence, fitted = trained("both")
    refits = refit(evidence, fitted, refits=60)
    bounds = pattern_bounds(refits, evidence, evidence.gammas, 0.95)
    narrow = pattern_bounds(refits, evidence, evidence.gammas, 0.5)
    assert (bounds.lower < narrow.lower).all()
    assert (narrow.upper < bounds.upper).all()
    ratios = [fitted.parameters.log2_ratio(k)[g] for k, g in enumerate(evidence.gammas.T)]
    matched = fitted.shares["a x b"].matched
    weight = np.sum(ratios, axis=0) + np.log2(matched / (1 - matched))
    assert ((bounds.lower < weight) & (weight < bounds.upper)).mean() > 0.97


def test_intervals_of_m_hold_the_truth():
    """The recovery benchmark, a small version: 24 worlds, so that 95 % is told to some points."""
    held = [repeat(SCENARIOS[0], seed, refits=60)[0].mean() for seed in range(24)]
    assert np.mean(held) == pytest.approx(0.95, abs=4 * np.std(held) / np.sqrt(24))
    assert np.mean(held) > 0.88
