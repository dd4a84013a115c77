"""What is read ahead keeps its order, is no more than one item ahead, and fails where it failed."""

import threading

import pytest

from linkage.runs.read_ahead import ahead


@pytest.mark.parametrize("n", [0, 1, 30])
def test_items_come_in_order(n):
    assert list(ahead(iter(range(n)))) == list(range(n))


def test_one_item_is_drawn_while_the_last_is_worked_on_and_no_more():
    drawn, second = [], threading.Event()

    def numbers():
        for number in range(100):
            drawn.append(number)
            if number == 1:
                second.set()
            yield number

    items = ahead(numbers())
    assert next(items) == 0
    assert second.wait(10)
    items.close()
    assert drawn == [0, 1]


def test_what_comes_before_the_first_item_is_done_by_the_caller():
    threads = []

    def numbers():
        for number in range(3):
            threads.append(threading.current_thread())
            yield number

    assert list(ahead(numbers())) == [0, 1, 2]
    assert threads[0] is threading.current_thread()
    assert threads[1] is threads[2] is not threads[0]


def test_a_failure_follows_the_items_before_it():
    def numbers():
        yield 0
        raise ValueError("one")

    items = ahead(numbers())
    assert next(items) == 0
    with pytest.raises(ValueError, match="one"):
        next(items)
