"""The label-free rates are near the truth in a world whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.model.training import probabilities, train
from quality import measures
from quality.errors.chance_pairs import ChancePairs
from quality.errors.label_free import label_free
from quality.errors.variants import Grouped


def rules_of(world):
    """Every two of the first four comparisons at their strictest level are a rule."""
    gammas = world.evidence.gammas
    exact = [gammas[:, k] == gammas[:, k].max() for k in range(4)]
    pairs = [(a, b) for a in range(4) for b in range(a)]
    mask = sum((exact[a] & exact[b]).astype(np.int64) << at for at, (a, b) in enumerate(pairs))
    return mask[world.block.pattern]


@pytest.mark.parametrize("mode", ["both", "one"])
def test_rates_by_group_are_those_of_the_truth(world_of, mode):
    world = world_of(seed=21, mode=mode, household=0.0002)
    fitted = train(world.evidence)
    rng = np.random.default_rng(1)
    group = rng.choice(3, world.block.n_focal, p=[0.7, 0.2, 0.1])
    found = label_free(
        world.evidence,
        fitted,
        world.block,
        Grouped(group, 3),
        np.zeros(len(world.block.pattern), bool),
        rules_of(world),
    )
    of, true = group[world.block.focal], np.arange(len(world.block.pattern)) < world.n_matches
    matches = np.append(np.bincount(of[true], minlength=3), true.sum())
    for rates in found.values():
        assert rates.expected == pytest.approx(matches, rel=0.02)
        assert np.isnan(rates.precision).all()


def test_precision_and_recall_of_given_links(world_of):
    world = world_of(seed=22, mode="both", household=0.0002)
    fitted = train(world.evidence)
    n = len(world.block.pattern)
    rng = np.random.default_rng(2)
    true = np.arange(n) < world.n_matches
    p = probabilities(world.evidence, fitted, world.block).p
    links = (p > 0.5) & (rng.random(n) < 0.9)  # a tenth is missed
    links[rng.choice(np.flatnonzero(p < 0.5), 200, replace=False)] = True
    group = np.zeros(world.block.n_focal, dtype=np.int64)
    found = label_free(world.evidence, fitted, world.block, Grouped(group, 1), links)
    precision, recall = true[links].mean(), (links & true).sum() / true.sum()
    for rates in found.values():
        assert rates.precision[-1] == pytest.approx(precision, abs=0.006)
        assert rates.recall_in_blocks[-1] == pytest.approx(recall, abs=0.01)
        assert rates.n_links[-1] == links.sum()


def test_the_groups_of_both_sides_are_evidence_where_they_are_known(world_of):
    world = world_of(seed=23, mode="both")
    fitted = train(world.evidence)
    block, rng = world.block, np.random.default_rng(3)
    group = rng.integers(0, 2, block.n_focal)
    opposite = rng.integers(0, 2, block.n_opposite)
    matched = np.arange(len(block.pattern)) < world.n_matches
    opposite[block.opposite[matched]] = group[block.focal[matched]]
    levels = [
        world.evidence.random.levels(k, len(c.scored))
        for k, c in enumerate(world.evidence.comparisons)
    ]
    half = ChancePairs(
        tuple(np.stack([each / 4, each / 4, 0 * each] * 2) for each in levels),
        np.array([1, 1, 0] * 2) * block.n_pairs / 4,
        np.array([1, 1, 0] * 2) * block.n_focal / 2,
    )
    groups = Grouped(group, 2, opposite=opposite, chance_of_both=half)
    links = np.zeros(len(block.pattern), bool)
    found = label_free(world.evidence, fitted, block, groups, links)
    both = found[measures.MODEL_TWO_QUALITY_BOTH].expected
    focal = found[measures.MODEL_TWO_QUALITY].expected
    assert abs(both[-1] - world.n_matches) <= abs(focal[-1] - world.n_matches) + 5
    assert both[-1] == pytest.approx(world.n_matches, rel=0.01)


def test_pairs_that_do_not_compete_are_refused(world_of):
    world = world_of(seed=24, mode="neither", n_focal=2000)
    fitted = train(world.evidence)
    with pytest.raises(ValueError, match="adds up"):
        label_free(
            world.evidence,
            fitted,
            world.block,
            Grouped(np.zeros(2000, dtype=np.int64), 1),
            np.zeros(len(world.block.pattern), bool),
        )


def test_groups_may_be_of_the_side_that_does_not_compete(world_of):
    world = world_of(seed=25, mode="one")
    fitted, block = train(world.evidence), world.block
    group = np.random.default_rng(4).integers(0, 2, block.n_opposite)
    links = np.zeros(len(block.pattern), bool)
    found = label_free(world.evidence, fitted, block, Grouped(group, 2, of_focal=False), links)
    matched = np.arange(len(block.pattern)) < world.n_matches
    true = np.bincount(group[block.opposite[matched]], minlength=2)
    expected = found[measures.MODEL_NORMALISED].expected
    assert expected[:2] == pytest.approx(true, rel=0.02)


def test_a_world_of_no_candidates_has_no_rates(world_of):
    world = world_of(seed=26, mode="both")
    fitted = train(world.evidence)
    none = np.zeros(0, dtype=np.int64)
    empty = replace(
        world.block,
        rows=none,
        focal=none,
        opposite=none,
        pattern=none,
        log2_tf=np.zeros(0),
        log2_tf_household=np.zeros(0),
    )
    groups = Grouped(np.zeros(empty.n_focal, dtype=np.int64), 1)
    found = label_free(world.evidence, fitted, empty, groups, np.zeros(0, bool), none)
    assert np.isnan(found[measures.MODEL_NORMALISED].precision).all()
    assert found[measures.MODEL_NORMALISED].expected[-1] == 0
