"""How far missing values must lie off before a gap says something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

GRID = tuple(step / 4 for step in range(-12, 13) if step)
"""Where gaps are looked at: from -3 to 3; farther off, an assumption is no longer one."""

SIGN = "its sign turns"
NO_LONGER = "it is no longer material"
BECOMES = "it becomes material"
NEVER = "nothing changes up to 3"


@dataclass(frozen=True)
class Tipping:
    """The smallest move that changes what a gap says; ``delta`` is None where none does."""

    delta: float | None
    what: str


def tipping_point(gaps: Mapping[float, float], material_gap: float | None) -> Tipping:
    """Return the smallest move, in size, at which a gap says something else.

    Parameters
    ----------
    gaps
        The gap by how far the group's missing values are moved; 0.0 among them.
    material_gap
        The smallest gap that matters; None where the outcome has no scale of its own.

    Examples
    --------
    >>> tipping_point({-1.0: -0.06, 0.0: 0.02, 1.0: 0.1}, None)
    Tipping(delta=-0.25, what='its sign turns')
    """
    start = gaps[0.0]
    found = []
    for what, limit in _limits(start, material_gap):
        for side in (1, -1):
            delta = _crossing(gaps, limit, side)
            if delta is not None:
                found.append(Tipping(delta, what))
    nearest = min(found, key=lambda each: (abs(each.delta or 0.0), each.what), default=None)
    return nearest or Tipping(None, NEVER)


def _limits(start: float, material_gap: float | None) -> list[tuple[str, float]]:
    limits = [(SIGN, 0.0)]
    if material_gap is not None:
        what = NO_LONGER if abs(start) >= material_gap else BECOMES
        limits += [(what, material_gap), (what, -material_gap)]
    return limits


def _crossing(gaps: Mapping[float, float], limit: float, side: int) -> float | None:
    """Return where the gap first crosses a limit, going from no move to one side; else None."""
    places = sorted((delta for delta in gaps if delta * side >= 0), key=abs)
    for before, after in pairwise(places):
        low, high = gaps[before] - limit, gaps[after] - limit
        if low * high < 0 or (low != 0 and high == 0):
            return before + (after - before) * low / (low - high)
    return None
