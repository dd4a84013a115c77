from threading import Event, current_thread

import pytest

from linkage.runs.write_behind import behind


def test_items_are_written_in_order_in_another_thread():
    written, threads = [], set()

    def write(item: int) -> None:
        written.append(item)
        threads.add(current_thread().name)

    with behind(write) as put:
        for item in range(100):
            put(item)
    assert written == list(range(100))
    assert len(threads) == 1
    assert current_thread().name not in threads


def test_an_item_waits_for_the_one_before():
    begun, go_on, written = Event(), Event(), []

    def write(item: int) -> None:
        begun.set()
        go_on.wait()
        written.append(item)

    with behind(write) as put:
        put(1)
        begun.wait()
        assert written == []
        go_on.set()
        put(2)
        assert written[:1] == [1]
    assert written == [1, 2]


@pytest.mark.parametrize("faulty", [0, 1, 2])
def test_what_writing_raises_is_raised(faulty):
    written = []

    def write(item: int) -> None:
        if item == faulty:
            raise OSError(28, "full")
        written.append(item)

    def put_all() -> None:
        with behind(write) as put:
            for item in range(3):
                put(item)

    with pytest.raises(OSError, match="full"):
        put_all()
    assert written == list(range(faulty))


def test_what_the_block_raises_is_raised_once_nothing_is_being_written():
    begun, written = Event(), []

    def write(item: int) -> None:
        begun.set()
        written.append(item)

    def fail() -> None:
        with behind(write) as put:
            put(1)
            begun.wait()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert written == [1]
