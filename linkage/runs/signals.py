"""A clean stop: Ctrl-C and SIGTERM end the stage, and leave a state that can be resumed."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from linkage.errors import Exit, Fault, LinkageError

_EXITS = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}


class StoppedError(LinkageError):
    """The run was told to stop (exit 130 or 143)."""

    def __init__(self, number: int) -> None:
        self.exit_code = _EXITS[signal.Signals(number)]
        super().__init__(
            Fault(
                "R411",
                "the run was stopped before it ended",
                "run the same command again: stages that are done are not repeated",
            )
        )


class StopRequest(KeyboardInterrupt):
    """Raised where the program stands when the signal arrives; no stage may catch it."""


@contextmanager
def stopping() -> Iterator[None]:
    """Turn SIGINT and SIGTERM in the block into a StoppedError, raised when it has unwound.

    Inside a query DuckDB raises an error of its own instead of what the handler raised, so the
    signal is remembered rather than read from the exception.
    """
    received: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if not received:  # a second one would break the clearing up after the first
            received.append(number)
            raise StopRequest

    before = _install(stop)
    try:
        yield
    except BaseException:
        if received:
            raise StoppedError(received[0]) from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _install(handler: "signal._HANDLER") -> dict[int, "signal._HANDLER"]:
    """Set ``handler`` for both signals; return what stood there.

    A signal that the parent process chose to ignore stays ignored, as for a job in the background.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    wanted = [n for n in _EXITS if signal.getsignal(n) is not signal.SIG_IGN]
    return {number: signal.signal(number, handler) for number in wanted}
