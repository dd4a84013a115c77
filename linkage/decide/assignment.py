"""Which candidates may be links at once: one-to-one, or many to one."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linkage.model.normalise import Index, Reals

MOST_FOR_OPTIMAL = 500
"""Components with more records a side than this are assigned greedily."""

_NEGLIGIBLE = 1e-3

Flags = npt.NDArray[np.bool_]


def keyed_hash(left: Index, right: Index, seed: int) -> npt.NDArray[np.uint64]:
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


def many_to_one(p: Reals, focal: Index, rank: npt.NDArray[np.uint64]) -> Flags:
    """Return which pairs are their focal record's best; ties go to the lower ``rank``."""
    order = np.lexsort((rank, -np.round(p, 9), focal))
    first = np.r_[True, focal[order][1:] != focal[order][:-1]] if len(order) else np.zeros(0, bool)
    best = np.zeros(len(p), dtype=bool)
    best[order[first]] = True
    return best & (p > _NEGLIGIBLE)


def one_to_one(p: Reals, focal: Index, opposite: Index, rank: npt.NDArray[np.uint64]) -> Flags:
    """Return the pairs that maximise the expected number of correct links, each record in one.

    Optimal (linear sum assignment) inside connected components of pairs with p above 0.001;
    greedy, likeliest first, in components of more than :data:`MOST_FOR_OPTIMAL` records a side.
    """
    chosen = np.zeros(len(p), dtype=bool)
    live = np.flatnonzero(p > _NEGLIGIBLE)
    if not len(live):
        return chosen
    rows, columns = (np.unique(side[live], return_inverse=True)[1] for side in (focal, opposite))
    n = int(rows.max()) + 1
    graph = coo_array((np.ones(len(live)), (rows, columns + n)), shape=(n + columns.max() + 1,) * 2)
    _, component = connected_components(graph, directed=False)
    of_pair = component[rows]
    order = np.argsort(of_pair, kind="stable")
    starts = np.flatnonzero(np.r_[True, of_pair[order][1:] != of_pair[order][:-1]])
    # a whole rank is worth less than any real difference of probabilities
    value = np.round(p[live], 9) + rank[live].astype(np.float64) / 2.0**64 * -1e-11
    for group in np.split(order, starts[1:]):
        picked = group if len(group) == 1 else _assign(value, rows, columns, group)
        chosen[live[picked]] = True
    return chosen


def _assign(value: Reals, rows: Index, columns: Index, group: Index) -> Index:
    row_names, r = np.unique(rows[group], return_inverse=True)
    column_names, c = np.unique(columns[group], return_inverse=True)
    if max(len(row_names), len(column_names)) > MOST_FOR_OPTIMAL:
        return _greedy(value, rows, columns, group)
    table = np.zeros((len(row_names), len(column_names)))
    place = np.full(table.shape, -1)
    table[r, c], place[r, c] = value[group], group
    found = place[linear_sum_assignment(table, maximize=True)]
    return np.asarray(found[found >= 0])


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
    """Return which chosen pairs have a rival for their record that is just as likely."""
    rounded = np.round(p, 9)
    order = np.lexsort((rounded, record))
    same = (record[order][1:] == record[order][:-1]) & (rounded[order][1:] == rounded[order][:-1])
    flags = np.zeros(len(p), dtype=bool)
    flags[order[1:][same]] = True
    flags[order[:-1][same]] = True
    return flags & chosen
