"""Work spread over threads, its results in order and no more of them waiting than threads."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def spread(work: Callable[[Given], Made], over: Iterable[Given], threads: int) -> Iterator[Made]:
    """Yield what ``work`` makes of each of ``over``, in their order.

    What is to be worked on is drawn by the calling thread as it is needed. When the caller stops,
    or a part fails, parts that were not begun are not.
    """
    if threads == 1:
        yield from map(work, over)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        try:
            for each in over:
                waiting.append(pool.submit(work, each))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
