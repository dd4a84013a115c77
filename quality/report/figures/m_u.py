"""The m and u plot: on a logarithmic axis, the distance from u to m is the match weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Literal

from quality.report.figures.axis import Axis, Box, Tick, decades
from quality.report.figures.labels import LINE, Label, centred, wrap

WIDTH = 760.0
_LEFT, _RIGHT = 290.0, 680.0
_TOP = 34.0
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class LevelRow:
    """A comparison level: its probabilities (None where it carries no evidence) and weight."""

    label: str
    m: float | None
    u: float | None
    text: str


@dataclass(frozen=True)
class MuMark:
    """A level as drawn."""

    label: Label
    y: float
    m: float | None
    u: float | None
    text: str


@dataclass(frozen=True)
class MuPlot:
    """The plot of one model: comparisons as headings, levels as rows."""

    id: str
    title: str
    description: str
    width: float
    height: float
    plot: Box
    ticks: tuple[Tick, ...]
    axis_label: str
    headings: tuple[Label, ...]
    marks: tuple[MuMark, ...]
    kind: Literal["m_u"] = "m_u"


def m_u_plot(
    identity: str, title: str, comparisons: Sequence[tuple[str, Sequence[LevelRow]]]
) -> MuPlot:
    """Lay out the m and u probabilities of every level."""
    levels = [row for _, rows in comparisons for row in rows]
    values = [v for row in levels for v in (row.m, row.u) if v is not None and v > 0]
    axis = decades([*values, 1.0], _LEFT + 10, _RIGHT - 10)
    headings, marks = [], []
    y = _TOP
    for name, rows in comparisons:
        heading = wrap(name, _RIGHT - _LEFT + 200, most=1)
        headings.append(Label(4.0, round(y + 24, 1), heading))
        y += 34
        for row in rows:
            lines = wrap(row.label, _LEFT - 30)
            height = max(26.0, LINE * len(lines) + 6)
            marks.append(_mark(row, lines, round(y + height / 2, 1), axis))
            y += height
    return MuPlot(
        id=identity,
        title=title,
        description=(
            f"{len(levels)} comparison levels, each with a dot for m and a square for u joined "
            "by a line, on a logarithmic axis of probability. The table that follows gives the "
            "numbers."
        ),
        width=WIDTH,
        height=round(y + 62, 1),
        plot=Box(_LEFT, _TOP, _RIGHT, round(y + 4, 1)),
        ticks=tuple(Tick(axis.place(value), _power(round(value))) for value in axis.steps()),
        axis_label="Probability (logarithmic scale)",
        headings=tuple(headings),
        marks=tuple(marks),
    )


def _power(exponent: int) -> str:
    """Return a power of ten as short as a tick needs it: 10⁻⁷, and 0.1 and 1 as they are."""
    if -1 <= exponent <= 0:
        return f"{10.0**exponent:g}"
    return f"10{str(exponent).translate(_RAISED)}"


def _mark(row: LevelRow, lines: tuple[str, ...], y: float, axis: Axis) -> MuMark:
    def place(value: float | None) -> float | None:
        return None if value is None or value <= 0 else axis.place(max(log10(value), axis.low))

    return MuMark(centred(_LEFT - 12, y, lines), y, place(row.m), place(row.u), row.text)
