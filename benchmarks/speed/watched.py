"""One command in a process of its own, followed stage by stage from outside.

The command tells on standard error, as JSON lines, when a stage starts and ends (``link run
--log-format json`` does; so does our plain splink). At each such line its CPU time and its peak
memory are read from Linux, and the peak is set back, so that every stage has its own. Every engine
is measured by this and by nothing of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Thread
from time import perf_counter

START, LINKS, WHOLE = "start", "files to links", "whole run"
"""What is measured beside the stages: before the first, up to the links, and everything."""

_TICKS = os.sysconf("SC_CLK_TCK")
_EVERY = 0.25


@dataclass(frozen=True)
class Taken:
    """What one stage took: seconds by the wall and on all cores, and the most memory it held."""

    stage: str
    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class Watched:
    """What a command printed, what its stages took, and the most disk it held in each folder."""

    stdout: str
    stages: tuple[Taken, ...]
    disk_mb: tuple[float, ...]


def watch(arguments: Sequence[str], links_at: str, folders: Sequence[Path] = ()) -> Watched:
    """Run this Python with ``arguments``; ``links_at`` is the stage that ends with the links.

    Raises
    ------
    SystemExit
        When the command fails, with the last of what it said.
    """
    started, taken, said = perf_counter(), list[Taken](), list[str]()
    with TemporaryFile("w+") as out, _disk(folders) as disk:
        command = [sys.executable, *arguments]
        with subprocess.Popen(
            command, stdout=out, stderr=subprocess.PIPE, text=True, env=_environment()
        ) as process:
            meter = _Meter(process.pid, started)
            for line in process.stderr or ():
                said.append(line)
                taken += meter.hear(line, links_at)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        stdout = out.read()
    if process.returncode != 0:
        last = "".join(said)[-2000:]
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}:\n{last}")
    cpu = used.ru_utime + used.ru_stime
    taken.append(_taken(WHOLE, perf_counter() - started, cpu, meter.peak))
    return Watched(stdout, tuple(taken), tuple(round(most / 1e6, 1) for most in disk))


def _environment() -> dict[str, str]:
    """Return the environment in which modules are compiled once, as installed ones are."""
    return {k: value for k, value in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


class _Meter:
    """Reads what a process has used, at the lines that say where its stages start and end."""

    def __init__(self, pid: int, started: float) -> None:
        self._folder, self._started = Path("/proc") / str(pid), started
        self._since = (started, 0.0)
        self._first, self.peak = True, 0.0

    def hear(self, line: str, links_at: str) -> Iterator[Taken]:
        """Yield what a line of the command's progress completes."""
        told = _told(line)
        if told.get("event") not in {"stage_started", "stage_finished"}:
            return
        wall, cpu, peak = perf_counter(), self._cpu(), self._peak()
        stage = str(told["stage"]) if told["event"] == "stage_finished" else START
        if stage != START or self._first:
            yield _taken(stage, wall - self._since[0], cpu - self._since[1], peak)
        if stage == links_at:
            yield _taken(LINKS, wall - self._started, cpu, self.peak)
        self._first, self._since = False, (wall, cpu)

    def _cpu(self) -> float:
        fields = (self._folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _peak(self) -> float:
        """Return the peak in MB since this was last asked."""
        status = (self._folder / "status").read_text(encoding="utf-8")
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
        (self._folder / "clear_refs").write_text("5", encoding="utf-8")
        peak = int(line.split()[1]) * 1024 / 1e6
        self.peak = max(self.peak, peak)
        return peak


def _told(line: str) -> dict[str, object]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _taken(stage: str, wall: float, cpu: float, peak: float) -> Taken:
    return Taken(stage, round(wall, 3), round(cpu, 2), round(peak, 1))


@contextmanager
def _disk(folders: Sequence[Path]) -> Iterator[list[int]]:
    """Give a list of the most bytes that each of ``folders`` held; it grows while one looks."""
    most, over = [0] * len(folders), Event()

    def look() -> None:
        while not over.wait(_EVERY):
            most[:] = [max(*each) for each in zip(most, map(_bytes, folders), strict=True)]

    thread = Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def _bytes(folder: Path) -> int:
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(where) / name).lstat().st_blocks * 512
            except FileNotFoundError:
                continue
    return total
