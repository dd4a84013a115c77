"""How time grows with the number of records, beside n log n, as one small SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log, log10
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.speed.watched import LINKS, START

Record = Mapping[str, Any]

WIDTH, HEIGHT, MARGIN = 560, 400, 60


@dataclass(frozen=True)
class Point:
    """One size: records a side, seconds from files to links, start-up left out, and n log n.

    ``expected`` is what the smallest size would have grown to at n log n.
    """

    n: int
    seconds: float
    expected: float


def points(records: Sequence[Record], engine: str) -> list[Point]:
    """Return the sizes at which ``engine`` was measured, smallest first."""
    stages = {(r["n_per_side"], r["stage"]): r["wall_s"] for r in records if r["engine"] == engine}
    sizes = sorted({n for n, _ in stages})
    seconds = [stages[n, LINKS] - stages[n, START] for n in sizes]
    first = seconds[0] / (sizes[0] * log(sizes[0]))
    return [Point(n, s, first * n * log(n)) for n, s in zip(sizes, seconds, strict=True)]


def drawing(measured: Sequence[Point]) -> str:
    """Draw the points and n log n on logarithmic axes."""
    seconds = [each.seconds for each in measured] + [each.expected for each in measured]
    across = _Scale(measured[0].n, measured[-1].n, MARGIN, WIDTH - MARGIN / 2)
    up = _Scale(min(seconds), max(seconds), HEIGHT - MARGIN, MARGIN / 2)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("growth.svg.j2").render(
        width=WIDTH,
        height=HEIGHT,
        margin=MARGIN,
        ticks_x=[(across.at(value), f"{value:,.0f}") for value in across.ticks],
        ticks_y=[(up.at(value), f"{value:g}") for value in up.ticks],
        measured=[(across.at(p.n), up.at(p.seconds), f"{p.seconds:,.1f} s") for p in measured],
        expected=[(across.at(p.n), up.at(p.expected)) for p in measured],
    )


class _Scale:
    """A logarithmic axis over whole powers of ten."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._first = floor(log10(low))
        self._last = max(ceil(log10(high)), self._first + 1)
        self._start, self._end = start, end

    @property
    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self._first, self._last + 1)]

    def at(self, value: float) -> float:
        share = (log10(value) - self._first) / (self._last - self._first)
        return round(self._start + share * (self._end - self._start), 1)
