"""Strict one-to-one draws against all matchings, one by one."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from linkage.uncertainty import one_to_one
from linkage.uncertainty.one_to_one import entangled, independent, together

GRAPHS = {
    # (place of the record, opposite record, log-odds) of each candidate
    "two want one": ([0, 1], [0, 0], [3.0, 2.0]),
    "twins, sure of being two": ([0, 0, 1, 1], [0, 1, 0, 1], [9.0, 9.0, 9.0, 9.0]),
    "a chain": ([0, 1, 1, 2, 2], [0, 0, 1, 1, 2], [1.0, 2.0, 0.5, 3.0, -1.0]),
    "three by three": ([0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3, [2, 0, 1, 1, 3, 0, 0, 1, -1]),
    "one alone beside two": ([0, 0, 1, 2], [0, 1, 2, 2], [1.0, 0.0, 1.0, 1.0]),
}


def matchings(place, opposite, odds):
    """Yield every one-to-one choice of the records, with its probability."""
    options = [[-1, *np.flatnonzero(np.array(place) == r)] for r in range(max(place) + 1)]
    found = {}
    for choice in product(*options):
        taken = [opposite[c] for c in choice if c >= 0]
        if len(set(taken)) == len(taken):
            found[choice] = np.prod([odds[c] for c in choice if c >= 0])
    total = sum(found.values())
    return {choice: weight / total for choice, weight in found.items()}


def drawn(contest, odds, n, seed=1):
    shape = entangled(contest, odds)
    random = np.random.default_rng(seed)
    state, seen = np.full(len(contest.record), -1), {}
    for _ in range(n):
        state, _ = together(contest, shape, odds, state, random)
        seen[tuple(state.tolist())] = seen.get(tuple(state.tolist()), 0) + 1 / n
    return seen


# exchanged partners, as of twins, are what drawing afresh is for: large sets are not drawn so
@pytest.mark.parametrize(
    ("name", "large"),
    [
        (name, large)
        for name in GRAPHS
        for large in (False, True)
        if not (large and "twins" in name)
    ],
)
def test_every_matching_comes_as_often_as_it_should(contest_among, monkeypatch, name, large):
    monkeypatch.setattr(one_to_one, "MOST_NODES", 0 if large else 200)
    place, opposite, log_odds = GRAPHS[name]
    odds = np.exp(np.array(log_odds, dtype=float))
    seen = drawn(contest_among(place, opposite), odds, 6_000)
    true = matchings(place, opposite, odds)
    assert set(seen) <= set(true)
    for choice, p in true.items():
        # one by one, draws depend on each other for longer
        assert seen.get(choice, 0) == pytest.approx(p, abs=0.08 if large else 0.03), choice


def test_without_drawing_afresh_exchanged_partners_stay_as_they_are(contest_among, monkeypatch):
    monkeypatch.setattr(one_to_one, "MOST_NODES", 0)
    place, opposite, log_odds = GRAPHS["twins, sure of being two"]
    seen = drawn(contest_among(place, opposite), np.exp(np.array(log_odds)), 500)
    assert max(seen.values()) > 0.95


def test_records_that_draw_at_once_share_no_candidate(contest_among):
    random = np.random.default_rng(2)
    place = np.repeat(np.arange(60), 3)
    contest = contest_among(place, random.integers(0, 50, 180))
    shape = entangled(contest, np.ones(180))
    at = np.concatenate([turn.record for turn in shape.turns])
    assert sorted(at) == np.flatnonzero(shape.component >= 0).tolist()
    for turn in shape.turns:
        wanted = {(turn.record[p], contest.opposite[c]) for p, c in _pairs(turn)}
        assert len({opposite for _, opposite in wanted}) == len(wanted)
        assert (contest.place[turn.candidate] == turn.record[turn.place]).all()


def _pairs(turn):
    return zip(turn.place.tolist(), turn.candidate.tolist(), strict=True)


def test_a_weak_tie_joins_nothing_and_still_nobody_stands_twice(contest_among):
    p = np.array([0.5, 5e-5, 0.5])
    contest = contest_among([0, 1, 1], [0, 0, 1], p)
    odds = np.array([50.0, 50.0, 1e-9])  # far likelier than when components were made
    shape = entangled(contest, np.array([1.0, 1e-4, 1.0]))
    assert (shape.component == -1).all()
    random, state, seen = np.random.default_rng(1), np.full(2, -1), set()
    for _ in range(200):
        state, collisions = together(contest, shape, odds, state, random)
        links = contest.opposite[state[state >= 0]]
        assert len(set(links)) == len(links)
        seen.add(collisions > 0)
    assert True in seen


def test_collisions_are_the_share_of_links_wanted_twice(contest_among):
    contest = contest_among([0, 1], [0, 0], np.array([0.5, 0.5]))
    odds = np.full(2, 1e9)  # each is sure to want it
    shape = entangled(contest, odds)
    free = replace(shape, free=np.ones(2))
    _, collisions = together(contest, free, odds, np.full(2, -1), np.random.default_rng(1))
    assert collisions == 1


def test_a_record_by_itself_draws_in_proportion_to_odds():
    odds = np.array([1.0, 2.0, 5.0, 1e-12, 1e12])
    first, place = np.array([0, 3, 4]), np.array([0, 0, 0, 1, 2])
    random = np.random.default_rng(5)
    draws = np.stack([independent(odds, first, place, random) for _ in range(30_000)])
    shares = [(draws[:, 0] == c).mean() for c in (-1, 0, 1, 2)]
    assert shares == pytest.approx([1 / 9, 1 / 9, 2 / 9, 5 / 9], abs=0.01)
    assert (draws[:, 1] == -1).all()
    assert (draws[:, 2] == 4).all()
    assert not len(independent(odds[:0], first[:0], place[:0], random))
