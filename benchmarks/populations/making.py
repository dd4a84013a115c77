"""How long a population takes to make, and how much memory: all processes together."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

_EVERY = 0.2


@dataclass(frozen=True)
class Making:
    """Seconds by the wall and on all cores; the most memory of all processes, shared once, MB."""

    people: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    files_mb: float


def making(preset: str, people: int, out: Path) -> Making:
    """Do ``link synth`` and measure it."""
    arguments = ["-m", "cli", "synth", preset, "--people", str(people), "--out", str(out)]
    began, peak = perf_counter(), 0.0
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_memory, _family(process.pid))))
            sleep(_EVERY)
    if process.returncode:
        raise SystemExit(f"link synth ended with {process.returncode}")
    wall = perf_counter() - began
    used = os.times()
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return Making(people, round(wall, 1), round(used[2] + used[3], 1), round(peak), size / 1e6)


def _family(pid: int) -> list[int]:
    """Return a process and all it began."""
    found = [pid]
    for each in found:
        try:
            text = Path(f"/proc/{each}/task/{each}/children").read_text(encoding="ascii")
        except OSError:
            continue
        found += map(int, text.split())
    return found


def _memory(pid: int) -> float:
    """Return the memory of a process, what it shares by its share, in MB."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    (line,) = [line for line in text.splitlines() if line.startswith("Pss:")]
    return int(line.split()[1]) * 1024 / 1e6
