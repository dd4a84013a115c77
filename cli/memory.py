"""How the process asks the system for memory, settled before any thread is started."""

import ctypes
import os

_ARENAS = -8
"""``M_ARENA_MAX`` of glibc's malloc.h."""

_OF_ARROW = "jemalloc"
"""Of the stores that Arrow brings, the one that gives back soonest what is free."""


def settle() -> None:
    """Let the threads share what they have given back.

    By default each takes from a store of its own, and what lies free in one is of no use to the
    others. With one store they would wait for each other.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other systems' libraries have none
    if mallopt is not None and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt(_ARENAS, 2)


def settle_arrow() -> None:
    """Let Arrow hold as little as it can beside what is in use.

    Its own choice keeps a sixth more of a run's memory, and clears pages anew all the time.
    """
    import pyarrow as pa

    chosen = "ARROW_DEFAULT_MEMORY_POOL" in os.environ
    if not chosen and _OF_ARROW in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
