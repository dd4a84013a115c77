"""The interval plot: one row a group, its estimate as a dot and its interval as a line.

Where the interval is too wide for its figure to be read alone, the dot is hollow. What was only
modelled is drawn differently: a range over models has a dashed line between two hollow ends and no
dot, so that nobody takes it for an interval about an estimate.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from quality.report.figures.axis import Axis, Box, Tick, spanning
from quality.report.figures.labels import LINE, Label, centred, wrap

WIDTH = 760.0
LEAST_SPAN = 0.05
"""An axis is five points wide at least: on a narrower one half a point would look like a gulf."""

ALIKE = 0.001
"""Rows whose figures lie within a tenth of a point are alike: a plot of them shows nothing."""

WIDE = "hollow, [u]: read the interval, not the figure"
_LEFT, _RIGHT = 220.0, 670.0
_TOP = 34.0


@dataclass(frozen=True)
class IntervalRow:
    """What a row shows: an estimate with its limits, or a word where there is none to show.

    A ``wide`` row has an interval that says more than its figure; a ``modelled`` row is a range
    without an estimate.
    """

    label: str
    estimate: float | None
    lower: float | None
    upper: float | None
    text: str
    wide: bool = False
    modelled: bool = False

    @property
    def shown(self) -> bool:
        """Whether there is a mark to draw."""
        return self.estimate is not None or (self.lower is not None and self.upper is not None)


@dataclass(frozen=True)
class IntervalMark:
    """A row as drawn. ``centre`` is None for a range."""

    label: Label
    y: float
    start: float | None
    centre: float | None
    end: float | None
    text: str
    wide: bool
    modelled: bool


@dataclass(frozen=True)
class IntervalPlot:
    """An interval plot with every mark in its place."""

    id: str
    title: str
    description: str
    width: float
    height: float
    plot: Box
    ticks: tuple[Tick, ...]
    axis_label: str
    marks: tuple[IntervalMark, ...]
    reference: Tick | None
    hollow: str | None
    kind: Literal["intervals"] = "intervals"


def interval_plot(
    identity: str,
    title: str,
    rows: Sequence[IntervalRow],
    axis_label: str,
    tick_text: Callable[[float], str],
    reference: tuple[float, str] | None,
    limits: tuple[float, float] = (0.0, 1.0),
) -> IntervalPlot | None:
    """Lay out an interval plot; the axis holds every limit, estimate and the reference line.

    None where fewer than two rows have a mark, or all of them are alike: the table then says all
    that there is.
    """
    rows = [row for row in rows if row.shown]
    if len(rows) < 2 or _alike(rows):
        return None
    axis = _axis(rows, reference, limits)
    marks, bottom = _marks(rows, axis)
    line = None if reference is None else Tick(axis.place(reference[0]), reference[1])
    return IntervalPlot(
        id=identity,
        title=title,
        description=_description(rows, axis, tick_text, reference),
        width=WIDTH,
        height=bottom + 58,
        plot=Box(_LEFT, _TOP, _RIGHT, bottom),
        ticks=tuple(Tick(axis.place(value), tick_text(value)) for value in axis.steps()),
        axis_label=axis_label,
        marks=marks,
        reference=line,
        hollow=WIDE if any(mark.wide for mark in marks) else None,
    )


def _alike(rows: Sequence[IntervalRow]) -> bool:
    figures = [row.estimate for row in rows if row.estimate is not None]
    if len(figures) < len(rows):
        figures = [*_values(rows)]
    return max(figures) - min(figures) <= ALIKE


def _values(rows: Sequence[IntervalRow]) -> Iterator[float]:
    for row in rows:
        yield from (v for v in (row.estimate, row.lower, row.upper) if v is not None)


def _axis(
    rows: Sequence[IntervalRow],
    reference: tuple[float, str] | None,
    limits: tuple[float, float],
) -> Axis:
    values = [*_values(rows)]
    if reference is not None:
        values.append(reference[0])
    low, high = min(values), max(values)
    if high - low < LEAST_SPAN:
        middle = min((low + high + LEAST_SPAN) / 2, limits[1])
        values += [middle, max(middle - LEAST_SPAN, limits[0])]
    return spanning(values, _LEFT + 10, _RIGHT - 10, limits)


def _marks(rows: Sequence[IntervalRow], axis: Axis) -> tuple[tuple[IntervalMark, ...], float]:
    marks: list[IntervalMark] = []
    top = _TOP
    for row in rows:
        lines = wrap(row.label, _LEFT - 16)
        height = max(30.0, LINE * len(lines) + 10)
        marks.append(_mark(row, lines, round(top + height / 2, 1), axis))
        top += height
    return tuple(marks), round(top + 4, 1)


def _mark(row: IntervalRow, lines: tuple[str, ...], y: float, axis: Axis) -> IntervalMark:
    def place(value: float | None) -> float | None:
        return axis.place(value) if row.shown and value is not None else None

    label = centred(_LEFT - 12, y, lines)
    centre = place(row.estimate)
    start, end = place(row.lower), place(row.upper)
    modelled = row.modelled and row.shown
    return IntervalMark(label, y, start, centre, end, row.text, row.wide, modelled)


def _description(
    rows: Sequence[IntervalRow],
    axis: Axis,
    tick_text: Callable[[float], str],
    reference: tuple[float, str] | None,
) -> str:
    line = "" if reference is None else f" A dashed line marks {reference[1]}."
    if any(row.modelled for row in rows):
        marks = "a dashed line between hollow ends for a range over models, not measured"
    else:
        marks = "a dot for the estimate on a line for its interval"
    if any(row.wide for row in rows):
        marks += ", hollow where the interval is too wide for its figure to be read alone"
    return (
        f"{len(rows)} rows, each {marks}, on an axis from "
        f"{tick_text(axis.low)} to {tick_text(axis.high)}.{line} The table that follows gives the "
        "same numbers."
    )
