"""Numbers of records alike in several characteristics, before models see them."""

from itertools import product

import numpy as np
import pytest

from linkage.config.group_names import CROSS
from quality.bias.cells import MISSING, Cells, Factor, collapsed
from quality.release.told_numbers import TOGETHER, told_numbers

GROUPS = {"area": ("n", "s"), "race": ("a", "b", "c"), "sex": ("f", "m")}
N = np.array([3.0, 40, 35, 25, 50, 60, 70, 9, 30, 45, 20, 80])
CROSSINGS = (("area", "race"), ("race", "sex"))


def cells(n=N):
    places = np.array(list(product(*(range(len(each)) for each in GROUPS.values()))))
    factors = [
        Factor(name, groups, places[:, at].astype(np.int64), 0)
        for at, (name, groups) in enumerate(GROUPS.items())
    ]
    return Cells(tuple(factors), n, np.zeros(len(n)))


def published(*held):
    """Return every number by group and by area and race, but for those held back."""
    found = {}
    for names in (*((name,) for name in GROUPS), *CROSSINGS):
        made = collapsed(cells(), names)
        labels = zip(*([f.groups[at] for at in f.code] for f in made.factors), strict=True)
        for label, n in zip(labels, made.n, strict=True):
            found[CROSS.join(names), CROSS.join(label)] = float(n)
    return found | dict.fromkeys(held, None)


HELD = [(CROSS.join(("area", "race")), CROSS.join(each)) for each in product("ns", "ab")]


def moved(amount):
    """Return numbers of which ``amount`` of each sex changed cells of area and race held back."""
    sign = {("n", "a"): 1, ("n", "b"): -1, ("s", "a"): -1, ("s", "b"): 1}
    every = product(*GROUPS.values())
    return N + np.array([amount * sign.get(each[:2], 0) for each in every])


def test_what_is_published_goes_in_as_it_is():
    told = told_numbers(cells(), published(), CROSSINGS)
    assert np.array_equal(told.n, N)


def test_records_moved_between_cells_held_back_change_nothing():
    one, two = (told_numbers(cells(n), published(*HELD), CROSSINGS) for n in (N, moved(15)))
    assert np.array_equal(one.n, two.n)
    # where they are published they do
    one, two = (told_numbers(cells(n), published(), CROSSINGS) for n in (N, moved(15)))
    assert not np.array_equal(one.n, two.n)


def test_groups_keep_their_numbers_and_so_do_published_cells():
    told = told_numbers(cells(), published(*HELD), CROSSINGS[:1])
    for before, after in zip(cells().factors, told.factors, strict=True):
        assert after.sums(told.n) == pytest.approx(before.sums(N))
    one, two = (collapsed(each, ("area", "race")) for each in (cells(), told))
    assert two.n[[2, 5]] == pytest.approx(one.n[[2, 5]])


def test_cells_held_back_are_split_up_as_their_margins_say():
    told = collapsed(told_numbers(cells(), published(*HELD), CROSSINGS[:1]), ("area", "race"))
    # n: 3 + 40 + 35 + 25 = 103, s: 70 + 9 + 30 + 45 = 154; a: 122, b: 135
    assert told.n[0] == pytest.approx(103 * 122 / 257)
    assert told.n[4] == pytest.approx(154 * 135 / 257)


def test_cells_of_two_intersections_held_back_still_add_up_to_their_groups():
    also = [(CROSS.join(("race", "sex")), CROSS.join(each)) for each in product("bc", "fm")]
    told = told_numbers(cells(), published(*HELD, *also), CROSSINGS)
    for before, after in zip(cells().factors, told.factors, strict=True):
        assert after.sums(told.n) == pytest.approx(before.sums(N))


def test_a_cell_held_back_is_not_told_by_those_of_another_intersection():
    """That a, but not b, is held back by sex would tell a by sex of a and b together."""
    also = [(CROSS.join(("race", "sex")), CROSS.join(each)) for each in product("ac", "fm")]
    sign = {("a", "f"): -1, ("a", "m"): 1, ("c", "f"): 1, ("c", "m"): -1}
    by_sex = N + np.array([3 * sign.get(each[1:], 0) for each in product(*GROUPS.values())])
    one, two = (told_numbers(cells(n), published(*HELD, *also), CROSSINGS) for n in (N, by_sex))
    assert np.array_equal(one.n, two.n)


def test_groups_without_a_number_are_one():
    told = told_numbers(cells(), published(("race", "b"), ("race", "c")), ())
    assert told.of("race").groups == ("a", TOGETHER)
    assert told.n.sum() == N.sum()


def test_missing_identifiers_are_left_out():
    lacking = Factor(MISSING, ("0", "1"), np.arange(len(N)) % 2, 0)
    exact = Cells((*cells().factors, lacking), N, np.zeros(len(N)))
    assert [each.name for each in told_numbers(exact, published(), ()).factors] == list(GROUPS)
