"""Record-normalised probabilities against all one-to-one matchings, one by one."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.model.normalise import one_sided, two_sided


def exact(odds, focal, opposite):
    """The share of all one-to-one matchings, weighed by the product of their odds, with a pair."""
    total, holding = 0.0, np.zeros(len(odds))
    for k in range(len(odds) + 1):
        for chosen in map(list, combinations(range(len(odds)), k)):
            if len({*focal[chosen]}) == len({*opposite[chosen]}) == k:
                weight = float(np.prod(odds[chosen]))
                total += weight
                holding[chosen] += weight
    return holding / total


@st.composite
def trees(draw):
    """Candidates without a loop: each record hangs on one before it, of the other side."""
    sides, places, counts, edges = [0], [0], [1, 0], []
    for record in range(1, draw(st.integers(2, 8))):
        parent = draw(st.integers(0, record - 1))
        side = 1 - sides[parent]
        sides.append(side)
        places.append(counts[side])
        counts[side] += 1
        edge = (places[parent], places[record])
        edges.append(edge if side else edge[::-1])
    return np.array(edges), counts, draw(weights(len(edges)))


def weights(n):
    each = st.floats(-8, 8, allow_nan=False)
    return st.lists(each, min_size=n, max_size=n).map(lambda logs: np.exp(np.array(logs)))


@st.composite
def graphs(draw):
    """Any candidates of up to three records a side."""
    cells = [(i, j) for i in range(3) for j in range(3)]
    edges = draw(st.lists(st.sampled_from(cells), min_size=1, unique=True))
    return np.array(edges), [3, 3], draw(weights(len(edges)))


@given(trees())
@settings(max_examples=60)
def test_without_loops_two_sided_is_exact(graph):
    (focal, opposite), counts, odds = graph[0].T, graph[1], graph[2]
    made = two_sided(odds, focal, opposite, *counts, sweeps=40)
    assert made.p == pytest.approx(exact(odds, focal, opposite), abs=1e-9)
    few = two_sided(odds, focal, opposite, *counts)
    assert few.p == pytest.approx(made.p, abs=5e-3)


@given(graphs())
@settings(max_examples=60)
def test_with_loops_two_sided_is_near(graph):
    (focal, opposite), counts, odds = graph[0].T, graph[1], graph[2]
    made = two_sided(odds, focal, opposite, *counts, sweeps=200)
    assert made.p == pytest.approx(exact(odds, focal, opposite), abs=0.25)


def test_with_random_loops_two_sided_is_near_on_average():
    rng = np.random.default_rng(3)
    focal, opposite = (side.ravel() for side in np.meshgrid(np.arange(3), np.arange(3)))
    errors = []
    for _ in range(40):
        odds = np.exp(rng.normal(0, 3, 9))
        made = two_sided(odds, focal, opposite, 3, 3)
        errors.append(np.abs(made.p - exact(odds, focal, opposite)).mean())
    assert np.mean(errors) < 0.01


@given(graphs())
def test_one_sided_is_exact_where_only_one_side_competes(graph):
    (focal, _), counts, odds = graph[0].T, graph[1], graph[2]
    alone = np.arange(len(odds))
    assert one_sided(odds, focal, counts[0]).p == pytest.approx(exact(odds, focal, alone))


@given(graphs())
def test_a_record_has_one_partner_or_none(graph):
    (focal, opposite), counts, odds = graph[0].T, graph[1], graph[2]
    for made in (
        one_sided(odds, focal, counts[0]),
        two_sided(odds, focal, opposite, *counts),
    ):
        shares = np.bincount(focal, weights=made.p, minlength=counts[0])
        assert shares + made.unmatched == pytest.approx(np.ones(counts[0]))
        assert (made.p >= 0).all()


@given(graphs())
def test_rivals_on_the_other_side_only_take_away(graph):
    (focal, opposite), counts, odds = graph[0].T, graph[1], graph[2]
    alone, both = one_sided(odds, focal, 3).p, two_sided(odds, focal, opposite, *counts).p
    assert both.sum() <= alone.sum() + 1e-9


@given(graphs(), st.randoms())
def test_the_order_of_pairs_plays_no_part(graph, random):
    (focal, opposite), counts, odds = graph[0].T, graph[1], graph[2]
    order = list(range(len(odds)))
    random.shuffle(order)
    made = two_sided(odds, focal, opposite, *counts).p
    again = two_sided(odds[order], focal[order], opposite[order], *counts).p
    assert again == pytest.approx(made[order])
