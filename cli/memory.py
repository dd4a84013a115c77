"""How the process asks the system for memory, settled before any thread is started."""

import ctypes
import os

_ARENAS = -8
"""``M_ARENA_MAX`` of glibc's malloc.h."""


def settle() -> None:
    """Let the threads share what they have given back.

    By default each takes from a store of its own, and what lies free in one is of no use to the
    others. With one store they would wait for each other.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other systems' libraries have none
    if mallopt is not None and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt(_ARENAS, 2)
