import numpy as np
import pytest

from linkage.decide.clusters import LOG_ODDS_CAP, average_linkage, components, log_odds


def clusters(pairs, n, threshold=0.0, once=None):
    """The clusters of records 0 to n-1, given as {(left, right): log-odds}."""
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    bits = None if once is None else np.array(once)
    group = average_linkage(left, right, np.array(list(pairs.values())), n, threshold, bits)
    return sorted(np.flatnonzero(group == name).tolist() for name in np.unique(group))


def test_one_doubtful_pair_does_not_join_two_people():
    ann, bo = {(0, 1): 9.0, (1, 2): 9.0, (0, 2): 9.0}, {(3, 4): 9.0}
    chain = {(2, 3): 2.0, (1, 3): -8.0, (0, 3): -8.0}
    assert clusters(ann | bo | chain, 5) == [[0, 1, 2], [3, 4]]
    assert clusters(ann | bo | {(2, 3): 2.0}, 5) == [[0, 1, 2, 3, 4]]


def test_the_threshold_is_on_the_mean():
    pairs = {(0, 1): 5.0, (1, 2): 3.0, (0, 2): 1.0}
    assert clusters(pairs, 3, threshold=1.9) == [[0, 1, 2]]
    assert clusters(pairs, 3, threshold=2.0) == [[0, 1], [2]]
    assert clusters(pairs, 3, threshold=5.0) == [[0], [1], [2]]


def test_a_mean_changes_when_clusters_merge():
    pairs = {(0, 1): 9.0, (1, 2): 4.0, (0, 2): -9.0, (2, 3): 3.0}
    assert clusters(pairs, 4) == [[0, 1], [2, 3]]


def test_a_source_that_holds_people_once_gives_an_entity_one_record():
    pairs = {(0, 2): 9.0, (1, 2): 8.0, (2, 3): 7.0}
    assert clusters(pairs, 4) == [[0, 1, 2, 3]]
    assert clusters(pairs, 4, once=[1, 1, 2, 0]) == [[0, 2, 3], [1]]


def test_an_entity_takes_on_the_sources_of_what_it_swallows():
    pairs = {(0, 1): 9.0, (2, 3): 8.0, (1, 2): 7.0}
    assert clusters(pairs, 4, once=[1, 2, 4, 1]) == [[0, 1], [2, 3]]
    assert clusters(pairs, 4, once=[1, 2, 4, 0]) == [[0, 1, 2, 3]]


def test_records_that_nothing_compares_stand_alone():
    empty = np.zeros(0, dtype=np.int64)
    assert average_linkage(empty, empty, np.zeros(0), 3).tolist() == [0, 1, 2]


def test_components_are_what_pairs_chain():
    group = components(np.array([0, 1, 4]), np.array([1, 2, 5]), 6)
    assert group[0] == group[1] == group[2]
    assert group[4] == group[5]
    assert len({group[0], group[3], group[4]}) == 3


def test_log_odds_are_bounded():
    found = log_odds(np.array([0.0, 0.5, 0.9, 1.0]))
    assert found == pytest.approx([-LOG_ODDS_CAP, 0, np.log(9), LOG_ODDS_CAP])


@pytest.mark.parametrize("seed", range(5))
def test_components_are_named_by_their_first_record(seed):
    rng = np.random.default_rng(seed)
    chain, ring = np.split(rng.permutation(300), [200])
    left = np.concatenate([chain[:-1], ring])
    right = np.concatenate([chain[1:], np.roll(ring, 1)])
    found = components(left, right, 301)
    assert {*found[chain]} == {chain.min()}
    assert {*found[ring]} == {ring.min()}
    assert found[300] == 300
