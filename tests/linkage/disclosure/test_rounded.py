"""The audit gives a reader exact counts: that is never less than rounded ones tell."""

import numpy as np
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.disclosure import Equation, feasible_range, suppress, to_base

THRESHOLD, BASE = 10, 5


def range_from_rounded(counts, equations, hidden, item):
    """Return the whole range of an item, given each shown count to within its rounding alone."""
    names = list(counts)
    at = {name: place for place, name in enumerate(names)}
    matrix = np.zeros((len(equations), len(names)))
    for row, each in enumerate(equations):
        for side, sign in ((each.left, 1), (each.right, -1)):
            for name in side:
                matrix[row, at[name]] += sign
    shown = {name: to_base(count, BASE) for name, count in counts.items() if name not in hidden}
    least = [shown[name] - 2 if name in shown else 0 for name in names]
    most = [shown[name] + 2 if name in shown else 10**6 for name in names]
    found = []
    for sign in (1, -1):
        goal = np.zeros(len(names))
        goal[at[item]] = sign
        result = scipy.optimize.milp(
            goal,
            integrality=np.ones(len(names), dtype=int),
            constraints=scipy.optimize.LinearConstraint(matrix, 0, 0),
            bounds=scipy.optimize.Bounds(least, most),
        )
        found.append(round(sign * result.fun))
    return found


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), min_size=3, max_size=4))
def test_sums_of_rounded_counts_and_rates_tell_no_more_than_exact_ones(groups):
    """A table of rates: n_records, what is linked and what is not, of groups and of all.

    A rate k'/n' with its n' is k' again, and so is a sum of groups less the total.
    """
    counts, equations = {}, []
    for at, (k, rest) in enumerate(groups):
        counts |= {("k", at): k, ("rest", at): rest, ("n", at): k + rest}
    for part in ("k", "rest", "n"):
        parts = tuple((part, at) for at in range(len(groups)))
        counts[part, "all"] = sum(counts[each] for each in parts)
        equations.append(Equation(((part, "all"),), parts))
    for at in [*range(len(groups)), "all"]:
        equations.append(Equation((("k", at), ("rest", at)), (("n", at),)))
    if counts["n", "all"] < THRESHOLD:
        return
    hidden = suppress(counts, equations, THRESHOLD)
    for item in (each for each, count in counts.items() if count < THRESHOLD):
        exact = feasible_range(counts, equations, hidden, item)
        low, high = range_from_rounded(counts, equations, hidden, item)
        assert low <= np.ceil(exact[0] - 1e-6)
        assert high >= np.floor(exact[1] + 1e-6) or high == 10**6
        assert high - low >= THRESHOLD
        assert low < THRESHOLD <= high
