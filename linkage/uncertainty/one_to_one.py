"""Draws of links in which no record of either source stands twice.

Open records that want the same partner depend on each other. Given the parameters, links follow

    P(matching) in proportion to the product of the odds of its pairs          (strict one to one)

Two moves leave that distribution as it is, and are made in turn.

*Afresh*, for each connected component of the graph of open candidates: every record of it draws a
partner by itself, from its odds times the chance that the candidate is free. Where two drew the
same, nothing moves, else the whole is taken by the rule of Metropolis and Hastings.

*One by one*: each record draws among the candidates that are free (the full conditional of Sadinle
2017; derived here, not checked in the paper). Records that share no candidate draw at once.

The first jumps between exchanged partners, which the second cannot; the second moves what is too
entangled for the first. Only candidates of some probability tie records together; where two records
take the same one by a weaker tie, one link is kept, in proportion to its probability.
"""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first used

from linkage.model.normalise import Index, Reals
from linkage.uncertainty.contest import Contest, Flags

JOINING = 1e-4
"""Candidates of less probability at the fitted parameters join no component."""

MOST_NODES = 200
"""Components with more records of both sides are drawn one by one only, and named: they speak of
poor blocking."""


@dataclass(frozen=True)
class _Turn:
    """Records of which no two share a candidate, so that they can be drawn at once."""

    record: Index
    candidate: Index
    place: Index
    first: Index


@dataclass(frozen=True)
class Entangled:
    """The open records that want the same partners, and how they take turns.

    ``component`` (R,) numbers the component of each record, -1 where no other record wants any of
    its candidates. ``free`` (E,) is the chance that a candidate is free, at the fitted parameters.
    ``sizes`` (components,) counts records of both sides. ``rival`` (E,) numbers the candidates that
    several records have, -1 for others, and ``wanting`` are the records that have any such.
    """

    component: Index
    free: Reals
    turns: tuple[_Turn, ...]
    sizes: Index
    rival: Index
    wanting: Index

    @property
    def large(self) -> Flags:
        """Which components are too large for their records to be drawn afresh."""
        return self.sizes > MOST_NODES


def entangled(contest: Contest, odds: Reals) -> Entangled:
    """Return what ties the open records together; ``odds`` (E,) are of the fitted parameters."""
    free = np.clip(contest.p / contest.unmatched[contest.place] / odds, 1e-9, 1.0)
    joins = np.flatnonzero(contest.p > JOINING)
    wanted, opposite = np.unique(contest.opposite[joins], return_inverse=True)
    n, m = len(contest.record), len(wanted)
    ends = contest.place[joins], n + opposite
    ties = np.ones(len(joins), dtype=np.int8)
    graph = scipy.sparse.coo_array((ties, ends), shape=(n + m, n + m))
    label = scipy.sparse.csgraph.connected_components(graph, directed=False)[1]
    records = np.bincount(label[:n], minlength=int(label.max(initial=-1)) + 1)
    shared = np.flatnonzero(records > 1)
    number = np.full(len(records), -1, dtype=np.int64)
    number[shared] = np.arange(len(shared))
    component = number[label[:n]]
    turns = _turns(contest, component, contest.place[joins], opposite)
    sizes = np.bincount(label, minlength=len(records))[shared]
    rival = _rivals(contest.opposite)
    return Entangled(component, free, turns, sizes, rival, np.unique(contest.place[rival >= 0]))


def _rivals(opposite: Index) -> Index:
    """Return a number for each value that stands more than once, -1 for the others."""
    _, number, n = np.unique(opposite, return_inverse=True, return_counts=True)
    rivals: Index = np.where(n > 1, np.cumsum(n > 1) - 1, -1)[number]
    return rivals


def _turns(contest: Contest, component: Index, place: Index, opposite: Index) -> tuple[_Turn, ...]:
    """Part the entangled records into turns, by the independent sets of Luby (1986).

    Records have an order of their own. Whoever comes first among those still waiting that want any
    of its candidates takes the next turn. ``place`` and ``opposite`` are of the pairs that tie.
    """
    order = np.random.default_rng(0).permutation(len(component))
    waiting = component >= 0
    turns = []
    while waiting.any():
        left = waiting[place]
        place, opposite = place[left], opposite[left]
        first = np.full(int(opposite.max()) + 1, len(order))
        np.minimum.at(first, opposite, order[place])
        beaten = np.zeros(len(order), dtype=bool)
        beaten[place[order[place] > first[opposite]]] = True
        record = np.flatnonzero(waiting & ~beaten)
        turns.append(_turn(contest, record))
        waiting[record] = False
    return tuple(turns)


def _turn(contest: Contest, record: Index) -> _Turn:
    part, candidate = contest.part(record)
    return _Turn(record, candidate, part.place, part.first)


def independent(odds: Reals, first: Index, place: Index, random: np.random.Generator) -> Index:
    """Draw one candidate, or none, for each record by itself.

    P(candidate i) = o_i / (1 + sum of the record's odds), P(none) = 1 / (1 + sum).

    Parameters
    ----------
    odds
        (E,) in the order of the records, whose first candidates are at ``first`` (R,).
    place
        (E,) each candidate's record.

    Returns
    -------
    The place (R,) of the candidate drawn, -1 for none.
    """
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    total = np.add.reduceat(odds, first)
    luck = random.random(len(first))
    n = np.diff(np.r_[first, len(odds)])
    drawn = first.copy()
    several = np.flatnonzero(n > 1)
    if len(several):
        among = np.flatnonzero((n > 1)[place])
        drawn[several] += _chosen(odds[among], total[several], n[several], luck[several])
    return np.where(luck >= total / (1 + total), -1, drawn)


def _chosen(odds: Reals, total: Reals, n: Index, luck: Reals) -> Index:
    """Return which of its ``n`` candidates, from 0, the luck of each record falls on."""
    first = np.cumsum(n) - n
    p = odds / np.repeat(1 + total, n)
    upto = np.cumsum(p)
    before = upto[first] - p[first]
    passed = (upto <= np.repeat(before + luck, n)).astype(np.int64)
    chosen: Index = np.minimum(np.add.reduceat(passed, first), n - 1)
    return chosen


def together(
    contest: Contest,
    shape: Entangled,
    odds: Reals,
    state: Index,
    random: np.random.Generator,
) -> tuple[Index, float]:
    """Move the links (R,) of all open records to the next draw, given their odds (E,).

    Returns
    -------
    The links, each the place of a candidate or -1; and the share of links, drawn record by record,
    that some other record had drawn too.
    """
    drawn = independent(odds * shape.free, contest.first, contest.place, random)
    collided = _met(shape, drawn)
    collisions = len(collided) / max(int((drawn >= 0).sum()), 1)
    new = _taken_afresh(shape, state, drawn, collided, random)
    _one_by_one(shape, odds, new, random)
    _keep_one(contest, shape, new, random)
    return new, collisions


def _met(shape: Entangled, links: Index) -> Index:
    """Return the records that are linked with a partner that another is linked with too."""
    held = shape.wanting[links[shape.wanting] >= 0]
    partner = shape.rival[links[held]]
    held, partner = held[partner >= 0], partner[partner >= 0]
    met: Index = held[np.bincount(partner)[partner] > 1] if len(held) else held
    return met


def _taken_afresh(
    shape: Entangled, state: Index, drawn: Index, collided: Index, random: np.random.Generator
) -> Index:
    """Return ``drawn`` where its component takes it, else ``state``.

    Where nothing collides, the chance to take it is the product of the chances of being free over
    the old links by that over the new ones: proposals are in proportion to odds times that chance.
    """
    component, n = shape.component, len(shape.sizes)
    members = np.flatnonzero(component >= 0)
    part = np.zeros(n)
    for links, sign in ((state, 1.0), (drawn, -1.0)):
        held = members[links[members] >= 0]
        log_free = np.log(shape.free[links[held]])
        part += sign * np.bincount(component[held], weights=log_free, minlength=n)
    taken = np.log1p(-random.random(n)) <= part
    entangled_too = component[collided]
    taken[entangled_too[entangled_too >= 0]] = False
    taken[shape.large] = False
    use = component < 0
    use[members] = taken[component[members]]
    return np.where(use, drawn, state)


def _one_by_one(shape: Entangled, odds: Reals, links: Index, random: np.random.Generator) -> None:
    """Let each entangled record draw again among the candidates that are free."""
    taken = np.zeros(int(shape.rival.max(initial=-1)) + 2, dtype=bool)  # the last stands for -1

    def mark(held: Index, is_taken: bool) -> None:
        taken[shape.rival[held[held >= 0]]] = is_taken
        taken[-1] = False

    mark(links[shape.wanting], True)
    for turn in shape.turns:
        mark(links[turn.record], False)
        free = odds[turn.candidate] * ~taken[shape.rival[turn.candidate]]
        drawn = independent(free, turn.first, turn.place, random)
        links[turn.record] = np.where(drawn >= 0, turn.candidate[drawn], -1)
        mark(links[turn.record], True)


def _keep_one(
    contest: Contest, shape: Entangled, links: Index, random: np.random.Generator
) -> None:
    """Of the links that share a partner keep one, in proportion to its probability as fitted."""
    held = _met(shape, links)
    wait = random.exponential(size=len(held)) / contest.p[links[held]]
    order = held[np.lexsort((wait, shape.rival[links[held]]))]
    partner = shape.rival[links[order]]
    links[order[1:][partner[1:] == partner[:-1]]] = -1
