"""Values of all rows that batches change, and the links that stand after several batches."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.batches.changing import told_anew, values, values_of, write_values
from linkage.batches.graph import Places
from linkage.batches.index import among, distinct, grouped
from linkage.batches.spine import SourceState, Spine
from linkage.runs.publish import private_folder

KIND = ("entity", "census")


@pytest.fixture
def spine(tmp_path):
    made = Spine(tmp_path, 1, 1, {"census": SourceState((1,), (6,), 6)}, told=(1,))
    private_folder(made.folder)
    write_values(made, KIND, np.arange(6, dtype=np.int32))
    return made


def test_the_latest_batch_that_told_a_row_is_believed(spine):
    later = replace(spine, batch=2, told=(1, 2))
    write_values(later, KIND, np.array([70, 80], np.int32), np.array([1, 7]))
    last = replace(spine, batch=3, told=(1, 2, 3))
    write_values(last, KIND, np.array([90, 60], np.int32), np.array([1, 6]))
    every = values(last, KIND, 10, -1)
    assert every.tolist() == [0, 90, 2, 3, 4, 5, 60, 80, -1, -1]
    rows = np.array([9, 7, 1, 0])
    assert values_of(last, KIND, rows, -1).tolist() == every[rows].tolist()
    assert values_of(spine, KIND, rows[2:], -1).tolist() == [1, 0]


def test_no_batch_but_the_first_need_tell_anything(spine):
    later = replace(spine, batch=2, told=(1, 2))
    write_values(later, KIND, np.zeros(0, np.int32), np.zeros(0, np.int64))
    assert values(later, KIND, 6, -1).tolist() == values_of(later, KIND, np.arange(6), -1).tolist()


def test_all_is_told_anew_before_too_many_files_have_to_be_read(spine):
    assert told_anew(None)
    assert not told_anew(spine)
    assert told_anew(replace(spine, told=tuple(range(1, 30))))


@pytest.mark.parametrize("n", [1, 63, 64, 65, 1_000])
def test_places_are_those_of_a_search(n):
    random = np.random.default_rng(n)
    nodes = np.flatnonzero(random.random(n) < 0.3)
    wanted = random.integers(0, n, 500)
    found = {node: place for place, node in enumerate(nodes.tolist())}
    assert Places(nodes, n).of(wanted).tolist() == [found.get(each, -1) for each in wanted.tolist()]
    assert among(wanted, nodes).tolist() == [each in found for each in wanted.tolist()]


def test_equal_numbers_stand_together():
    numbers = np.random.default_rng(1).integers(0, 40, 300)
    order, begin = grouped(numbers)
    assert (
        numbers[order][begin].tolist() == distinct(numbers).tolist() == np.unique(numbers).tolist()
    )
    assert all(len(set(part)) == 1 for part in np.split(numbers[order], begin[1:]))
    order, begin = grouped(numbers[:0])
    assert len(order) == len(begin) == 0
