"""How a command ends: its exit code, and what is said when it does not end well.

What an unexpected exception says may quote data, so it is never printed: only its class and where
it came from.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import typer

from cli.show import show_faults
from linkage.errors import Exit, LinkageError

_OURS = ("cli", "linkage", "quality", "synthetic_data")


class _Terminated(BaseException):
    """Somebody, or a scheduler, asked the process to stop."""


def guarded(program: str, command: Callable[[], object]) -> int:
    """Run ``command`` and return the exit code, with one way out for every kind of failure."""
    try:
        with _asked_to_stop():
            code = _code(command())
            sys.stdout.flush()
    except (Exception, KeyboardInterrupt, _Terminated) as error:
        _say_ended(program, error)
        return int(exit_of(error))
    return code


def exit_of(error: BaseException) -> Exit:
    """Return the exit code of a command that ends with ``error``."""
    if isinstance(error, LinkageError):
        return error.exit_code
    if isinstance(error, typer.TyperException):
        return Exit.USAGE
    if isinstance(error, _Terminated):
        return Exit.TERMINATED
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return Exit.INTERRUPTED
    refused = isinstance(error, OSError) and error.errno is not None
    return Exit.STORAGE if refused or isinstance(error, MemoryError) else Exit.BUG


def _say_ended(program: str, error: BaseException) -> None:
    """Say how the command failed."""
    if isinstance(error, LinkageError):
        with suppress(OSError, ValueError):  # there may be nobody to tell
            show_faults(error.faults)
    elif isinstance(error, typer.TyperException):
        _say_misused(program, error)
    elif isinstance(error, KeyboardInterrupt | typer.Abort | _Terminated):
        say(f"{program}: stopped; what was finished is kept")
    elif isinstance(error, OSError) and error.errno is not None:
        _say_refused(program, error)
    elif isinstance(error, MemoryError):
        say(f"{program}: not enough memory; give engine.memory less than the machine has")
    else:
        say(f"{program}: a fault of ours: {type(error).__name__} at {origin(error)}")


def _code(result: object) -> int:
    return result if isinstance(result, int) else int(Exit.DONE)


def _say_misused(program: str, error: typer.TyperException) -> None:
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if message.startswith("Usage:"):  # nothing was asked: the message is the help itself
        say(message)
        return
    say(f"{program}: {message}")
    say(f"See: {program if context is None else context.command_path} --help")


def _say_refused(program: str, error: OSError) -> None:
    """Stop writing; say why, unless it is that whoever read us has gone: ``link schema | head``."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    if not isinstance(error, BrokenPipeError):
        reason = os.strerror(error.errno or 0)
        say(f"{program}: the system refused to read or write: {reason}")


def origin(error: BaseException) -> str:
    """Return where an exception was raised: our innermost line, and the library's beyond it."""
    frames = [
        (frame.f_globals.get("__name__", "?"), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    ours = [place for place in frames if place[0].partition(".")[0] in _OURS]
    places = dict.fromkeys([*ours[-1:], *frames[-1:]])
    return ", in ".join(f"{module}:{line}" for module, line in places)


def say(text: str) -> None:
    """Write a line to standard error."""
    with suppress(OSError, ValueError):  # there may be nobody to tell
        sys.stderr.write(f"{text}\n")


@contextmanager
def _asked_to_stop() -> Iterator[None]:
    """Let SIGTERM unwind the command as Ctrl-C does, so that temporary files go."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise _Terminated

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread: nobody can signal us
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
