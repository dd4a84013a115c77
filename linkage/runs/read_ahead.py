"""Reading ahead: the next item is made in a thread of its own, while the last is worked on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield ``items``, each drawn while the caller works on the one before: no more are held.

    The first is drawn by the calling thread, which a signal can stop: before it, much may be
    checked.
    """
    item = next(items, None)
    with ThreadPoolExecutor(1) as pool:
        while item is not None:
            following = pool.submit(next, items, None)
            yield item
            item = following.result()
