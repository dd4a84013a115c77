"""A process that holds a key or who is who: closed to those who would read its memory."""

import ctypes
import resource

_PR_SET_DUMPABLE = 4
"""Of Linux's prctl.h."""


def seal() -> None:
    """Leave no core dump from here on, and let no other process of this user read the memory.

    Both are needed: a system that pipes core dumps to a program does so whatever the limit is. On
    systems other than Linux there is the limit alone.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
