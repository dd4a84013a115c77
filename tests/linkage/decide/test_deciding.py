import numpy as np
import pyarrow as pa
import pytest

from linkage.config.linkage_settings import Decide
from linkage.decide.deciding import Candidates, decide, read_candidates
from linkage.model.source_pairs import source_pairs

# sources a (records 0-3) and b (records 4-7)
LEFT, RIGHT = np.array([0, 0, 1, 2, 3]), np.array([4, 5, 4, 6, 7])
P = np.array([0.9, 0.6, 0.8, 0.7, 0.2])
NO_KEY = np.full(5, -1)


def decided(p=P, key=NO_KEY, assignment="one_to_one", once="ab", kind="link", **said):
    pairs = source_pairs({"a": 4, "b": 4}, {name: name in once for name in "ab"}, kind)
    candidates = Candidates(LEFT, RIGHT, np.array(p), np.array(key))
    expected = float(np.sum(p))
    return decide(candidates, pairs, assignment, Decide(**said), expected, seed=1)


def links(decision):
    return list(zip(LEFT[decision.links].tolist(), RIGHT[decision.links].tolist(), strict=True))


def test_one_to_one_at_a_threshold_typed_in():
    made = decided(threshold=0.5)
    assert links(made) == [(0, 5), (1, 4), (2, 6)]
    assert (made.cut.threshold, made.cut.n) == (0.5, 3)
    assert made.cut.precision == pytest.approx((0.6 + 0.8 + 0.7) / 3)


def test_one_to_one_at_the_best_expected_f1():
    made = decided()
    # the sum of all p is 3.2: the fourth pair, at 0.2, would cost more precision than it gains
    assert links(made) == [(0, 5), (1, 4), (2, 6)]
    assert made.cut.f1 == pytest.approx(2 * 2.1 / (3 + 3.2))


def test_many_to_one_shares_the_record_of_the_source_without_repeats():
    made = decided(assignment="many_to_one", once="b", threshold=0.5)
    assert links(made) == [(0, 4), (1, 4), (2, 6)]
    made = decided(assignment="many_to_one", once="a", threshold=0.5)
    assert links(made) == [(0, 4), (0, 5), (2, 6)]


def test_linked_records_are_of_one_group():
    group = decided(threshold=0.5).group
    assert len(group) == 8
    assert [group[0] == group[5], group[1] == group[4], group[2] == group[6]] == [True] * 3
    assert len(set(group.tolist())) == 5


def test_a_match_key_takes_its_records_out_of_the_running():
    keyed = [1.0, 0.99, 0.99, 0.7, 0.2]
    assert links(decided(keyed, threshold=0.5)) == [(0, 5), (1, 4), (2, 6)]
    assert links(decided(keyed, [0, -1, -1, -1, -1], threshold=0.5)) == [(0, 4), (2, 6)]


def test_a_match_key_leaves_the_one_of_many_to_one_to_others():
    made = decided([1.0, 0.99, 0.99, 0.7, 0.2], [0, -1, -1, -1, -1], "many_to_one", "b")
    assert {(0, 4), (1, 4)} <= set(links(made))


def test_ties_of_either_record_are_flagged_where_both_may_have_one_link():
    focal = decided([0.5, 0.5, 0.1, 0.7, 0.2], threshold=0.4)
    assert int(focal.ties.sum()) == 1
    opposite = decided([0.5, 0.1, 0.5, 0.7, 0.2], threshold=0.4)
    assert int(opposite.ties.sum()) == 1
    many = decided([0.5, 0.1, 0.5, 0.7, 0.2], assignment="many_to_one", once="b", threshold=0.4)
    assert int(many.ties.sum()) == 0


def clustered(**said):
    return decided(assignment="clusters", once="", kind="link_and_deduplicate", **said)


def test_clusters_take_pairs_that_are_likelier_than_not():
    made = clustered()
    assert made.cut.threshold == 0.5
    assert links(made) == [(0, 4), (0, 5), (1, 4), (2, 6)]
    assert made.cut.n == 4
    assert made.cut.precision == pytest.approx((0.9 + 0.6 + 0.8 + 0.7) / 4)
    assert made.cut.recall == pytest.approx(3.0 / 3.2)
    assert not made.ties.any()


def test_clusters_at_a_threshold_typed_in():
    assert links(clustered(threshold=0.75)) == [(0, 4), (1, 4)]


@pytest.mark.parametrize(
    ("objective", "threshold"),
    [
        ("precision>=0.7", 0.25),
        ("precision>=0.8", 0.75),
        ("precision>=0.99", 0.9999),
        ("recall>=0.99", 0.1),
        ("recall>=0.9", 0.5),
    ],
)
def test_clusters_that_serve_an_objective(objective, threshold):
    assert clustered(objective=objective).cut.threshold == threshold


def test_a_source_that_holds_people_once_is_once_in_a_cluster():
    made = decided(assignment="clusters", once="ab")
    assert links(made) == [(0, 4), (2, 6)]
    made = decided(assignment="clusters", once="b")
    assert links(made) == [(0, 4), (1, 4), (2, 6)]


def test_a_source_in_which_duplicates_are_looked_for_may_be_in_a_cluster_twice():
    made = decided(assignment="clusters", once="ab", kind="link_and_deduplicate")
    assert links(made) == links(clustered())


def test_candidates_that_a_key_links_are_certain():
    table = pa.table(
        {
            "record_l": pa.array([0, 1], pa.int32()),
            "record_r": pa.array([4, 5], pa.int32()),
            "rules": [0b01, 0b10],
            "p_record": [0.3, 0.4],
        }
    )
    read = read_candidates(table, n_keys=1)
    assert read.p.tolist() == [1.0, 0.4]
    assert read.key.tolist() == [0, -1]
    assert read_candidates(table, n_keys=0).p.tolist() == [0.3, 0.4]


def test_groups_with_thresholds_of_their_own():
    pairs = source_pairs({"a": 4, "b": 4}, {"a": True, "b": True}, "link")
    candidates = Candidates(LEFT, RIGHT, P, NO_KEY)
    own = np.array([np.nan, 0.65, np.nan, np.nan, 0.1])
    said = Decide(threshold=0.5)
    made = decide(candidates, pairs, "one_to_one", said, float(P.sum()), seed=1, own=own)
    assert links(made) == [(1, 4), (2, 6), (3, 7)]  # the second falls, the last is let in
    assert (made.cut.threshold, made.cut.n) == (0.5, 3)
    assert made.cut.precision == pytest.approx((0.8 + 0.7 + 0.2) / 3)
    assert made.cut.recall == pytest.approx((0.8 + 0.7 + 0.2) / P.sum())
