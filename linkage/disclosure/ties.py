"""Values that equations tie to each other: as few as tell how all of them change."""

from collections.abc import Iterable

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

Places = NDArray[np.intp]
Reals = NDArray[np.float64]


def joined(matrix: scipy.sparse.csc_array) -> tuple[scipy.sparse.csc_array, Reals, Places]:
    """Return the equations of as few values as tell how all items change.

    Where two items alone stand in an equation, one changes as the other does; an item that stands
    in one alone cannot change. That leaves shorter equations, of which the same holds.

    Parameters
    ----------
    matrix
        (equations, items): what changes of the items sum to zero.

    Returns
    -------
    tuple
        The equations of the values; (items,) the sign of each item, 0 where it cannot change; and
        (items,) the value with which it changes.
    """
    signs, column = np.ones(matrix.shape[1]), np.arange(matrix.shape[1])
    while True:
        rows = matrix.tocsr()
        held, start = np.diff(rows.indptr), rows.indptr[:-1]
        alone, first = rows.indices[start[held == 1]], start[held == 2]
        first = first[np.abs(rows.data[first]) == np.abs(rows.data[first + 1])]
        if not len(alone) and not len(first):
            return _distinct(rows[held > 0]), signs, column
        pairs = np.column_stack([rows.indices[first], rows.indices[first + 1]])
        alike = -np.sign(rows.data[first] * rows.data[first + 1])
        of_value, root = _tied(matrix.shape[1], alone, zip(pairs.tolist(), alike, strict=True))
        kept, root = np.unique(root, return_inverse=True)
        tie = scipy.sparse.csc_array(
            (of_value, (np.arange(len(root)), root)), shape=(len(root), len(kept))
        )
        matrix = (matrix @ tie).tocsc()
        matrix.eliminate_zeros()
        signs, column = signs * of_value[column], root[column]


def _tied(
    n: int, fixed: Iterable[int], pairs: Iterable[tuple[list[int], float]]
) -> tuple[Reals, Places]:
    """Return of each of ``n`` values the one that stands for it, and the sign between them."""
    above, sign = list(range(n)), [1.0] * n

    def top(at: int) -> tuple[int, float]:
        of_path = 1.0
        while above[at] != at:
            of_path *= sign[at]
            at = above[at]
        return at, of_path

    still = set[int](fixed)
    for (left, right), alike in pairs:
        (a, of_a), (b, of_b) = top(left), top(right)
        if a == b and of_a != alike * of_b:
            still.add(a)  # it would have to change both ways
        elif a != b:
            above[a], sign[a] = b, of_a * alike * of_b
    tops = [top(at) for at in range(n)]
    still = {tops[at][0] for at in still}
    signs = [0.0 if root in still else of_path for root, of_path in tops]
    return np.array(signs), np.array([root for root, _ in tops])


def _distinct(rows: scipy.sparse.csr_array) -> scipy.sparse.csc_array:
    """Return the equations without those that say the same as another."""
    rows.sort_indices()
    found: dict[tuple[bytes, bytes], int] = {}
    for at, (start, end) in enumerate(zip(rows.indptr[:-1], rows.indptr[1:], strict=True)):
        scaled = rows.data[start:end] / rows.data[start]
        found.setdefault((rows.indices[start:end].tobytes(), scaled.tobytes()), at)
    return rows[list(found.values())].tocsc()
