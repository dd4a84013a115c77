"""A world that fits what is known: counts for the items of which none are at hand."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import scipy  # its parts are loaded when they are first used

from linkage.disclosure.equations import NOTHING_KNOWN, Equation, Item, Limits

_SECONDS = 60


def completed(
    counts: Mapping[Item, int],
    equations: Sequence[Equation],
    known: Mapping[Item, Limits],
    items: Iterable[Item] = (),
) -> dict[Item, int] | None:
    """Return ``counts`` with whole numbers for every other item, so that all equations hold.

    Parameters
    ----------
    counts
        Those at hand, which stay as they are.
    known
        The least and the greatest value of an item that is not among them.
    items
        Further items that need a count, whether an equation holds them or not.

    Returns
    -------
    dict or None
        None where no such numbers are found: what is known contradicts itself.
    """
    named = [*items, *(item for each in equations for item in each.items)]
    unknown = [item for item in dict.fromkeys(named) if item not in counts]
    place = {item: at for at, item in enumerate(unknown)}
    entries: dict[tuple[int, int], int] = {}
    fixed = np.zeros(len(equations))
    for row, equation in enumerate(equations):
        for side, sign in ((equation.left, 1), (equation.right, -1)):
            for item in side:
                if item in place:
                    at = row, place[item]
                    entries[at] = entries.get(at, 0) + sign
                else:
                    fixed[row] += sign * counts[item]
    found = _solved(entries, fixed, [known.get(item, NOTHING_KNOWN) for item in unknown])
    if found is None:
        return None
    return {**counts, **dict(zip(unknown, found, strict=True))}


def _solved(
    entries: Mapping[tuple[int, int], int],
    fixed: np.ndarray[tuple[int], np.dtype[np.float64]],
    limits: Sequence[Limits],
) -> list[int] | None:
    if not limits:
        return [] if not fixed.any() else None
    rows, columns = np.array(list(entries) or np.empty((0, 2)), dtype=int).reshape(-1, 2).T
    values = np.array(list(entries.values()), dtype=float)
    matrix = scipy.sparse.csr_array((values, (rows, columns)), shape=(len(fixed), len(limits)))
    least, greatest = np.array(limits, dtype=float).T
    result = scipy.optimize.milp(
        np.zeros(len(limits)),
        integrality=np.ones(len(limits), dtype=int),
        constraints=scipy.optimize.LinearConstraint(matrix, -fixed, -fixed),
        bounds=scipy.optimize.Bounds(least, greatest),
        options={"time_limit": _SECONDS},
    )
    return None if result.x is None else [round(each) for each in result.x.tolist()]
