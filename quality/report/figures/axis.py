"""Axes whose domain comes from the data, so that no mark can lie outside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True)
class Tick:
    """A grid line of an axis: where it stands and what it says."""

    at: float
    label: str


@dataclass(frozen=True)
class Box:
    """The area inside the axes, in which every mark lies."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Axis:
    """A straight scale from ``low`` to ``high``, drawn from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float
    step: float

    def place(self, value: float) -> float:
        """Return where ``value`` is drawn."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def steps(self) -> tuple[float, ...]:
        """Return the values at which the axis is marked, both ends included."""
        first, last = round(self.low / self.step), round(self.high / self.step)
        return tuple(round(k * self.step, 10) for k in range(first, last + 1))


def spanning(
    values: Iterable[float], start: float, end: float, limits: tuple[float, float], at_most: int = 6
) -> Axis:
    """Return an axis with round ends that holds every one of ``values``, within ``limits``."""
    inside = [min(max(value, limits[0]), limits[1]) for value in values] or list(limits)
    low, high = min(inside), max(inside)
    step = _round_step(max(high - low, (limits[1] - limits[0]) * 1e-3), at_most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    if first == last:
        first, last = first - 1, last + 1
    bottom, top = max(first * step, limits[0]), min(last * step, limits[1])
    return Axis(round(bottom, 10), round(top, 10), start, end, step)


def decades(
    values: Iterable[float], start: float, end: float, limits: tuple[int, int] = (-12, 15)
) -> Axis:
    """Return an axis of the powers of ten that hold every one of the positive ``values``."""
    logs = [log10(value) for value in values if value > 0] or [0.0, 1.0]
    low = max(floor(min(logs) + 1e-9), limits[0])
    high = min(max(ceil(max(logs) - 1e-9), low + 1), limits[1])
    return Axis(low, high, start, end, max(1, ceil((high - low) / 8)))


def _round_step(span: float, at_most: int) -> float:
    rough = span / at_most
    power = 10.0 ** floor(log10(rough))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= rough * (1 - 1e-9))
