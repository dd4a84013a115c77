"""Writing behind: what is made is written in a thread of its own, while the next is being made."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")


@contextmanager
def behind(write: Callable[[Item], object]) -> Iterator[Callable[[Item], None]]:
    """Give a function that has ``write`` called with each item, one after the other.

    It waits until the item before is written, so that no more than two are held. What ``write``
    raises is raised by the call that follows, or at the end of the block.
    """
    last: Future[object] | None = None

    def written() -> None:
        if last is not None:
            last.result()

    with ThreadPoolExecutor(1) as pool:

        def put(item: Item) -> None:
            nonlocal last
            written()
            last = pool.submit(write, item)

        yield put
        written()
