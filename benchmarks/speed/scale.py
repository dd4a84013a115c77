"""The tables of docs/explanation/scale.md, from the cost model, and what stands beside splink."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.speed.cost import Record, Sized, predicted
from benchmarks.speed.table import header
from benchmarks.speed.watched import WHOLE

_ROOT = Path(__file__).parents[2]
PAGE = _ROOT / "docs" / "explanation" / "scale.md"
README = _ROOT / "README.md"
NATION = 60_000_000


def fill(
    costs: Sequence[Record], runs: Sequence[Sized], disk_bytes: float, page: Path = PAGE
) -> None:
    """Put the tables between their marks; ``disk_bytes`` is what the largest run of all took."""
    largest = max(runs, key=lambda run: run.n["record"])
    tables = {
        "costs": _costs(costs),
        "fit": _fit(costs, runs),
        "nation": _nation(costs, largest, disk_bytes),
    }
    put(page, tables)


def put(page: Path, tables: Mapping[str, Iterable[str]]) -> None:
    """Put tables between their marks in a page."""
    text = page.read_text(encoding="utf-8")
    for name, rows in tables.items():
        place = re.search(rf"<!-- {name}: .*? -->\n(.*?)<!-- end -->", text, re.DOTALL)
        if place is None:
            raise SystemExit(f"{page.name} has no place for the table {name}")
        text = text[: place.start(1)] + "\n".join(rows) + "\n" + text[place.end(1) :]
    page.write_text(text, encoding="utf-8")


def scaled(largest: Sized, records_a_side: float) -> dict[str, float]:
    """Return what a run of that size goes through, at the largest run's pairs a record.

    Counting looks at a sample of records above a cap: at the cap, its pairs grow no further.
    """
    times = 2 * records_a_side / largest.n["record"]
    n = {term: number * times for term, number in largest.n.items()} | {"run": 1.0}
    if largest.n["counted pair"] < largest.n["pair"]:
        n["counted pair"] = largest.n["counted pair"]
    return n


def _costs(costs: Iterable[Record]) -> Iterator[str]:
    yield header("stage", "for each", "wall", "CPU", "memory")
    for row in costs:
        name = f"| {row['stage']} | {row['term']} |"
        if row["wall_s"] or row["cpu_s"]:
            yield f"{name} {_time(row['wall_s'])} | {_time(row['cpu_s'])} | |"
        elif row["bytes"]:
            yield f"{name} | | {_bytes(row['bytes'])} |"


def _fit(costs: Sequence[Record], runs: Iterable[Sized]) -> Iterator[str]:
    yield header("a side", "pairs", "measured s", "model s", "measured memory", "model memory")
    for run in runs:
        model, whole = predicted(costs, run.n), float(run.stages[WHOLE]["wall_s"])
        yield (
            f"| {run.n['record'] / 2:,.0f} | {run.n['pair']:,.0f} | {whole:,.1f} "
            f"| {model['wall_s']:,.1f} | {_bytes(run.peak_bytes)} | {_bytes(model['bytes'])} |"
        )


def _nation(costs: Sequence[Record], largest: Sized, disk_bytes: float) -> Iterator[str]:
    n = scaled(largest, NATION)
    model: Mapping[str, float] = predicted(costs, n)
    disk = disk_bytes * n["record"] / largest.n["record"]
    yield header("pairs", "wall", "CPU", "memory, where it is let", "disk")
    yield (
        f"| {n['pair'] / 1e6:,.0f} million | {_time(model['wall_s'])} | {_time(model['cpu_s'])} "
        f"| {_bytes(model['bytes'])} | {_bytes(disk)} |"
    )


def _time(seconds: float) -> str:
    for size, unit in ((3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def _bytes(number: float) -> str:
    for size, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number:.0f} bytes"
