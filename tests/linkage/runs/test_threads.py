"""Work spread over threads keeps its order, draws no more than it needs, and stops when asked."""

import threading
import time

import pytest

from linkage.runs.threads import spread


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_results_come_in_order(threads):
    def slow(number):
        time.sleep(0.002 * (number % 3))
        return number * number

    assert list(spread(slow, range(30), threads)) == [n * n for n in range(30)]


def test_no_more_is_drawn_than_threads_can_take():
    drawn = []

    def parts():
        for number in range(100):
            drawn.append(number)
            yield number

    made = spread(lambda n: n, parts(), 2)
    assert next(made) == 0
    assert len(drawn) <= 4
    made.close()
    assert len(drawn) <= 4


@pytest.mark.parametrize("threads", [1, 2])
def test_a_failure_stops_the_rest(threads):
    begun = []

    def work(number):
        begun.append(number)
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        list(spread(work, range(1000), threads))
    assert len(begun) < 20


def test_work_is_done_in_several_threads():
    both = threading.Barrier(2, timeout=10)
    assert sorted(spread(lambda _: both.wait(), range(2), 2)) == [0, 1]
