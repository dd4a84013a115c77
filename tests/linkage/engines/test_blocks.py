"""Records that meet by a key, against every two records looked at one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.engines import blocks
from linkage.engines.blocks import Meeting, Sorted, number_of_pairs
from linkage.model.blocking import Rule

KEYS = st.lists(st.integers(-1, 5), max_size=30)


def naive(left, right):
    return {
        (i, 100 + j)
        for i, key in enumerate(left)
        for j, other in enumerate(right)
        if key == other >= 0
    }


def meeting(left, right, scale=1):
    left, right = (
        np.array([k * scale if k > 0 else k for k in side], np.int64) for side in (left, right)
    )
    records = (
        np.arange(len(left), dtype=np.int32),
        np.arange(100, 100 + len(right), dtype=np.int32),
    )
    sides = Sorted.of(left, records[0]), Sorted.of(right, records[1])
    return Meeting.of(*sides), number_of_pairs(*sides)


@pytest.mark.parametrize("scale", [1, 2**55], ids=["packed", "too large to pack"])
@settings(max_examples=100)
@given(KEYS, KEYS, st.integers(1, 40))
def test_every_two_records_with_one_key_meet_once(scale, left, right, size):
    made, number = meeting(left, right, scale)
    expected = naive(left, right)
    assert made.n == number == len(expected)
    found = []
    for start in range(0, made.n, size):
        end = min(start + size, made.n)
        one, other = made.part(start, end)
        assert len(one.at) == len(other.at) == end - start
        found += zip(one.records[one.at].tolist(), other.records[other.at].tolist(), strict=True)
    assert len(found) == len(set(found))
    assert set(found) == expected


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(-1, 5), st.booleans()), max_size=30))
def test_some_of_the_records_in_order_are_those_sorted_alone(given_records):
    key = np.array([k for k, _ in given_records], np.int64)
    chosen = np.array([flag for _, flag in given_records], bool)
    records = np.arange(len(key), dtype=np.int32)
    found, alone = Sorted.of(key, records).only(chosen), Sorted.of(key[chosen], records[chosen])
    for one, other in zip(vars(found).values(), vars(alone).values(), strict=True):
        assert one.tolist() == other.tolist()


def test_keys_of_many_columns_are_numbered_anew_before_they_overflow(engine_of, monkeypatch):
    monkeypatch.setattr(blocks, "_MOST", 8)
    rng = np.random.default_rng(1)
    names = [f"c{k}" for k in range(4)]
    records = [
        {name: None if rng.random() < 0.1 else int(rng.integers(3)) for name in names}
        for _ in range(60)
    ]
    engine = engine_of({"a": records[:30], "b": records[30:]})
    rule = Rule(tuple(names))
    engine.prepare((), [rule])
    expected = sum(
        None not in one.values() and one == other for one in records[:30] for other in records[30:]
    )
    assert expected > 0
    assert engine.count_pairs(rule) == expected
