"""Which version of a record holds, whatever order versions come in."""

import itertools

import numpy as np
import pyarrow as pa
import pytest

from linkage.batches.hashes import of_texts
from linkage.batches.taking import Taken
from linkage.batches.versions import Ended, Held, settle


def taken(number, content=7, ended=None, full=0):
    ids = pa.array(["x"] if number else [], pa.large_string())
    gone = pa.array(["x"] if ended else [], pa.large_string())
    return Taken(
        ids,
        np.array([number] if number else [], np.int32),
        np.array([content] if number else [], np.uint64),
        gone,
        np.array([ended] if ended else [], np.int32),
        full,
    )


def after(steps):
    """The version that holds of record x after some deliveries, None for none."""
    versions, contents, ended, full = np.zeros(0, np.int32), [], Ended.none(), 0
    for each in steps:
        alive = np.flatnonzero(versions >= 0)
        row = int(alive[0]) if len(alive) else -1
        n = len(each.ids) + len(each.ended)
        held = Held(
            np.full(n, row),
            np.zeros(n, np.int32),
            np.full(n, contents[row] if row >= 0 else 0, np.uint64),
        )
        made = settle(each, np.ones(len(each.ids), bool), held, versions, ended, full)
        versions = np.append(made.versions, each.number[made.added])
        contents += each.content[made.added].tolist()
        ended, full = made.ended, made.full
    alive = versions[versions >= 0]
    assert len(alive) <= 1
    return int(alive[0]) if len(alive) else None


CASES = {
    "the later correction": ([taken(1), taken(2, 8), taken(3, 9)], 3),
    "withdrawn after all": ([taken(1), taken(2, 8), taken(0, ended=3)], None),
    "back after it was withdrawn": ([taken(1), taken(0, ended=2), taken(3)], 3),
    "not in a full delivery": ([taken(1), taken(0, full=2)], None),
    "corrected after a full delivery": ([taken(1), taken(2, 8, full=2), taken(3, 9)], 3),
    "unchanged": ([taken(1), taken(2), taken(3)], 3),
}


@pytest.mark.parametrize("case", CASES)
def test_the_order_of_deliveries_does_not_matter(case):
    steps, expected = CASES[case]
    assert {after(order) for order in itertools.permutations(steps)} == {expected}


def test_hashes_of_texts_are_what_they_always_were():
    found = of_texts(pa.array(["", "a", "Grüße", "a text of more than eight bytes"]))
    assert [f"{each:016x}" for each in found.tolist()] == GOLDEN


GOLDEN = ["0000000000000000", "6232969000262121", "e6f0d353f6daa6aa", "39ad3a21fd2de9ae"]
