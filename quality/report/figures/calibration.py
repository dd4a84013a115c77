"""The calibration plot: what the model said of best candidates against what reviewers found.

Both axes are in log odds, where Platt's map is a straight line whose slope is the over-confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

from quality.report.figures.axis import Axis, Box, Tick

WIDTH = 760.0
_PLOT = Box(120.0, 40.0, 620.0, 460.0)
_TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
_END = 0.0003
"""Probabilities nearer to 0 or 1 than this are drawn at the end of the axis."""


@dataclass(frozen=True)
class Point:
    """Records of like probability: its mean, and the share of matches between its limits."""

    p: float
    share: float
    lower: float
    upper: float


@dataclass(frozen=True)
class CalibrationMark:
    """A point as drawn, with its interval from ``top`` to ``bottom``."""

    x: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True)
class CalibrationPlot:
    """A calibration plot with every mark in its place; ``curve`` is empty without a map."""

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
    curve: tuple[tuple[float, float], ...]
    marks: tuple[CalibrationMark, ...]
    kind: Literal["calibration"] = "calibration"


def calibration_plot(
    identity: str, title: str, points: Sequence[Point], curve: Sequence[tuple[float, float]]
) -> CalibrationPlot:
    """Lay out the points and the curve of calibrated probabilities, from low to high."""
    end = _log_odds(1 - _END)
    x, y = Axis(-end, end, _PLOT.left, _PLOT.right, 1), Axis(-end, end, _PLOT.bottom, _PLOT.top, 1)
    drawn = [pair for pair in curve if _END <= pair[0] <= 1 - _END]
    return CalibrationPlot(
        id=identity,
        title=title,
        description=_description(points, bool(drawn)),
        width=WIDTH,
        height=_PLOT.bottom + 110,
        plot=_PLOT,
        x_ticks=tuple(Tick(x.place(_log_odds(p)), f"{p:g}") for p in _TICKS),
        y_ticks=tuple(Tick(y.place(_log_odds(p)), f"{p:g}") for p in _TICKS),
        x_label="Probability that the model gave (scale of log odds)",
        y_label="Share that are matches, as reviewers found (scale of log odds)",
        curve=tuple((x.place(_log_odds(p)), y.place(_log_odds(q))) for p, q in drawn),
        marks=tuple(
            CalibrationMark(
                x.place(_log_odds(each.p)),
                y.place(_log_odds(each.share)),
                y.place(_log_odds(each.upper)),
                y.place(_log_odds(each.lower)),
            )
            for each in points
        ),
    )


def _log_odds(p: float) -> float:
    held = min(max(p, _END), 1 - _END)
    return log(held / (1 - held))


def _description(points: Sequence[Point], curve: bool) -> str:
    over = sum(each.upper < each.p for each in points)
    under = sum(each.lower > each.p for each in points)
    line = " A dashed curve shows the calibrated probabilities." if curve else ""
    return (
        f"{len(points)} dots, each with a line for its interval, and a diagonal on which they "
        f"would lie if the model were right: {over} intervals lie below it and {under} above."
        f"{line} The table that follows gives the numbers."
    )
