"""Which groups a shift began in: what changed elsewhere only because they are part of it.

A group that drifts takes with it all records together, and every group of another characteristic
that holds some of its people. The surest finding is of the group itself: with a share s of a cell
in it, the cell's finding is about sqrt(s) as many standard errors.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from quality.drift.counting import ALL, Bins, Cell, Counted, Key
from quality.drift.statistics import GROUPS
from quality.drift.testing import Test, shifts


@dataclass(frozen=True)
class Compared:
    """The records of a source before and now.

    ``share`` returns, of the records of the first group now, how many in one are of the second.
    """

    before: Counted
    now: Counted
    share: Callable[[Cell, Cell], float]


def leaders(
    found: Sequence[Test], limit: float, sources: Mapping[str, Compared], known: Iterable[Cell]
) -> list[Cell]:
    """Return the groups that what was found is of, after those ``known`` to drift.

    Parameters
    ----------
    found
        The surest first.
    limit
        The logarithm of the largest p-value that is significant.
    """
    cells = list(known)
    for each in found:
        if each.cell not in cells and not is_explained(each, cells, limit, sources[each.source]):
            cells.append(each.cell)
    return cells


def is_explained(test: Test, cells: Sequence[Cell], limit: float, of: Compared) -> bool:
    """Say whether nothing significant is left once ``cells`` are reckoned with.

    Formula: a cell with a share s in a group that went from p to q is expected to go by s (q - p);
    it is tested against what it was, so moved. Groups that overlap each count in full.
    """
    before, now = of.before.bins[test.key], of.now.bins[test.key]
    if test.key[0] == GROUPS:
        own = {group for characteristic, group in cells if characteristic == test.key[1]}
        moved = {label: float(n) for label, n in before.items() if label not in own}
        now = {label: n for label, n in now.items() if label not in own}
    else:
        moved = _moved(test, cells, of)
    left = dict(shifts(test.key, moved, now))
    shift = left.get(test.how, left.get("rate"))
    return shift is None or shift.log_p > limit or not shift.matters


def _moved(test: Test, cells: Sequence[Cell], of: Compared) -> dict[str, float]:
    """Return the counts of a cell before, moved by what its part in ``cells`` has changed by."""
    before = of.before.bins[test.key]
    n = sum(before.values())
    moved = {label: float(count) for label, count in before.items()}
    for cell in cells:
        key: Key = (*test.key[:2], *cell)
        old, new = of.before.bins.get(key), of.now.bins.get(key)
        if old is None or new is None:
            continue
        share = 1.0 if cell == ALL else of.share(test.cell, cell)
        for label in {*old, *new}:
            change = share * n * (_rate(new, label) - _rate(old, label))
            moved[label] = moved.get(label, 0.0) + change
    kept = {label: max(count, 0.0) for label, count in moved.items()}
    whole = sum(kept.values())
    return {label: count * n / whole for label, count in kept.items()} if whole else kept


def _rate(bins: Bins, label: str) -> float:
    return bins.get(label, 0) / sum(bins.values())
