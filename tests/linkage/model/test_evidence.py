import numpy as np
import pyarrow as pa
import pytest

from linkage.model.comparisons import Comparison, Level
from linkage.model.evidence import (
    Evidence,
    RandomPairs,
    blocks_of,
    gammas_of,
    number_patterns,
    random_pairs,
)
from linkage.model.patterns import coding
from linkage.model.source_pairs import source_pairs


def comparison(name, n, **marks):
    levels = (Level("missing", "", missing=True), *(Level(str(k), "") for k in range(n)))
    return Comparison(name, (name,), levels, **marks)


NAME, SEX = comparison("name", 3, family=True), comparison("sex", 2)


def column(*chunks):
    return pa.chunked_array([pa.array(chunk, pa.int64()) for chunk in chunks])


def codes(*values):
    return pa.chunked_array([pa.array(part, pa.int64()) for part in values])


def test_patterns_are_numbered_in_order_whatever_the_rows():
    found, (one, other) = number_patterns(codes([7, 2], [7, 5]), codes([9], [], [2]))
    assert found.tolist() == [2, 5, 7, 9]
    assert one.tolist() == [2, 0, 2, 1]
    assert other.tolist() == [3, 0]
    again, _ = number_patterns(codes([2, 9]), codes([5, 7, 7]))
    assert again.tolist() == found.tolist()


def test_no_pairs_show_no_pattern():
    found, (place,) = number_patterns(codes([]))
    assert found.tolist() == place.tolist() == []


def test_random_pairs_are_read_from_codes():
    gammas = np.array([[2, 1], [-1, 0], [0, -1]])
    counts = pa.table({"code": coding((NAME, SEX)).encode(gammas), "n": [3, 5, 7]})
    random = random_pairs(counts, (NAME, SEX))
    assert random.gammas.tolist() == gammas.tolist()
    assert random.n.tolist() == [3, 5, 7]


def test_levels_of_random_pairs_leave_the_missing_out():
    random = RandomPairs(np.array([[2, 1], [0, 0], [-1, 0]]), np.array([5, 7, 11]))
    assert random.levels(0, 3).tolist() == [7, 0, 5]
    assert random.levels(1, 2).tolist() == [18, 5]


def test_a_comparison_that_is_given_something_is_told_by_pairs_that_agree_on_it():
    given = comparison("name", 3, given="born")
    gammas = np.array([[2, 1], [0, 1], [2, 0], [0, 0]])
    counts = pa.table(
        {
            "code": coding((given, SEX)).encode(gammas),
            "n": [3, 5, 70, 110],
            "given": ["born", "born", "", ""],
        }
    )
    random = random_pairs(counts, (given, SEX))
    assert random.levels(0, 3).tolist() == [5, 0, 3]
    assert random.levels(1, 2).tolist() == [180, 0]
    assert random.n.tolist() == [70, 110]


def test_gammas_stand_in_the_order_of_the_comparisons():
    table = pa.table({"gamma_sex": [1, 0], "gamma_name": [2, -1], "record_l": [0, 1]})
    assert gammas_of(table, (NAME, SEX)).tolist() == [[2, 1], [-1, 0]]


def test_the_household_is_what_family_and_place_comparisons_show():
    empty = np.zeros((0, 3), dtype=np.int64)
    three = (SEX, NAME, comparison("street", 2, place=True))
    evidence = Evidence(three, empty, (), RandomPairs(empty, np.zeros(0, np.int64)), None)
    assert evidence.household == [1, 2]


def candidates(*pairs):
    left, right = zip(*pairs, strict=True)
    zero = np.arange(len(pairs), dtype=float)
    return pa.table(
        {"record_l": left, "record_r": right, "log2_tf": zero, "log2_tf_household": -zero}
    )


SIZES = {"a": 3, "b": 5, "c": 4}
PAIRS = candidates((0, 3), (2, 7), (1, 8), (4, 9), (0, 11))
PATTERN = np.array([4, 3, 2, 1, 0])


def blocks(once, kind="link", sampled=None):
    pairs = source_pairs(SIZES, {name: name in once for name in SIZES}, kind)
    return {b.name: b for b in blocks_of(PAIRS, PATTERN, pairs, sampled)}


def test_each_pair_of_sources_has_its_candidates():
    made = blocks(once="abc")
    assert {name: b.rows.tolist() for name, b in made.items()} == {
        "a x b": [0, 1],
        "a x c": [2, 4],
        "b x c": [3],
    }
    assert made["a x c"].pattern.tolist() == [2, 0]
    assert made["a x c"].log2_tf.tolist() == [2, 4]
    assert made["a x c"].log2_tf_household.tolist() == [-2, -4]


@pytest.mark.parametrize(
    ("once", "focal", "opposite", "n", "competing", "both"),
    [
        ("", [0, 2], [0, 4], (3, 5), False, False),
        ("b", [0, 2], [0, 4], (3, 5), True, False),
        ("a", [0, 4], [0, 2], (5, 3), True, False),
        ("ab", [0, 2], [0, 4], (3, 5), True, True),
    ],
)
def test_which_side_competes(once, focal, opposite, n, competing, both):
    block = blocks(once)["a x b"]
    assert (block.focal.tolist(), block.opposite.tolist()) == (focal, opposite)
    assert (block.n_focal, block.n_opposite, block.n_pairs) == (*n, 15)
    assert (block.competing, block.both_sides, block.within) == (competing, both, False)


def test_within_a_source_nobody_competes():
    block = blocks("abc", "deduplicate")["b x b"]
    assert (block.n_pairs, block.competing, block.both_sides, block.within) == (
        10,
        False,
        False,
        True,
    )


def test_a_sample_of_focal_records_competes_on_its_side_alone():
    drawn = [np.array([0, 2]), np.array([0, 1]), np.array([4])]
    made = blocks("abc", sampled=drawn)
    assert made["a x b"].focal.tolist() == [0, 1]
    assert (made["a x b"].n_focal, made["a x b"].n_pairs) == (2, 10)
    assert (made["a x b"].competing, made["a x b"].both_sides) == (True, False)
