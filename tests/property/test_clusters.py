"""Average linkage against a naive one, against bare components, and whatever the order of rows."""

from itertools import combinations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.decide.clusters import average_linkage, components

RECORDS = 9


def partition(group):
    return {frozenset(np.flatnonzero(group == name).tolist()) for name in np.unique(group)}


def linked(pairs, threshold=0.0, once=None):
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    weight = np.array(list(pairs.values()))
    bits = None if once is None else np.array(once)
    return partition(average_linkage(left, right, weight, RECORDS, threshold, bits))


def naive(pairs, threshold, once):
    """Merge the two clusters of the highest mean, again and again."""
    clusters = [{record} for record in range(RECORDS)]
    while True:
        best = None
        for one, other in combinations(clusters, 2):
            compared = [w for (a, b), w in pairs.items() if _across(a, b, one, other)]
            bits = [{once[r] for r in side} - {0} for side in (one, other)]
            if not compared or bits[0] & bits[1]:
                continue
            mean = sum(compared) / len(compared)
            if mean > threshold and (best is None or mean > best[0]):
                best = mean, one, other
        if best is None:
            return {frozenset(cluster) for cluster in clusters}
        clusters = [c for c in clusters if c not in best[1:]] + [best[1] | best[2]]


def _across(a, b, one, other):
    return (a in one and b in other) or (b in one and a in other)


# weights of many digits, so that no two means are equal
weights = st.integers(-(10**6), 10**6).map(lambda k: k / 99_991 + k % 97 * 1e-7)
graphs = st.dictionaries(
    st.sampled_from(list(combinations(range(RECORDS), 2))), weights, min_size=1, max_size=20
).filter(lambda pairs: len({*pairs.values()}) == len(pairs))
masks = st.lists(st.sampled_from([0, 1, 2, 4]), min_size=RECORDS, max_size=RECORDS)


@given(graphs, st.sampled_from([-1.0, 0.0, 2.5]), masks)
@settings(max_examples=150)
def test_clusters_are_those_of_the_naive_method(pairs, threshold, once):
    assert linked(pairs, threshold, once) == naive(pairs, threshold, once)


@given(graphs, masks)
def test_no_entity_holds_two_records_of_a_source_that_holds_people_once(pairs, once):
    for cluster in linked(pairs, -20.0, once):
        bits = [once[record] for record in cluster if once[record]]
        assert len(bits) == len(set(bits))


@given(graphs, masks, st.randoms())
def test_the_order_of_pairs_and_of_their_sides_plays_no_part(pairs, once, random):
    rows = [(b, a) if random.random() < 0.5 else (a, b) for a, b in pairs]
    shuffled = list(zip(rows, pairs.values(), strict=True))
    random.shuffle(shuffled)
    assert linked(dict(shuffled), 0.0, once) == linked(pairs, 0.0, once)


@given(graphs)
def test_where_nothing_disagrees_clusters_are_components(pairs):
    agreeing = {pair: abs(weight) + 0.1 for pair, weight in pairs.items()}
    graph = nx.Graph(list(pairs))
    graph.add_nodes_from(range(RECORDS))
    expected = {frozenset(c) for c in nx.connected_components(graph)}
    assert linked(agreeing) == expected
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    assert partition(components(left, right, RECORDS)) == expected


@given(graphs)
def test_clusters_never_reach_beyond_components(pairs):
    graph = nx.Graph([pair for pair, weight in pairs.items() if weight > 0])
    graph.add_nodes_from(range(RECORDS))
    whole = list(nx.connected_components(graph))
    assert all(any(cluster <= c for c in whole) for cluster in linked(pairs))
