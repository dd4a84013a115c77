"""Ten million records a side under 8 GB, how time grows, and the cost model: ``make bench-large``.

``link run`` alone, once. ``make bench`` comes first: growth and cost rest on what it measured too.
Writes speed_large.json, speed_large.md, growth.svg and cost.json to benchmarks/results, and the
tables of docs/explanation/scale.md. It needs some GB of disk where temporary files go (TMPDIR).
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed import growth, population
from benchmarks.speed.cost import Sized, fitted, sized
from benchmarks.speed.engines import AUTOMATIC, OURS, Quality, Turn, linked, quality
from benchmarks.speed.run import RESULTS, Record, medians, write_json
from benchmarks.speed.scale import fill
from benchmarks.speed.table import header, stages
from benchmarks.speed.watched import WHOLE

N, MEMORY = 10_000_000, "8GB"

_HEAD = """# {n:,} records a side, in {memory}

`link run` with `engine: {{memory: {memory}}}` and everything else at its default. Disk is the most
that the run folder and the scratch folder held, looked at four times a second.

Links {links:,}, precision {precision:.4f}, recall {recall:.4f}. Most memory {peak:,.0f} MB.
Disk: run folder {run_mb:,.0f} MB, scratch {scratch_mb:,.0f} MB.
"""


def main() -> None:
    """Measure, fit, draw and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=N)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="speed-") as temporary:
        data = Path(temporary) / "data"
        population.write(data, said.size)
        done = linked(data, Path(temporary) / "output", AUTOMATIC, {"memory": MEMORY})
        found = quality(done.links, data)
    records = _records(said.size, done)
    write_json(said.results / "speed_large.json", records)
    light = [r for r in _read(said.results / "speed.json") if r["engine"] == OURS] + records
    growing = growth.points(light, OURS)
    (said.results / "growth.svg").write_text(growth.drawing(growing), encoding="utf-8")
    page = _page(said.size, done, found, records, growing)
    (said.results / "speed_large.md").write_text(page, encoding="utf-8")
    heavy = [r for r in _read(said.results / "speed_heavy.json") if r["engine"] == OURS]
    runs = _runs(light, heavy)
    costs = fitted(runs)
    write_json(said.results / "cost.json", costs)
    fill(costs, runs, sum(done.watched.disk_mb) * 1e6)


def _records(n: int, done: Turn) -> list[Record]:
    """Return a record a stage; that of the whole run has the disk that it took."""
    run_mb, scratch_mb = done.watched.disk_mb
    return [
        each
        | {
            "run_folder_mb": run_mb if each["stage"] == WHOLE else None,
            "scratch_mb": scratch_mb if each["stage"] == WHOLE else None,
        }
        for each in medians(OURS, n, [done])
    ]


def _runs(light: Sequence[Record], heavy: Sequence[Record]) -> list[Sized]:
    sizes = sorted({int(str(record["n_per_side"])) for record in light})
    every = [[r for r in light if r["n_per_side"] == n] for n in sizes]
    return [sized(records) for records in (*every, *([heavy] if heavy else []))]


def _read(path: Path) -> list[Record]:
    found: list[Record] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _page(
    n: int, done: Turn, found: Quality, records: Sequence[Record], growing: Sequence[growth.Point]
) -> str:
    whole: dict[str, Any] = next(dict(r) for r in records if r["stage"] == WHOLE)
    about = {"links": found.links, "precision": found.precision, "recall": found.recall}
    disk = {"run_mb": whole["run_folder_mb"], "scratch_mb": whole["scratch_mb"]}
    head = _HEAD.format(n=n, memory=MEMORY, peak=whole["peak_mb"], **about, **disk)
    parts = [head, "## Stage by stage\n", *stages(records), "", "## Growth\n", *_growth(growing)]
    return "\n".join(parts) + "\n"


def _growth(growing: Sequence[growth.Point]) -> Iterator[str]:
    yield "From files to links, start-up left out; drawn in [growth.svg](growth.svg).\n"
    yield header("a side", "seconds", "the smallest size grown at n log n")
    for each in growing:
        yield f"| {each.n:,} | {each.seconds:,.1f} | {each.expected:,.1f} |"


if __name__ == "__main__":
    main()
