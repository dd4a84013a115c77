"""The flow diagram of one source: what went into each step, what came out, what was lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from quality.report.figures.labels import LINE, Label, wrap

WIDTH = 760.0
_LEFT, _KEPT = 4.0, 370.0
_LOST_LEFT, _LOST = 440.0, 316.0
_GAP = 30.0
_PADDING = 12.0


@dataclass(frozen=True)
class Step:
    """A step that records go through: what is left after it, and what it lost and why."""

    kept: str
    lost: str | None = None


@dataclass(frozen=True)
class FlowBox:
    """A box with its text."""

    x: float
    y: float
    width: float
    height: float
    label: Label


@dataclass(frozen=True)
class Arrow:
    """A straight arrow; its head stands at the end."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Flow:
    """A flow diagram with every box and arrow in its place."""

    id: str
    title: str
    description: str
    width: float
    height: float
    kept: tuple[FlowBox, ...]
    lost: tuple[FlowBox, ...]
    arrows: tuple[Arrow, ...]
    kind: Literal["flow"] = "flow"


def flow(identity: str, title: str, steps: Sequence[Step]) -> Flow:
    """Lay out the steps from top to bottom, with what was lost to the right."""
    kept, lost, arrows = [], [], []
    y = 4.0
    for k, step in enumerate(steps):
        main = _box(_LEFT, y, _KEPT, step.kept)
        if k and step.lost:
            side = _box(_LOST_LEFT, y, _LOST, step.lost)
            arrow_y = y - _GAP / 2
            start = _LEFT + _KEPT / 2
            side = _box(_LOST_LEFT, max(4.0, arrow_y - side.height / 2), _LOST, step.lost)
            lost.append(side)
            arrows.append(Arrow(start, arrow_y, _LOST_LEFT - 2, arrow_y))
        if k:
            arrows.append(Arrow(_LEFT + _KEPT / 2, y - _GAP, _LEFT + _KEPT / 2, y - 2))
        kept.append(main)
        y += main.height + _GAP
    bottom = max((box.y + box.height for box in (*kept, *lost)), default=0.0)
    return Flow(
        id=identity,
        title=title,
        description=(
            f"{len(steps)} boxes from top to bottom joined by arrows; at the side, what was lost: "
            f"{len(lost)}. The table that follows gives the same numbers."
        ),
        width=WIDTH,
        height=round(bottom + 4, 1),
        kept=tuple(kept),
        lost=tuple(lost),
        arrows=tuple(arrows),
    )


def _box(x: float, y: float, width: float, text: str) -> FlowBox:
    lines = tuple(
        line for part in text.split("\n") for line in wrap(part, width - 2 * _PADDING, most=4)
    )
    height = LINE * len(lines) + 2 * _PADDING
    label = Label(x + _PADDING, round(y + _PADDING + LINE - 5, 1), lines)
    return FlowBox(x, round(y, 1), width, height, label)
