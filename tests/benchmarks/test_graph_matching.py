"""A graph of who agrees with whom, laid over that of a register."""

import numpy as np
import pytest

from benchmarks.privacy.graphs import Graph, matched

N = 400


def graph(random, n=N):
    """Records that agree on four columns, of families of any size."""
    sizes = (n // 3, n // 4, n // 2, n // 3)
    return Graph(tuple(random.zipf(1.6, n) % size for size in sizes))


def of(whole, records):
    return Graph(tuple(each[records] for each in whole.classes))


@pytest.fixture
def encodings():
    return graph(np.random.default_rng(1))


def right(found, records):
    """The shares of encodings rightly found, and of those found that are right."""
    place = np.full(N, -2)
    place[records] = np.arange(len(records))
    return (found == place).mean(), (found == place).sum() / max((found >= 0).sum(), 1)


def test_the_same_records_in_another_order_are_found(encodings):
    order = np.random.default_rng(2).permutation(N)
    share, precise = right(matched(encodings, of(encodings, order)), order)
    assert share > 0.6  # some are alike in all that is seen
    assert precise > 0.99


def test_a_register_that_lacks_some_tells_less(encodings):
    order = np.random.default_rng(2).permutation(N)
    whole, _ = right(matched(encodings, of(encodings, order)), order)
    some = order[: N * 9 // 10]
    less, precise = right(matched(encodings, of(encodings, some)), some)
    assert 0.05 < less < whole
    assert precise > 0.5


def test_missing_values_are_no_agreement(encodings):
    nothing = Graph(tuple(np.full(N, -1) for _ in encodings.classes))
    assert (matched(nothing, nothing) == -1).all()


def test_other_people_are_not_taken_for_them(encodings):
    found = matched(encodings, graph(np.random.default_rng(3)))
    assert (found >= 0).mean() < 0.5
