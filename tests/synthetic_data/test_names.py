from importlib.resources import files

import pytest

from synthetic_data.names import background
from synthetic_data.parameters import parameters

USED = sorted({name for weights in parameters().name_weights for name in weights})


@pytest.mark.parametrize("name", USED)
def test_a_background_has_many_names_and_frequent_ones(name):
    found = background(name)
    for pool in (found.first["F"], found.first["M"], found.surnames):
        assert len(pool.names) > 75
        assert pool.weights[0] > 2 * pool.weights[-1]
        assert all(each == each.strip() and each[0].isupper() for each in pool.names)


@pytest.mark.parametrize("name", USED)
def test_another_spelling_is_another_and_never_empty(name):
    found = background(name)
    names = [*found.first["F"].names, *found.surnames.names]
    spelt = [(each, found.respelt(each, chance)) for each in names for chance in (0, 0.5, 0.99)]
    assert all(new for _, new in spelt)
    assert all(old != new for old, new in spelt)


def test_every_list_is_used():
    listed = {place.name for place in files("synthetic_data").joinpath("names").iterdir()}
    assert listed == {f"{name}.yaml" for name in USED}


def test_the_head_of_a_small_pool_is_more_frequent():
    top = {
        name: background(name).surnames.weights.max() / background(name).surnames.weights.sum()
        for name in ("british", "muslim_south_asian")
    }
    assert top["muslim_south_asian"] > 3 * top["british"]
