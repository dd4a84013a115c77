"""Record ids: random, kept from delivery to delivery, and telling nothing of any order."""

from itertools import pairwise

import pyarrow as pa
import pytest

from linkage.privacy.identity import id_map, identify, new_ids


def ids(*values):
    return pa.array(values, pa.string())


def test_ids_are_32_hexadecimal_digits_and_never_the_same():
    found = new_ids(1000).to_pylist() + new_ids(1000).to_pylist()
    assert len(set(found)) == 2000
    assert all(len(each) == 32 and set(each) <= set("0123456789abcdef") for each in found)


def test_ids_rise_as_often_as_they_fall():
    """Of 10,000 steps between random ids 5,000 rise, give or take 29 (variance n/12)."""
    found = new_ids(10_001).to_pylist()
    rises = sum(a < b for a, b in pairwise(found))
    assert abs(rises - 5000) < 5 * 29


def test_a_later_delivery_keeps_the_ids_of_those_who_were_there():
    first = identify(ids("p1", "p2"), None)
    earlier = id_map(first, ids("p1", "p2"), 1, None)
    later = identify(ids("p0", "p2", "p1"), earlier).to_pylist()
    assert later[1:] == [first[1].as_py(), first[0].as_py()]
    assert later[0] not in first.to_pylist()


def test_who_was_away_for_a_delivery_comes_back_under_the_same_id():
    first = identify(ids("p1", "p2"), None)
    maps = [id_map(first, ids("p1", "p2"), 1, None)]
    second = identify(ids("p2"), maps[0])
    maps.append(id_map(second, ids("p2"), 2, maps[0]))
    assert identify(ids("p1"), maps[1]).to_pylist() == [first[0].as_py()]
    rows = {row["local_id"]: row["delivery"] for row in maps[1].to_pylist()}
    assert rows == {"p1": 1, "p2": 2}


@pytest.mark.parametrize("n", [0, 1, 500])
def test_the_map_is_sorted_by_id_and_holds_everyone_once(n):
    local = pa.array([f"p{i}" for i in range(n)], pa.string())
    made = id_map(identify(local, None), local, 1, None)
    rids = made["rid"].to_pylist()
    assert rids == sorted(rids)
    assert set(made["local_id"].to_pylist()) == set(local.to_pylist())
    assert made.num_rows == n
