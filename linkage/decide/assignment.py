"""Which candidates may be links at once: one-to-one, or many to one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are first used

from linkage.decide.clusters import components
from linkage.model.normalise import Index, Reals

MOST_FOR_OPTIMAL = 500
"""Components with more records a side than this are assigned greedily."""

FEW_PAIRS = 32
"""Components of no more pairs than this are searched through."""

_NEGLIGIBLE = 1e-3

Flags = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.uint64]
_Pair = tuple[float, int, int, int]  # value, place, row and column


def keyed_hash(left: Index, right: Index, seed: int) -> Ranks:
    """Return a hash (P,) of each pair of records and the seed, by which ties are broken.

    SplitMix64 (Steele, Lea and Flood 2014, figure 17), applied to each part in turn.
    """
    state = np.full(len(left), seed, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for part in (left, right):
            state = state + part.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            state = state ^ (state >> np.uint64(31))
    return state


def many_to_one(p: Reals, focal: Index, rank: Ranks) -> Flags:
    """Return which pairs are their focal record's best; ties go to the lower ``rank``."""
    chosen = p > _NEGLIGIBLE
    contested = np.flatnonzero(chosen & (_times(focal, chosen)[focal] > 1))
    order = np.lexsort((rank[contested], -np.round(p[contested], 9), focal[contested]))
    record = focal[contested[order]]
    chosen[contested[order[1:]][record[1:] == record[:-1]]] = False
    return chosen


def one_to_one(p: Reals, focal: Index, opposite: Index, rank: Ranks) -> Flags:
    """Return the pairs that maximise the expected number of correct links, each record in one.

    Of the pairs with p above 0.001, one that shares no record is chosen; then, again and again,
    each that is worth more than the best others of both its records together, which no better
    assignment can be without. What is left is settled by connected component: optimally, or
    greedily, likeliest first, with more than :data:`MOST_FOR_OPTIMAL` records a side.
    """
    live = p > _NEGLIGIBLE
    contested = live & (
        (_times(focal, live).take(focal) > 1) | (_times(opposite, live).take(opposite) > 1)
    )
    chosen = live & ~contested
    pairs = np.flatnonzero(contested)
    rows, columns = (np.unique(side[pairs], return_inverse=True)[1] for side in (focal, opposite))
    # a whole rank is worth less than any real difference of probabilities
    value = np.round(p[pairs], 9) + rank[pairs].astype(np.float64) / 2.0**64 * -1e-11
    sure, left = _outright(value, rows, columns)
    chosen[pairs[sure]] = True
    for group in _components(rows[left], columns[left]):
        chosen[pairs[left[_assign(value[left], rows[left], columns[left], group)]]] = True
    return chosen


def _times(record: Index, flags: Flags) -> Index:
    """Return how many flagged pairs each record is in, by its number."""
    n = int(record.max()) + 1 if len(record) else 0
    return np.bincount(record[flags], minlength=n)


def _outright(value: Reals, rows: Index, columns: Index) -> tuple[Index, Index]:
    """Return the pairs that outweigh all that speaks against them, and those still open."""
    sure, left = [np.zeros(0, dtype=np.int64)], np.arange(len(value))
    while len(left):
        rivals = _best_other(value[left], rows[left]) + _best_other(value[left], columns[left])
        sure.append(left[value[left] > rivals])
        taken = np.isin(rows[left], rows[sure[-1]]) | np.isin(columns[left], columns[sure[-1]])
        if not taken.any():
            break
        left = left[~taken]
    return np.concatenate(sure), left


def _best_other(value: Reals, record: Index) -> Reals:
    """Return, per pair, the value of the best other pair of its record, 0 where there is none."""
    order = np.lexsort((value, record))
    last = np.flatnonzero(np.append(np.diff(record[order]) > 0, True))
    n = np.diff(last, prepend=-1)
    found = np.repeat(value[order[last]], n)
    found[last] = np.where(n > 1, value[order[last - 1]], 0.0)
    return found[np.argsort(order)]


def _components(rows: Index, columns: Index) -> list[Index]:
    """Return the pairs of each connected component."""
    if not len(rows):
        return []
    n = int(rows.max()) + 1
    label = components(rows, columns + n, n + int(columns.max()) + 1)[rows]
    order = np.argsort(label, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _assign(value: Reals, rows: Index, columns: Index, group: Index) -> Index:
    if len(group) <= FEW_PAIRS:
        pairs = zip(value[group], group, rows[group], columns[group], strict=True)
        return np.array(_best_of_all(list(pairs)), dtype=np.int64)
    row_names, r = np.unique(rows[group], return_inverse=True)
    column_names, c = np.unique(columns[group], return_inverse=True)
    if max(len(row_names), len(column_names)) > MOST_FOR_OPTIMAL:
        return _greedy(value, rows, columns, group)
    table = np.zeros((len(row_names), len(column_names)))
    place = np.full(table.shape, -1)
    table[r, c], place[r, c] = value[group], group
    found = place[scipy.optimize.linear_sum_assignment(table, maximize=True)]
    return np.asarray(found[found >= 0])


def _best_of_all(pairs: Sequence[_Pair]) -> list[int]:
    """Return the places of the pairs of greatest total value that share no record.

    Branch and bound: each pair in turn, the dearest first, is taken and is not, as long as all
    that may follow could still make up for what has been found.
    """
    ordered = sorted(pairs, reverse=True)
    most, best_of_row = [0.0], dict[int, float]()
    for value, _, row, _ in reversed(ordered):
        best_of_row[row] = value
        most.append(sum(best_of_row.values()))
    most.reverse()
    best, found = 0.0, list[int]()
    open_ = [(0, 0.0, frozenset[int](), frozenset[int](), list[int]())]
    while open_:
        at, total, rows, columns, taken = open_.pop()
        if total > best:
            best, found = total, taken
        if total + most[at] <= best:
            continue
        value, place, row, column = ordered[at]
        open_.append((at + 1, total, rows, columns, taken))
        if row not in rows and column not in columns:
            after = (rows | {row}, columns | {column}, [*taken, place])
            open_.append((at + 1, total + value, *after))
    return found


def _greedy(value: Reals, rows: Index, columns: Index, group: Index) -> Index:
    used_rows, used_columns, picked = set[int](), set[int](), []
    for pair in group[np.argsort(-value[group], kind="stable")].tolist():
        row, column = int(rows[pair]), int(columns[pair])
        if row not in used_rows and column not in used_columns:
            picked.append(pair)
            used_rows.add(row)
            used_columns.add(column)
    return np.array(picked, dtype=np.int64)


def tied(p: Reals, record: Index, chosen: Flags) -> Flags:
    """Return which chosen pairs, one a record, have a rival for it that is just as likely."""
    n = int(record.max()) + 1 if len(record) else 0
    others = np.flatnonzero(~chosen)
    rivalled = np.zeros(n, dtype=bool)
    rivalled[record[others]] = True
    best = np.full(n, np.nan)
    picked = np.flatnonzero(chosen & rivalled.take(record))  # few: most records are in one pair
    best[record[picked]] = np.round(p[picked], 9)
    equals = others[np.round(p[others], 9) == best[record[others]]]
    ties = np.zeros(n, dtype=bool)
    ties[record[equals]] = True
    return chosen & ties.take(record)
