import numpy as np

from linkage.decide.match_keys import met_alone, residue


def index(*values):
    return np.array(values, dtype=np.int64)


def test_a_key_links_records_that_nobody_shares_it_with():
    # record 0 meets the key with two others, record 1 with one
    keys = met_alone(index(0, 0, 1), index(5, 6, 7), index(1, 1, 1), 1)
    assert keys.tolist() == [-1, -1, 0]


def test_stricter_keys_come_first_and_take_their_records_out():
    left, right = index(0, 0, 1), index(5, 6, 6)
    # key 0 links 0-5; then 0-6 is no rival when key 1 links 1-6
    assert met_alone(left, right, index(0b01, 0b10, 0b10), 2).tolist() == [0, -1, 1]
    assert met_alone(left, right, index(0b00, 0b10, 0b10), 2).tolist() == [-1, -1, -1]


def test_blocking_rules_are_no_match_keys():
    assert met_alone(index(0), index(1), index(0b100), 2).tolist() == [-1]
    assert met_alone(index(0), index(1), index(0b100), 0).tolist() == [-1]
    assert met_alone(index(), index(), index(), 2).tolist() == []


def test_what_a_key_has_linked_is_out_of_the_running():
    p, key = np.array([1.0, 0.9, 0.8, 0.7]), index(0, -1, -1, -1)
    focal, opposite = index(0, 0, 1, 2), index(5, 6, 5, 6)
    assert residue(p, key, focal, opposite).tolist() == [1.0, 0.0, 0.0, 0.7]
    assert residue(p, key, focal).tolist() == [1.0, 0.0, 0.8, 0.7]
    assert p.tolist() == [1.0, 0.9, 0.8, 0.7]
