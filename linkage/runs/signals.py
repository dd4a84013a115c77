"""A clean stop: Ctrl-C, SIGTERM and a time limit end the stage, and it can be gone on with."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from linkage.errors import Exit, Fault, LinkageError

_EXITS = {
    signal.SIGINT: Exit.INTERRUPTED,
    signal.SIGTERM: Exit.TERMINATED,
    signal.SIGALRM: Exit.STORAGE,  # the system's clock says that the time is up
}


class StoppedError(LinkageError):
    """The run was told to stop (exit 130 or 143), or its time was up (exit 74)."""

    def __init__(self, number: int) -> None:
        self.exit_code = _EXITS[signal.Signals(number)]
        super().__init__(_TIMED_OUT if number == signal.SIGALRM else _STOPPED)


_AGAIN = "run the same command again: stages that are done are not repeated"
_STOPPED = Fault("R411", "the run was stopped before it ended", _AGAIN)
_TIMED_OUT = Fault(
    "R604",
    "the run took longer than it may",
    f"{_AGAIN}; or raise the limit",
    path="engine.timeout",
)


class StopRequest(KeyboardInterrupt):
    """Raised where the program stands when the signal arrives; no stage may catch it."""


class Stopping:
    """Signals as they are handled: what arrived, and whom to wake when one does."""

    def __init__(self) -> None:
        self.received: list[int] = []
        self._wake: list[Callable[[], None]] = []

    def wake(self, call: Callable[[], None]) -> None:
        """Have ``call`` made, in a thread of its own, as soon as a signal arrives.

        Python sees a signal only between its own steps, and one step may be a long query.
        """
        self._wake.append(call)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Stop the program where it stands; a second signal would break the clearing up."""
        if not self.received:
            self.received.append(number)
            raise StopRequest

    def listen(self, descriptor: int) -> None:
        """Wait at the pipe into which the system writes each signal, until it says 0."""
        while number := os.read(descriptor, 1)[0]:
            if number in _EXITS:
                for call in self._wake:
                    with suppress(Exception):  # what was to be woken may have ended just now
                        call()


@contextmanager
def stopping(seconds: float | None = None) -> Iterator[Stopping]:
    """Turn SIGINT and SIGTERM in the block into a StoppedError, raised when it has unwound.

    And, where ``seconds`` are given, that they have passed; of that only the main thread hears.

    Inside a query the database raises an error of its own instead of what the handler raised, so
    the signal is remembered rather than read from the exception.
    """
    state = Stopping()
    with _handled(state, seconds):
        try:
            yield state
        except BaseException:
            if state.received:
                raise StoppedError(state.received[0]) from None
            raise


@contextmanager
def _handled(state: Stopping, seconds: float | None) -> Iterator[None]:
    """Let ``state`` hear of signals, in the main thread: no other may handle them.

    A signal that the parent process chose to ignore stays ignored, as for a job in the background.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    listener = threading.Thread(target=state.listen, args=(reading,), daemon=True)
    listener.start()
    wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    wanted = [n for n in _EXITS if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, state.handle) for number in wanted}
    signal.setitimer(signal.ITIMER_REAL, seconds or 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
        os.write(writing, b"\0")
        listener.join()
        os.close(reading)
        os.close(writing)
