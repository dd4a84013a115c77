"""Time and memory of ``link run`` beside plain splink on the same invented sources: ``make bench``.

Both link one synthetic census and register, three times by turns, each in a process of its own; the
medians are kept. Figures are of one machine: read the ratios. Writes benchmarks/results/speed.json
and speed.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.accuracy.measured import Measured, measure

RESULTS = Path(__file__).parents[1] / "results"
TURNS = 3
OURS, PLAIN = "linkage", "plain splink"

Record = dict[str, object]

_HEAD = """# Speed and memory beside plain splink

`link run` does more than plain splink here: it chooses its blocking rules, trains over records,
makes links one-to-one, counts by group and writes a report. Plain splink is given its rules, names
in capitals and dates as dates, and ends with the pairs above 0.95. Whole processes, imports
included, by turns on one machine; medians of {turns}. Read the ratios, not the seconds.
Made by `make bench`.

Splink {splink}, DuckDB {duckdb}, {cores} cores.

| people | tool | seconds | peak MB | seconds, beside plain splink | memory, beside plain splink |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Measure both tools on as many people as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as temporary:
        records = _measured(people, Path(temporary))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "speed.json").write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "speed.md").write_text(_page(records), encoding="utf-8")
    print(_page(records))


def _measured(people: int, folder: Path) -> list[Record]:
    data = folder / "data"
    making = ["-m", "cli", "synth", str(data), "--people", str(people), "--seed", "1"]
    subprocess.run([sys.executable, *making], check=True, stdout=subprocess.DEVNULL)
    commands = {
        OURS: ["-m", "cli", "run", str(data / "config.yaml")],
        PLAIN: ["-m", "benchmarks.speed.plain_splink", str(data)],
    }
    taken: dict[str, list[Measured]] = {tool: [] for tool in commands}
    for turn in range(TURNS):
        for tool, command in commands.items():
            if tool == OURS:  # a new run each time, not one that is taken up again
                _rename(data / "config.yaml", turn)
            taken[tool].append(measure(command, folder))
    return [_record(people, tool, taken) for tool in commands]


def _rename(config: Path, turn: int) -> None:
    lines = config.read_text(encoding="utf-8").splitlines()
    renamed = [f"name: turn_{turn}" if line.startswith("name:") else line for line in lines]
    config.write_text("\n".join(renamed) + "\n", encoding="utf-8")


def _record(people: int, tool: str, taken: dict[str, list[Measured]]) -> Record:
    seconds, peak = _medians(taken[tool])
    plain_seconds, plain_peak = _medians(taken[PLAIN])
    return {
        "people": people,
        "tool": tool,
        "seconds": round(seconds, 2),
        "peak_mb": round(peak, 1),
        "seconds_ratio": round(seconds / plain_seconds, 2),
        "peak_ratio": round(peak / plain_peak, 2),
        "turns": TURNS,
    }


def _medians(taken: list[Measured]) -> tuple[float, float]:
    return median(each.seconds for each in taken), median(each.peak_mb for each in taken)


def _page(records: list[Record]) -> str:
    head = _HEAD.format(
        turns=TURNS, splink=version("splink"), duckdb=version("duckdb"), cores=os.cpu_count()
    )
    rows = (
        f"| {r['people']:,} | {r['tool']} | {r['seconds']} | {r['peak_mb']:.0f} "
        f"| {r['seconds_ratio']} | {r['peak_ratio']} |"
        for r in records
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
