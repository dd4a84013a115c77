"""Time and memory of ``link run`` beside plain splink, on the same files: ``make bench``.

Three turns, the engines one after another in each, every run in a process of its own; medians are
kept. Figures are of one machine: read the ratios. Writes speed.json, speed_links.json and speed.md
to benchmarks/results, and what they say of the bar to README.md and docs/explanation/scale.md; or
all files to the folder that ``--results`` names, and no page.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from benchmarks.speed import population, scale
from benchmarks.speed.engines import ENGINES, Turn, quality, turn
from benchmarks.speed.table import bars, page

RESULTS = Path(__file__).parents[1] / "results"
SIZES = (100_000, 1_000_000)
TURNS = 3

Record = dict[str, object]


def main() -> None:
    """Measure the engines at the sizes that the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    records, links = list[Record](), list[Record]()
    with tempfile.TemporaryDirectory(prefix="speed-") as temporary:
        for n in said.sizes:
            taken = measured(n, said.engines, said.turns, Path(temporary), links)
            records += taken
    said.results.mkdir(exist_ok=True)
    write_json(said.results / "speed.json", records)
    write_json(said.results / "speed_links.json", links)
    (said.results / "speed.md").write_text(page(records, links, said.turns), encoding="utf-8")
    if said.results == RESULTS:
        for each in (scale.PAGE, scale.README):
            scale.put(each, {"splink": bars(records)})


def measured(
    n: int, engines: Sequence[str], turns: int, folder: Path, links: list[Record]
) -> list[Record]:
    """Return the medians of every engine and stage at ``n`` records a side; add to ``links``."""
    data = folder / f"data_{n}"
    population.write(data, n)
    taken: dict[str, list[Turn]] = {engine: [] for engine in engines}
    for number in range(turns):
        for engine in engines:
            taken[engine].append(turn(engine, data, folder / "output"))
            sys.stderr.write(f"{n:,} a side, turn {number + 1}: {engine}\n")
            if number == turns - 1:
                found = quality(taken[engine][-1].links, data)
                about = {"engine": engine, "n_per_side": n, "f1": found.f1}
                links.append(about | asdict(found))
    return [each for engine in engines for each in medians(engine, n, taken[engine])]


def medians(engine: str, n: int, turns: Sequence[Turn]) -> Iterable[Record]:
    """Yield a record for every stage, in order: the medians of its turns."""
    for place, stage in enumerate(turns[0].watched.stages):
        all_turns = [asdict(each.watched.stages[place]) for each in turns]
        middle = {
            name: round(median(each[name] for each in all_turns), 3)
            for name in ("wall_s", "cpu_s", "peak_mb")
        }
        pairs = turns[0].pairs.get(stage.stage)
        yield {"engine": engine, "n_per_side": n, "stage": stage.stage, **middle, "pairs": pairs}


def write_json(path: Path, records: Sequence[Record]) -> None:
    """Write a flat list of records."""
    path.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
