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
    ``sizes`` (components,) counts records of both sides.
    """

    component: Index
    free: Reals
    turns: tuple[_Turn, ...]
    sizes: Index

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
    return Entangled(component, free, turns, np.bincount(label, minlength=len(records))[shared])


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
    p = odds / (1 + total)[place]
    upto = np.cumsum(p)
    before = upto[first] - p[first]
    luck = random.random(len(first))
    passed = (upto <= (before + luck)[place]).astype(np.int64)
    last = np.diff(np.r_[first, len(odds)]) - 1
    drawn = first + np.minimum(np.add.reduceat(passed, first), last)
    return np.where(luck >= total / (1 + total), -1, drawn)


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
    links = np.flatnonzero(drawn >= 0)
    chosen = contest.opposite[drawn[links]]
    rivals = np.bincount(chosen)[chosen] > 1 if len(chosen) else np.zeros(0, dtype=bool)
    collisions = float(rivals.mean()) if len(rivals) else 0.0
    new = _taken_afresh(shape, state, drawn, links[rivals], random)
    _one_by_one(contest, shape, odds, new, random)
    _keep_one(contest, new, random)
    return new, collisions


def _taken_afresh(
    shape: Entangled, state: Index, drawn: Index, collided: Index, random: np.random.Generator
) -> Index:
    """Return ``drawn`` where its component takes it, else ``state``.

    Where nothing collides, the chance to take it is the product of the chances of being free over
    the old links by that over the new ones: proposals are in proportion to odds times that chance.
    """
    component, n = shape.component, len(shape.sizes)
    members = np.flatnonzero(component >= 0)
    log_free = np.log(shape.free)
    part = np.zeros(n)
    for links, sign in ((state, 1.0), (drawn, -1.0)):
        held = members[links[members] >= 0]
        part += sign * np.bincount(component[held], weights=log_free[links[held]], minlength=n)
    taken = np.log1p(-random.random(n)) <= part
    entangled_too = component[collided]
    taken[entangled_too[entangled_too >= 0]] = False
    taken[shape.large] = False
    use = component < 0
    use[members] = taken[component[members]]
    return np.where(use, drawn, state)


def _one_by_one(
    contest: Contest, shape: Entangled, odds: Reals, links: Index, random: np.random.Generator
) -> None:
    """Let each entangled record draw again among the candidates that are free."""
    taken = np.zeros(int(contest.opposite.max(initial=-1)) + 1, dtype=bool)
    taken[contest.opposite[links[links >= 0]]] = True
    for turn in shape.turns:
        held = links[turn.record]
        taken[contest.opposite[held[held >= 0]]] = False
        free = odds[turn.candidate] * ~taken[contest.opposite[turn.candidate]]
        drawn = independent(free, turn.first, turn.place, random)
        links[turn.record] = np.where(drawn >= 0, turn.candidate[drawn], -1)
        taken[contest.opposite[turn.candidate[drawn[drawn >= 0]]]] = True


def _keep_one(contest: Contest, links: Index, random: np.random.Generator) -> None:
    """Of the links that share a partner keep one, in proportion to its probability as fitted."""
    held = np.flatnonzero(links >= 0)
    partner = contest.opposite[links[held]]
    held = held[np.bincount(partner)[partner] > 1] if len(held) else held
    wait = random.exponential(size=len(held)) / contest.p[links[held]]
    order = held[np.lexsort((wait, contest.opposite[links[held]]))]
    partner = contest.opposite[links[order]]
    links[order[1:][partner[1:] == partner[:-1]]] = -1
