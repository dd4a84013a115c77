"""One command in a process of its own: how long it took and the most memory it held.

This file is also the launcher between us and the command: Linux counts what a process held before
it became another program, so the command's parent has to be small.
"""

import json
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
    """Run this Python with ``arguments``; what it prints goes through ``folder``.

    Raises
    ------
    SystemExit
        When the command fails, with the last of what it said.
    """
    said, complained, taken = folder / "stdout", folder / "stderr", folder / "measured.json"
    with said.open("w") as out, complained.open("w") as err:
        launcher = [sys.executable, "-S", __file__, str(taken), sys.executable, *arguments]
        code = subprocess.run(launcher, stdout=out, stderr=err, check=False).returncode
    if code != 0:
        last = complained.read_text(encoding="utf-8")[-2000:]
        raise SystemExit(f"{' '.join(arguments)} ended with {code}:\n{last}")
    figures = json.loads(taken.read_text(encoding="utf-8"))
    return Measured(said.read_text(encoding="utf-8"), **figures)


def _launch(taken: Path, command: Sequence[str]) -> int:
    started = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    per_mb = 1024 if sys.platform != "darwin" else 1024 * 1024
    figures = {"seconds": round(seconds, 2), "peak_mb": round(used.ru_maxrss / per_mb, 1)}
    taken.write_text(json.dumps(figures), encoding="utf-8")
    return process.returncode


if __name__ == "__main__":
    sys.exit(_launch(Path(sys.argv[1]), sys.argv[2:]))
