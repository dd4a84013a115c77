import uuid

import numpy as np

from linkage.decide.spine import draw_names, draw_some, name_groups

GROUP = np.array([4, 0, 4, 3, 0])


def drawn_spine(group, seed):
    return name_groups(group, draw_names(len(group), seed))


def names(group, seed):
    return drawn_spine(group, seed).names(np.arange(len(group))).to_pylist()


def test_records_of_one_group_have_one_name():
    found = names(GROUP, 1)
    assert found[0] == found[2] != found[1] == found[4]
    assert len(set(found)) == 3
    assert all(str(uuid.UUID(name)) == name for name in found)
    assert all(uuid.UUID(name).version == 4 for name in found)
    assert all(uuid.UUID(name).variant == uuid.RFC_4122 for name in found)


def test_names_repeat_with_the_seed_and_only_with_it():
    assert names(GROUP, 1) == names(GROUP, 1)
    assert not {*names(GROUP, 1)} & {*names(GROUP, 2)}


def test_names_follow_the_first_record_of_a_group_not_what_the_group_is_called():
    assert names(GROUP, 1) == names(np.array([1, 2, 1, 0, 2]), 1)
    assert names(np.array([2, 2, 2]), 1)[0] == names(np.arange(3), 1)[0]


def test_some_records_are_named_as_in_the_whole():
    spine = drawn_spine(GROUP, 1)
    assert spine.names(np.array([3, 0])).to_pylist() == [names(GROUP, 1)[at] for at in (3, 0)]
    assert spine.names(np.zeros(0, dtype=np.int64)).to_pylist() == []


def test_many_records_are_named_as_few_at_a_time_are():
    spine = drawn_spine(np.arange(20_000) % 15_000, 1)
    records = np.arange(20_000)
    few = [name for part in np.split(records, 40) for name in spine.names(part).to_pylist()]
    assert spine.names(records).to_pylist() == few


def test_no_records_have_no_names():
    assert names(np.zeros(0, dtype=np.int64), 1) == []


def test_a_name_does_not_depend_on_how_many_are_drawn():
    assert (draw_names(20, 1)[:7] == draw_names(7, 1)).all()


def test_some_names_are_those_of_all():
    every = draw_names(30_000, 3)
    for numbers in (np.arange(0), np.array([0, 8_191, 8_192, 29_999])):
        assert (draw_some(numbers, 3) == every[numbers]).all()
