"""Levels of which hardly a link is certain: drawn as every linkage, summed one by one, says."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from linkage.model.comparisons import Comparison, Level
from linkage.model.evidence import Block, Evidence, RandomPairs
from linkage.model.parameters import Parameters
from linkage.model.training import Fitted, Shares
from linkage.uncertainty import vague
from linkage.uncertainty.contest import Odds
from linkage.uncertainty.convergence import effective_draws
from linkage.uncertainty.gibbs import gibbs
from linkage.uncertainty.one_to_one import entangled
from linkage.uncertainty.vague import Vague, redrawn, vague_levels


def comparison(name, n, **said):
    return Comparison(name, (name,), tuple(Level(str(i), "TRUE") for i in range(n)), **said)


def evidence_of(gammas, comparisons, focal, opposite, pattern, n_focal, n_opposite, both=True):
    gammas, n = np.array(gammas), len(focal)
    block = Block(
        name="a x b",
        rows=np.arange(n),
        focal=np.array(focal),
        opposite=np.array(opposite),
        pattern=np.array(pattern),
        log2_tf=np.zeros(n),
        log2_tf_household=np.zeros(n),
        n_focal=n_focal,
        n_opposite=n_opposite,
        n_pairs=float(n_focal * n_opposite),
        competing=True,
        both_sides=both,
    )
    random = RandomPairs(gammas[:0], np.zeros(0, np.int64))
    return Evidence(tuple(comparisons), gammas, (block,), random, None)


def density_by_linkages(t, m, u, household, candidates, prior, counts):
    """The density of t, the share of level 0: every linkage of the records, with its weight.

    ``candidates`` are the levels of each record's candidates, -1 where the comparison is missing;
    ``counts`` the links of all other records by level.
    """
    levels = np.array([t, *((1 - t) * m[1:] / m[1:].sum())])
    ratio = np.append(levels / u, 1.0)
    odds = [prior * ratio[each] / (household * ratio[each] + 1 - household) for each in candidates]
    linkages = 0.0
    for chosen in product(*(range(-1, len(each)) for each in odds)):
        linkages += np.prod([odds[j][i] for j, i in enumerate(chosen) if i >= 0])
    others = t ** (counts[0] - 0.5) * (1 - t) ** (sum(counts[1:]) + (len(m) - 1) / 2 - 1)
    return others * linkages


@pytest.mark.parametrize("household", [0.0, 0.05])
@pytest.mark.parametrize("counts", [(0, 3, 2), (2, 0, 9)])
def test_m_of_a_level_is_drawn_as_all_linkages_say(contest_among, household, counts):
    m, u = np.array([0.1, 0.3, 0.6]), np.array([0.02, 0.28, 0.7])
    candidates, prior = [[0], [0, 1], [0, -1], [0, 0]], 0.15
    place = [j for j, each in enumerate(candidates) for _ in each]
    pattern = np.concatenate(candidates) % 4
    contest = contest_among(place, np.arange(len(place)))
    gammas = [[0], [1], [2], [-1]]
    compared = [comparison("date", 3, place=bool(household))]
    evidence = evidence_of(gammas, compared, place, np.arange(len(place)), pattern, 4, 9)
    contest = replace(contest, pattern=pattern)
    odds = Odds(evidence, contest, household, np.zeros(4), np.zeros(4))
    level = Vague(0, 0, np.arange(4), contest, odds, np.ones(len(place)))
    parameters, random, drawn = Parameters((m,), (u,)), np.random.default_rng(1), []
    links = np.array([*counts, 4.0])
    for _ in range(4_000):
        parameters = redrawn(level, parameters, np.full(4, prior), links, np.zeros(4), random)
        drawn.append(parameters.m[0])
    t = np.linspace(0, 1, 4_001)[1:-1]
    density = [density_by_linkages(x, m, u, household, candidates, prior, counts) for x in t]
    upto = np.cumsum(density) / np.sum(density)
    shares = np.array(drawn)
    for q in (0.1, 0.3, 0.5, 0.7, 0.9):
        assert np.mean(shares[:, 0] <= t[np.searchsorted(upto, q)]) == pytest.approx(q, abs=0.03)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares[:, 1] / shares[:, 2] == pytest.approx(0.5)


@pytest.mark.parametrize("m", [(1.0, vague.LEAST), (vague.LEAST, 1.0)])
def test_a_level_that_seemed_all_or_nothing_can_be_drawn(contest_among, m):
    contest = contest_among([0, 1], [0, 1])
    evidence = evidence_of([[0], [1]], [comparison("date", 2)], [0, 1], [0, 1], [0, 0], 2, 2)
    odds = Odds(evidence, contest, 0.0, np.zeros(2), np.zeros(2))
    level = Vague(0, 0, np.arange(2), contest, odds, np.ones(2))
    parameters, random = Parameters((np.array(m),), (np.full(2, 0.5),)), np.random.default_rng(2)
    for _ in range(50):
        parameters = redrawn(level, parameters, np.ones(2), np.ones(2), np.zeros(2), random)
        assert parameters.m[0].sum() == pytest.approx(1, abs=1e-6)
    assert 0.05 < parameters.m[0][0] < 0.95


@pytest.fixture
def namesakes():
    """People known by a number or not at all; 1,300 have a namesake born on quite another date."""
    gammas = [[2, -1], [1, 0], [1, 1]]
    pattern = [0] * 2_000 + [1] * 1_300 + [2] * 300
    compared = [comparison("person", 3), comparison("date", 2)]
    n = len(pattern)
    evidence = evidence_of(gammas, compared, range(n), range(n), pattern, 4_000, 10_000)
    m = np.array([0.01, 0.14, 0.85]), np.array([0.01, 0.99])
    u = np.array([1 - 1.1e-4 - 1e-10, 1.1e-4, 1e-10]), np.array([1 - 1e-4, 1e-4])
    fitted = Fitted(Parameters(m, u), {"a x b": Shares(0.58, 2e-4, 0.0)}, 1, 0.0)
    return evidence, fitted


def test_a_chain_moves_where_nearly_every_pair_of_a_level_is_in_doubt(namesakes, monkeypatch):
    evidence, fitted = namesakes
    drawn = gibbs(evidence, fitted, draws=200)
    rhat, effective = drawn.convergence()
    assert rhat < 1.02
    assert effective == 200
    monkeypatch.setattr(vague, "DOUBT", 1.0)
    assert gibbs(evidence, fitted, draws=200).convergence()[1] < 100
    in_turn = gibbs(evidence, fitted, draws=1_000)
    for quantity in range(drawn.trace.shape[2]):
        of_both = [each.trace[:, :, quantity] for each in (drawn, in_turn)]
        errors = [each.std() / np.sqrt(effective_draws(each)) for each in of_both]
        assert abs(of_both[0].mean() - of_both[1].mean()) < 4 * np.hypot(*errors)


def test_levels_are_vague_where_their_links_are_and_records_that_compete_are_left(contest_among):
    contest = contest_among([0, 1, 2, 3], [0, 0, 1, 2], p=np.array([0.02, 0.03, 0.02, 0.9]))
    contest = replace(contest, pattern=np.array([0, 0, 0, 1]))
    gammas = [[0], [1]]
    evidence = evidence_of(gammas, [comparison("date", 2)], [0], [0], [0], 4, 3)
    odds = Odds(evidence, contest, 0.0, np.zeros(2), np.zeros(2))
    shape = entangled(contest, np.full(4, 0.1))
    (found,) = vague_levels(odds, shape, np.zeros(2))
    assert (found.comparison, found.level, found.records.tolist()) == (0, 0, [2])
    assert found.contest.opposite.tolist() == [1]
    (alone,) = vague_levels(odds, None, np.zeros(2))
    assert alone.records.tolist() == [0, 1, 2]
    assert not list(vague_levels(odds, None, np.array([2.0, 0.0])))
