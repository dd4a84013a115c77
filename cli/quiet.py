"""What is said beside a command's own words: a class and a place, and no words of a library.

Libraries log and warn in words that may quote the values they stumbled on, and Python prints whole
exceptions that end a thread or that arise in clearing up.
"""

import logging
import sys
import threading
import warnings
from typing import TextIO

from cli.ending import origin, say


def settle() -> None:
    """Let nothing be said that is not ours. Hooks that somebody has set, a test say, are left."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())  # without any, warnings go to standard error
    warnings.showwarning = _warned
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _ended_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _unraisable


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Say nothing: what we warn of ourselves is a fault with a code."""


def _ended_thread(given: threading.ExceptHookArgs) -> None:
    _say_where("in a thread", given.exc_value)


def _unraisable(given: "sys.UnraisableHookArgs") -> None:
    _say_where("in clearing up", given.exc_value)


def _say_where(what: str, error: BaseException | None) -> None:
    if error is not None:
        say(f"a fault of ours {what}: {type(error).__name__} at {origin(error)}")
