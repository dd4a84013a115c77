"""Draws of whole linkages, with the parameters that go with each: a Gibbs sampler of the fabl type.

In turn, for every draw: the partner of every open record given m and the shares, then m and the
shares given the partners.

    partner of j:  P(i) in proportion to LR_ij pi / ((1 - pi) n),  P(none) to 1
    m_k      ~ Dirichlet(counts of the links by level + 1/2)
    pi       ~ Beta(1 + links, 1 + focal records without one)

n is the number of records opposite; where both sources hold each person once, of those still free,
and partners are drawn one to one. LR holds the household class as training does. Held as fitted: u,
which comes from far more pairs, and the household's share, which is estimated from pairs of its own
(those that agree on an address key) and hardly depends on who is linked; refits renew both.

Source: Kundinger, Reiter and Steorts (fabl; briankundinger/fabl.BA, ``R/gibbs_base.R``: the public
code, not the paper); derived in docs/explanation/link-uncertainty.md.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from linkage.model.evidence import Block, Evidence
from linkage.model.normalise import Index, Reals
from linkage.model.parameters import Parameters
from linkage.model.training import Fitted
from linkage.uncertainty.contest import Contest, Odds, contest_of, odds_of
from linkage.uncertainty.one_to_one import Entangled, entangled, independent, together
from linkage.uncertainty.posterior import Posterior
from linkage.uncertainty.vague import LEAST, Vague, redrawn, vague_levels

CHAINS = 4
"""Chains that start apart; whether they meet is told by R-hat."""

BURN = 50
"""Iterations of each chain that are discarded."""

THIN = 5
"""Of so many iterations one is a draw, so that draws hardly depend on each other."""

LONGEST = 8
"""Chains that have not met go on, until the last draws took so many times as many iterations."""


@dataclass(frozen=True)
class _Problem:
    """What every iteration needs: the block, what is open in it, and the counts of the rest."""

    evidence: Evidence
    block: Block
    contest: Contest
    odds: Odds
    shape: Entangled | None
    group: Index
    """(R,) of the open records."""
    n_group: Index
    settled_patterns: Reals
    settled_links: Index
    vague: tuple[Vague, ...]

    def patterns_of(self, candidates: Index) -> Reals:
        """Return how many of ``candidates`` have each pattern."""
        patterns = self.contest.pattern[candidates]
        return np.bincount(patterns, minlength=len(self.evidence.gammas)).astype(np.float64)


@dataclass(frozen=True)
class _State:
    """One chain's place: m, pi by group, links by group and pattern, and those of open records."""

    m: tuple[Reals, ...]
    pi: Reals
    links: Index
    patterns: Reals
    choice: Index
    collisions: float


def gibbs(
    evidence: Evidence,
    fitted: Fitted,
    groups: Index | None = None,
    draws: int = 200,
    seed: int = 1,
    fixed: Index | None = None,
    tallies: Sequence[Index] = (),
    enough: tuple[float, float] = (np.inf, 0.0),
) -> Posterior:
    """Draw linkages of the one block of ``evidence``, and their parameters.

    Parameters
    ----------
    groups
        (n_focal,) number of each focal record's group; each has a pi of its own. One when not said.
    draws
        How many in all. Each of :data:`CHAINS` chains gives its part: after :data:`BURN` iterations
        that are discarded, one of every :data:`THIN`.
    fixed
        Rows of the block that are links in every draw: those that match-keys make.
    tallies
        Numbers (n_focal,) of further groups, whose links are counted in the trace.
    enough
        The R-hat and the effective draws that are asked for. Short of them every chain goes on for
        twice as many iterations, and what came before is discarded; :data:`LONGEST` at most.

    Returns
    -------
    The same draws for the same seed, whatever the order of the candidates.

    Raises
    ------
    ValueError
        The block's candidates do not compete: its opposite source may hold a person twice, so that
        a record has no one partner to be drawn.
    """
    (block,) = evidence.blocks
    if not block.competing:
        raise ValueError(f"the candidates of {block.name} do not compete: there is nothing to draw")
    problem = _problem(evidence, fitted, block, groups, fixed)
    tally = _tally(problem, tallies)
    seeds = np.random.SeedSequence(seed).spawn(CHAINS)
    chains = [_chain(problem, fitted, np.random.default_rng(each)) for each in seeds]
    for chain in chains:
        deque(islice(chain, BURN), maxlen=0)
    thin = THIN
    drawn = _drawn(problem, chains, draws, thin, tally)
    while thin < LONGEST * THIN and not drawn.is_enough(*enough):
        thin *= 2
        drawn = _drawn(problem, chains, draws, thin, tally)
    return drawn


def _drawn(
    problem: _Problem,
    chains: Sequence[Iterator[_State]],
    draws: int,
    thin: int,
    tally: Callable[[Index], list[Index]],
) -> Posterior:
    """Return draws of all chains together: one of every ``thin`` of their next iterations."""
    each = -(-draws // len(chains))
    kept, trace = list[_State](), []
    for chain in chains:
        passed = []
        for at, state in enumerate(islice(chain, each * thin), 1):
            passed.append(np.concatenate([*state.m, state.pi, state.links, *tally(state.choice)]))
            if at % thin == 0:
                kept.append(state)
        trace.append(passed)
    shape = problem.shape
    return Posterior(
        m=tuple(np.stack(m) for m in zip(*(state.m for state in kept[:draws]), strict=True)),
        pi=np.stack([state.pi for state in kept[:draws]]),
        links=np.stack([state.links for state in kept[:draws]]).astype(np.float64),
        trace=np.array(trace),
        contest=problem.contest,
        choice=np.stack([state.choice for state in kept[:draws]]),
        collisions=float(np.mean([state.collisions for state in kept])),
        largest_component=0 if shape is None else int(shape.sizes.max(initial=0)),
        large_components=0 if shape is None else int(shape.large.sum()),
    )


def _problem(
    evidence: Evidence, fitted: Fitted, block: Block, groups: Index | None, fixed: Index | None
) -> _Problem:
    groups = np.zeros(block.n_focal, dtype=np.int64) if groups is None else groups
    n_group = np.bincount(groups)
    contest = contest_of(evidence, fitted, block, fixed)
    odds = odds_of(evidence, fitted, block, contest)
    shape = None
    if block.both_sides:
        share = fitted.shares[block.name].partnered
        free = max(block.n_opposite - share * block.n_focal, 1.0)
        shape = entangled(contest, odds(fitted.parameters) * (share / (1 - share) / free))
    settled = contest.settled
    patterns = np.bincount(block.pattern[settled], minlength=len(evidence.gammas)).astype(float)
    return _Problem(
        evidence,
        block,
        contest,
        odds,
        shape,
        groups[contest.record],
        n_group,
        patterns,
        np.bincount(groups[block.focal[settled]], minlength=len(n_group)),
        tuple(vague_levels(odds, shape, patterns)),
    )


def _tally(problem: _Problem, tallies: Sequence[Index]) -> Callable[[Index], list[Index]]:
    """Return what counts the links by each of the groupings, given the open records' choice."""
    contest = problem.contest
    records = problem.block.focal[contest.settled]
    settled = [np.bincount(group[records], minlength=int(group.max()) + 1) for group in tallies]
    of_open = [group[contest.record] for group in tallies]

    def counted(choice: Index) -> list[Index]:
        linked = choice >= 0
        return [
            sure + np.bincount(group[linked], minlength=len(sure))
            for sure, group in zip(settled, of_open, strict=True)
        ]

    return counted


def _chain(problem: _Problem, fitted: Fitted, random: np.random.Generator) -> Iterator[_State]:
    """Yield the states of one chain for ever, from a start far wider than the posterior."""
    pi = fitted.shares[problem.block.name].partnered
    n = len(problem.n_group)
    state = _State(
        tuple(np.maximum(random.dirichlet(30 * m + 0.5), LEAST) for m in fitted.parameters.m),
        np.clip(random.beta(20 * pi + 1, 20 * (1 - pi) + 1, n), 0.01, 0.99),
        np.rint(pi * problem.n_group).astype(np.int64),
        problem.settled_patterns,
        np.full(len(problem.contest.record), -1),
        0.0,
    )
    while True:
        state = _next(problem, Parameters(state.m, fitted.parameters.u), state, random)
        yield state


def _next(
    problem: _Problem, parameters: Parameters, state: _State, random: np.random.Generator
) -> _State:
    contest, block = problem.contest, problem.block
    opposite = float(block.n_opposite)
    if block.both_sides:
        opposite = max(opposite - state.links.sum(), 1.0)
    prior = (state.pi / (1 - state.pi) / opposite)[problem.group]
    for each in problem.vague:
        held = state.choice[each.records]
        own = problem.patterns_of(held[held >= 0])
        parameters = redrawn(each, parameters, prior[each.records], state.patterns, own, random)
    odds = problem.odds(parameters) * prior[contest.place]
    if problem.shape is None:
        choice = independent(odds, contest.first, contest.place, random)
        collisions = 0.0
    else:
        choice, collisions = together(contest, problem.shape, odds, state.choice, random)
    linked = choice >= 0
    n_group = problem.n_group
    links = problem.settled_links + np.bincount(problem.group[linked], minlength=len(n_group))
    pi = np.clip(random.beta(1 + links, 1 + n_group - links), 1e-9, 1 - 1e-9)
    patterns = problem.settled_patterns + problem.patterns_of(choice[linked])
    m = _draw_m(problem.evidence, patterns, random)
    return _State(m, pi, links, patterns, choice.astype(np.int32), collisions)


def _draw_m(evidence: Evidence, links: Reals, random: np.random.Generator) -> tuple[Reals, ...]:
    """Draw m given the links by pattern: Dirichlet with half a pair added at every level."""
    gammas, m = evidence.gammas, []
    for k, comparison in enumerate(evidence.comparisons):
        seen = gammas[:, k] >= 0
        n = len(comparison.scored)
        counts = np.bincount(gammas[seen, k], weights=links[seen], minlength=n)
        m.append(np.maximum(random.dirichlet(counts + 0.5), LEAST))
    return tuple(m)
