"""The histogram of match weights: all candidate pairs, and those that became links."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from typing import Literal

from quality.report.figures.axis import Axis, Box, Tick, decades, spanning
from quality.report.numbers import MINUS

WIDTH = 760.0
_PLOT = Box(90.0, 40.0, 740.0, 320.0)


@dataclass(frozen=True)
class Bin:
    """A range of match weights with the pairs in it, as they may be shown."""

    low: float
    high: float
    candidates: int
    links: int


@dataclass(frozen=True)
class Histogram:
    """Two stepped outlines on a logarithmic scale, each a tuple of corners."""

    id: str
    title: str
    description: str
    width: float
    height: float
    plot: Box
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_label: str
    y_label: str
    candidates: tuple[tuple[float, float], ...]
    links: tuple[tuple[float, float], ...]
    kind: Literal["histogram"] = "histogram"


def histogram(identity: str, title: str, bins: Sequence[Bin]) -> Histogram:
    """Lay out the histogram. Heights are pairs for each unit of weight, as bins differ in width."""
    edges = [bins[0].low, *(one.high for one in bins)]
    x = spanning(edges, _PLOT.left, _PLOT.right, (-200.0, 200.0), at_most=10)
    dense = [per_unit(one) for one in bins for per_unit in (_candidates, _links)]
    y = decades(dense, _PLOT.bottom, _PLOT.top)
    return Histogram(
        id=identity,
        title=title,
        description=(
            f"Two stepped outlines over {len(bins)} ranges of match weight from {_plain(edges[0])} "
            f"to {_plain(edges[-1])}: all candidate pairs, and the links among them. The vertical "
            "scale is logarithmic. The table that follows gives the numbers."
        ),
        width=WIDTH,
        height=400,
        plot=_PLOT,
        x_ticks=tuple(Tick(x.place(value), _plain(value)) for value in x.steps()),
        y_ticks=tuple(
            Tick(y.place(value), f"{10**value:,.0f}" if value >= 0 else f"{10**value:g}")
            for value in y.steps()
        ),
        x_label="Match weight (log2 Bayes factor)",
        y_label="Pairs for each unit of weight (logarithmic scale)",
        candidates=_outline(bins, _candidates, x, y),
        links=_outline(bins, _links, x, y),
    )


def _candidates(one: Bin) -> float:
    return one.candidates / (one.high - one.low)


def _links(one: Bin) -> float:
    return one.links / (one.high - one.low)


def _outline(
    bins: Sequence[Bin], height: Callable[[Bin], float], x: Axis, y: Axis
) -> tuple[tuple[float, float], ...]:
    """Return the corners of the outline, from the base and back to it."""
    corners: list[tuple[float, float]] = [(x.place(bins[0].low), _PLOT.bottom)]
    for one in bins:
        dense = height(one)
        top = _PLOT.bottom if dense <= 0 else _within(y, dense)
        corners += [(x.place(one.low), top), (x.place(one.high), top)]
    return (*corners, (x.place(bins[-1].high), _PLOT.bottom))


def _within(y: Axis, dense: float) -> float:
    return y.place(min(max(log10(dense), y.low), y.high))


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", MINUS)
