import uuid

import numpy as np

from linkage.decide.spine import entity_names

GROUP = np.array([4, 0, 4, 7, 0])


def test_records_of_one_group_have_one_name():
    names = entity_names(GROUP, 1)
    assert names[0] == names[2] != names[1] == names[4]
    assert len(set(names)) == 3
    assert all(uuid.UUID(name).version == 4 for name in names)


def test_names_repeat_with_the_seed_and_only_with_it():
    assert entity_names(GROUP, 1) == entity_names(GROUP, 1)
    assert not {*entity_names(GROUP, 1)} & {*entity_names(GROUP, 2)}


def test_names_follow_the_first_record_of_a_group_not_what_the_group_is_called():
    assert entity_names(GROUP, 1) == entity_names(np.array([1, 9, 1, 0, 9]), 1)
    assert entity_names(np.array([3, 3, 3]), 1)[0] == entity_names(np.arange(3), 1)[0]


def test_no_records_have_no_names():
    assert entity_names(np.zeros(0, dtype=np.int64), 1) == []
