"""Which name a group goes on under, and what is told of it."""

import numpy as np
import pytest

from linkage.batches.entities import name_groups

CASES = {
    # group of each record, its entity before (-1 new), entities gone; entities, events
    "nothing happened": ([0, 0, 1], [4, 4, 5], [], [4, 4, 5], []),
    "a record joined": ([0, 0, 0], [4, 4, -1], [], [4, 4, 4], []),
    "a new record alone": ([0, 1], [4, -1], [], [4, 9], [("created", 9, -1)]),
    "two merged": ([0, 0, 0], [4, 4, 5], [], [4, 4, 4], [("merged into", 5, 4)]),
    "one split": ([0, 0, 1], [4, 4, 4], [], [4, 4, 9], [("split from", 9, 4)]),
    "one gone": ([0], [4], [5], [4], [("retired", 5, -1)]),
    "a partner gone": ([0], [4], [4], [4], []),
    "a record moved": (
        [0, 0, 1, 1, 1],
        [4, 4, 4, 5, 5],
        [],
        [4, 4, 5, 5, 5],
        [("split from", 5, 4)],
    ),
    "two changed places": (
        [0, 0, 0, 1, 1],
        [4, 5, 5, 4, 4],
        [],
        [5, 5, 5, 4, 4],
        [("split from", 5, 4)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_groups_are_named(case):
    group, before, gone, entity, events = CASES[case]
    made = name_groups(np.array(group), np.array(before), np.array(gone, np.int64), 9)
    assert made.entity.tolist() == entity
    found = zip(
        made.events.kind, made.events.entity.tolist(), made.events.other.tolist(), strict=True
    )
    assert sorted(found) == sorted(events)


def test_every_change_of_a_record_is_told():
    draw = np.random.default_rng(3)
    for _ in range(200):
        n = int(draw.integers(1, 30))
        group, before = draw.integers(0, 8, n), draw.integers(-1, 8, n)
        made = name_groups(group, before, np.zeros(0, np.int64), 8)
        of, to = made.events.entity.tolist(), made.events.other.tolist()
        ends = list(zip(made.events.kind, of, to, strict=True))
        told = {(e, o) for kind, e, o in ends if kind == "merged into"}
        told |= {(o, e) for kind, e, o in ends if kind == "split from"}
        told |= {(-1, e) for kind, e, _ in ends if kind == "created"}
        for was, now in zip(before.tolist(), made.entity.tolist(), strict=True):
            assert was in (now, -1) or (was, now) in told
        assert len(set(zip(group.tolist(), made.entity.tolist(), strict=True))) == len(
            set(group.tolist())
        )
        assert len({e for e in made.entity.tolist()}) == len(set(group.tolist()))
