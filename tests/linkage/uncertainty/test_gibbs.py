"""Draws of linkages: the same for a seed, right where the answer is known, and able to fail."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.model.training import probabilities
from linkage.uncertainty import contest
from linkage.uncertainty.gibbs import LONGEST, THIN, gibbs


@pytest.mark.parametrize("mode", ["one", "both"])
def test_a_seed_gives_the_same_draws_whatever_the_order_of_candidates(trained, shuffled, mode):
    evidence, fitted = trained(mode)
    moved, order = shuffled(evidence)
    one, other = gibbs(evidence, fitted, draws=20), gibbs(moved, fitted, draws=20)
    for a, b in zip(one.m, other.m, strict=True):
        assert (a == b).all()
    assert (one.pi == other.pi).all()
    for draw in range(20):
        assert set(one.rows(draw)) == set(order[other.rows(draw)])
    assert not (gibbs(evidence, fitted, draws=20, seed=2).pi == one.pi).all()


@pytest.mark.parametrize("mode", ["one", "both"])
def test_shares_of_draws_are_the_probabilities_where_parameters_hardly_vary(trained, mode):
    evidence, fitted = trained(mode)
    (block,) = evidence.blocks
    drawn = gibbs(evidence, fitted, draws=400)
    p = probabilities(evidence, fitted, block).p
    share = drawn.share(len(p))
    open_ = (p > 0.02) & (p < 0.98)
    z = (share - p)[open_] / np.sqrt(p * (1 - p) / 400)[open_]
    assert np.sqrt(np.mean(z**2)) < 1.6  # 1 where nothing but chance in the draws plays a part
    spread = drawn.links.sum(axis=1).std() / 20
    assert drawn.links.mean() == pytest.approx(p.sum(), abs=4 * spread)


@pytest.mark.parametrize("mode", ["one", "both"])
def test_nobody_has_two_partners(trained, mode):
    evidence, fitted = trained(mode)
    (block,) = evidence.blocks
    drawn = gibbs(evidence, fitted, draws=20)
    for draw in range(drawn.n):
        rows = drawn.rows(draw)
        assert len(set(block.focal[rows])) == len(rows)
        assert mode == "one" or len(set(block.opposite[rows])) == len(rows)
        assert len(rows) == drawn.links[draw].sum()


def test_what_is_certain_may_be_counted_once(trained, monkeypatch):
    evidence, fitted = trained("one")
    folded = gibbs(evidence, fitted, draws=400)
    monkeypatch.setattr(contest, "CERTAIN", 1e-12)
    whole = gibbs(evidence, fitted, draws=400)
    assert len(whole.contest.row) > len(folded.contest.row)
    for a, b in zip(folded.m, whole.m, strict=True):
        assert a.mean(axis=0) == pytest.approx(b.mean(axis=0), abs=5 * b.std(axis=0).max() / 20)
        assert a.std(axis=0) == pytest.approx(b.std(axis=0), rel=0.3)


def test_m_varies_as_counts_of_its_links_do(trained):
    """With outcomes all but certain, m is a share of so many links: a Dirichlet's spread."""
    evidence, fitted = trained("both")
    drawn = gibbs(evidence, fitted, draws=400)
    n = drawn.links.mean()
    for m, fit in zip(drawn.m, fitted.parameters.m, strict=True):
        binomial = np.sqrt(fit * (1 - fit) / n)
        assert (m.std(axis=0) > 0.9 * binomial).all()
        assert (m.std(axis=0) < 2.5 * binomial).all()


def test_groups_have_shares_of_their_own(trained):
    evidence, fitted = trained("one")
    (block,) = evidence.blocks
    linked = np.zeros(block.n_focal, dtype=np.int64)
    p = probabilities(evidence, fitted, block)
    linked[p.unmatched < 0.5] = 1
    drawn = gibbs(evidence, fitted, groups=linked, draws=40)
    assert drawn.pi.shape == drawn.links.shape == (40, 2)
    assert drawn.pi[:, 0].mean() < 0.1
    assert drawn.pi[:, 1].mean() > 0.9


def test_groups_that_are_tallied_add_up_to_all(trained):
    evidence, fitted = trained("both")
    group = np.arange(evidence.blocks[0].n_focal) % 3
    drawn = gibbs(evidence, fitted, draws=20, tallies=(group,))
    assert (drawn.trace[:, :, -3:].sum(axis=2) == drawn.trace[:, :, -4]).all()


def test_links_of_match_keys_are_in_every_draw_and_their_rivals_in_none(trained):
    evidence, fitted = trained("both")
    (block,) = evidence.blocks
    p = probabilities(evidence, fitted, block).p
    unlikely = np.flatnonzero(p < 0.01)[:3]
    drawn = gibbs(evidence, fitted, draws=20, fixed=unlikely)
    share = drawn.share(len(p))
    assert (share[unlikely] == 1).all()
    rivals = np.isin(block.focal, block.focal[unlikely])
    rivals |= np.isin(block.opposite, block.opposite[unlikely])
    rivals[unlikely] = False
    assert rivals.any()
    assert (share[rivals] == 0).all()


def test_chains_meet_and_can_fail_to(trained):
    evidence, fitted = trained("both")
    drawn = gibbs(evidence, fitted, draws=200)
    rhat, effective = drawn.convergence()
    assert rhat < 1.05
    assert effective > 100
    stuck = drawn.trace.copy()
    stuck[0] += 3 * stuck.std(axis=(0, 1))
    rhat, effective = replace(drawn, trace=stuck).convergence()
    assert rhat > 1.1
    assert effective < 100


def test_chains_go_on_until_they_have_met_or_are_as_long_as_they_may_be(trained):
    evidence, fitted = trained("both")
    drawn = gibbs(evidence, fitted, draws=40)
    assert drawn.trace.shape[1] == 10 * THIN
    rhat, effective = drawn.convergence()
    same = gibbs(evidence, fitted, draws=40, enough=(rhat, effective))
    assert (same.choice == drawn.choice).all()
    longest = gibbs(evidence, fitted, draws=40, enough=(1.0, 0.0))
    assert longest.n == 40
    assert longest.trace.shape == (drawn.trace.shape[0], LONGEST * 10 * THIN, drawn.trace.shape[2])
    assert longest.convergence()[0] < rhat
    longer = gibbs(evidence, fitted, draws=40, enough=(rhat - 1e-9, 0.0))
    assert drawn.trace.shape[1] < longer.trace.shape[1] <= longest.trace.shape[1]


def test_where_nobody_competes_there_is_nothing_to_draw(trained):
    evidence, fitted = trained("one")
    apart = replace(evidence.blocks[0], competing=False)
    with pytest.raises(ValueError, match="do not compete"):
        gibbs(replace(evidence, blocks=(apart,)), fitted)


def test_without_candidates_nothing_is_linked(trained):
    evidence, fitted = trained("both")
    names = ("rows", "focal", "opposite", "pattern", "log2_tf", "log2_tf_household")
    (block,) = evidence.blocks
    empty = replace(block, **{name: getattr(block, name)[:0] for name in names})
    drawn = gibbs(replace(evidence, blocks=(empty,)), fitted, draws=20)
    assert drawn.links.sum() == 0
    assert not len(drawn.rows(0))
