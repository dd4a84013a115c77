"""One command in a process of its own: how long it took and the most memory it held."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """What a command printed, its wall-clock seconds, start included, and its peak memory."""

    stdout: str
    seconds: float
    peak_mb: float


def measure(arguments: Sequence[str], folder: Path) -> Measured:
    """Run this Python with ``arguments``; its output goes through ``folder``.

    Raises
    ------
    SystemExit
        When the command fails, with the last of what it said.
    """
    said, complained = folder / "stdout", folder / "stderr"
    started = time.perf_counter()
    with said.open("w") as out, complained.open("w") as err:
        process = subprocess.Popen([sys.executable, *arguments], stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(
            f"{' '.join(arguments)} ended with {process.returncode}:\n"
            f"{complained.read_text()[-2000:]}"
        )
    kilobytes = used.ru_maxrss if sys.platform != "darwin" else used.ru_maxrss / 1024
    return Measured(said.read_text(), seconds, kilobytes / 1024)
