"""The heatmap of shares: a row a group, a column a variable or outcome, a number in every cell."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from quality.report.figures.labels import LINE, Label, centred, text_width, wrap
from quality.report.tokens import HEAT_LIMITS

_LEFT = 220.0
_CELL = 92.0
_ROW = 34.0
_DARK = 3  # the first shade on which ink does not stand out


@dataclass(frozen=True)
class HeatCell:
    """A cell as drawn: its corner, its text, and its shade (None where no number is shown)."""

    x: float
    y: float
    width: float
    height: float
    text: str
    shade: int | None

    @property
    def shade_name(self) -> str:
        """The shade as a style: cells of one shade are drawn together."""
        return "none" if self.shade is None else str(self.shade)

    @property
    def on_dark(self) -> bool:
        """Whether its text needs the colour of paper."""
        return self.shade is not None and self.shade >= _DARK


@dataclass(frozen=True)
class Key:
    """One shade of the key below the heatmap."""

    x: float
    shade: int
    text: str


@dataclass(frozen=True)
class Heatmap:
    """A heatmap with every cell in its place."""

    id: str
    title: str
    description: str
    width: float
    height: float
    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    cells: tuple[HeatCell, ...]
    keys: tuple[Key, ...]
    key_y: float
    kind: Literal["heatmap"] = "heatmap"


def heatmap(
    identity: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[tuple[float | None, str]]]],
    shown: str = "the share missing",
) -> Heatmap:
    """Lay out a heatmap of shares.

    Parameters
    ----------
    columns
        What is missing, from left to right.
    rows
        A label and, for each column, the share (None where it is not shown) and its text.
    shown
        What a cell gives, in the words of its description.
    """
    heads = [wrap(column, _CELL - 6) for column in columns]
    top = 12 + LINE * max((len(lines) for lines in heads), default=1)
    labels: list[Label] = []
    cells: list[HeatCell] = []
    y = top
    for label, values in rows:
        lines = wrap(label, _LEFT - 16)
        height = max(_ROW, LINE * len(lines) + 10)
        labels.append(centred(_LEFT - 12, y + height / 2, lines))
        cells += _row(values, y, height)
        y += height
    return Heatmap(
        id=identity,
        title=title,
        description=_description(len(rows), len(columns), shown),
        width=max(_LEFT + _CELL * len(columns) + 4, 760.0),
        height=round(y + 56, 1),
        columns=tuple(_head(k, lines, top) for k, lines in enumerate(heads)),
        rows=tuple(labels),
        cells=tuple(cells),
        keys=_keys(),
        key_y=round(y + 18, 1),
    )


def _description(n_rows: int, n_columns: int, shown: str) -> str:
    return (
        f"{n_rows} rows by {n_columns} columns; each cell gives {shown}, and is darker "
        "the larger it is. The table that follows gives the same numbers."
    )


def _head(k: int, lines: tuple[str, ...], top: float) -> Label:
    return Label(_LEFT + (k + 0.5) * _CELL - 1, top - 8 - LINE * (len(lines) - 1), lines)


def _row(values: Sequence[tuple[float | None, str]], y: float, height: float) -> list[HeatCell]:
    return [
        HeatCell(_LEFT + k * _CELL, round(y, 1), _CELL - 2, height - 2, text, _shade(share))
        for k, (share, text) in enumerate(values)
    ]


def _shade(share: float | None) -> int | None:
    return None if share is None else bisect_right(HEAT_LIMITS, share)


def _keys() -> tuple[Key, ...]:
    ends = [f"{limit:.0%}" for limit in HEAT_LIMITS]
    texts = [f"under {ends[0]}"]
    texts += [f"{low} to under {high}" for low, high in pairwise(ends)]
    texts.append(f"{ends[-1]} or more")
    keys, x = [], 12.0
    for shade, text in enumerate(texts):
        keys.append(Key(round(x, 1), shade, text))
        x += text_width(text) + 44
    return tuple(keys)
