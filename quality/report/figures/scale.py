"""What a figure prints beside the numbers of its table: the scales of its axes and its key."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from quality.report.figures.axis import Tick
from quality.report.figures.heatmap import Key

_WORDS = {"axis_label", "x_label", "y_label", "hollow"}


def scale(drawn: object) -> tuple[str, ...]:
    """Return the labels of every axis and key of a figure, each once, in the order drawn."""
    return tuple(dict.fromkeys(_labels(drawn)))


def _labels(drawn: object) -> Iterator[str]:
    if isinstance(drawn, Tick):
        yield drawn.label
    elif isinstance(drawn, Key):
        yield drawn.text
    elif isinstance(drawn, tuple):
        for each in drawn:
            yield from _labels(each)
    elif is_dataclass(drawn):
        for field in fields(drawn):
            value = getattr(drawn, field.name)
            if field.name in _WORDS and value:
                yield value
            yield from _labels(value)
