"""What may have brought a shift about: the fields, codes and groups that moved with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from quality.drift.counting import Bins, Cell
from quality.drift.explaining import Compared
from quality.drift.statistics import (
    GROUPS,
    LEVEL,
    LINKED,
    MISSING,
    NEAR,
    PATTERN,
    PRESENT,
    WEIGHT,
)
from quality.drift.testing import Test

CANDIDATE = log(0.01)
"""A field that moved at least so surely, in a group that drifts, may be why."""

_MOST = 5
_FIELDS = (MISSING, LEVEL, GROUPS)
_ABSENT = "-1"


@dataclass(frozen=True)
class Cause:
    """What moved: a statistic of a source, its variable, and how in plain words.

    ``sure`` says that it was found by itself; else it is a candidate alone. ``groups`` are those
    of a characteristic whose share moved.
    """

    source: str
    statistic: str
    variable: str | None
    words: str
    sure: bool
    groups: tuple[str, ...] = ()


def causes_of(
    cell: Cell, tests: Sequence[Test], limit: float, sources: Mapping[str, Compared]
) -> list[Cause]:
    """Return what moved in a group: what was found by itself, then candidates."""
    least = max(limit, CANDIDATE)
    own = [t for t in tests if t.cell == cell and t.shift.matters and t.shift.log_p <= least]
    told: dict[tuple[str, str, str | None], Cause] = {}
    for each in sorted(own, key=lambda test: (test.how == "distribution", test.shift.log_p)):
        place = (each.source, *each.key[:2])
        if place not in told:
            told[place] = _cause(each, sources[each.source], each.shift.log_p <= limit)
    # what was found before what was not; fields first among each, and then the surest
    every = sorted(told.values(), key=lambda each: (not each.sure, each.statistic not in _FIELDS))
    named = [each for each in every if each.statistic != PATTERN]
    return (named if any(each.sure for each in named) else every)[:_MOST]


def _cause(test: Test, of: Compared, sure: bool) -> Cause:
    before, now = of.before.bins[test.key], of.now.bins[test.key]
    statistic, variable = test.key[:2]
    more = test.shift.size > 0
    groups: tuple[str, ...] = ()
    if statistic == MISSING:
        words = f"{variable} missing {'more' if more else 'less'} often{_reason(before, now)}"
    elif statistic == LEVEL:
        words = f"{variable} {_agreement(before, now)}"
    elif statistic == GROUPS:
        groups = _moved(before, now)
        new = all(group not in before for group in groups)
        words = f"{variable}: {'new codes' if new else 'other shares'}"
    else:
        words = {
            LINKED: "more links" if more else "fewer links",
            NEAR: f"{'more' if more else 'fewer'} records just short of a link",
            WEIGHT: _weights(test),
            PATTERN: "other patterns of agreement",
        }[statistic]
    return Cause(test.source, statistic, variable, words, sure, groups)


def _weights(test: Test) -> str:
    if test.how != "ranks":
        return "weights spread otherwise"
    return "higher weights" if test.shift.size > 0 else "lower weights"


def _reason(before: Bins, now: Bins) -> str:
    """Say for which reason values are missing that was not there before, if there is one."""
    new = [(n, reason) for reason, n in now.items() if reason not in {*before, PRESENT}]
    return f", as {max(new)[1]}" if new else ""


def _agreement(before: Bins, now: Bins) -> str:
    """Say what became of a field's agreement: the level that more pairs stand at than before."""
    rise = _rises(before, now)
    if rise.get(_ABSENT, 0) >= max(rise.values()):
        return "missing on one of the two sides"
    fallen = sum(int(level) * change for level, change in rise.items() if level != _ABSENT) < 0
    if not fallen:
        return "agrees more closely"
    falls = {level: change for level, change in rise.items() if level != _ABSENT and change > 0}
    return "disagrees" if falls.get("0", 0) >= sum(falls.values()) / 2 else "agrees less closely"


def _moved(before: Bins, now: Bins) -> tuple[str, ...]:
    """Return the groups whose shares moved most: those that are new, if there are any."""
    rise = _rises(before, now)
    new = [group for group in now if group not in before]
    order = sorted(new or rise, key=lambda group: -abs(rise[group]))
    return tuple(order[:2])


def _rises(before: Bins, now: Bins) -> dict[str, float]:
    n, m = sum(before.values()), sum(now.values())
    return {label: now.get(label, 0) / m - before.get(label, 0) / n for label in {*before, *now}}
