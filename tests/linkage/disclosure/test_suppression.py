from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.disclosure import Equation, feasible_range, suppress

THRESHOLD = 3


def one_way(counts):
    items = {f"g{at}": count for at, count in enumerate(counts)}
    equation = Equation(("total",), tuple(items))
    return {**items, "total": sum(counts)}, [equation]


def two_way(rows):
    """A table with both margins and the grand total, as an intersection has."""
    n_columns = len(rows[0])
    counts = {(r, c): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    equations = []
    for r, row in enumerate(rows):
        counts[r, "all"] = sum(row)
        equations.append(Equation(((r, "all"),), tuple((r, c) for c in range(n_columns))))
    for c in range(n_columns):
        counts["all", c] = sum(row[c] for row in rows)
        equations.append(Equation((("all", c),), tuple((r, c) for r in range(len(rows)))))
    counts["all", "all"] = sum(map(sum, rows))
    equations += [
        Equation((("all", "all"),), tuple((r, "all") for r in range(len(rows)))),
        Equation((("all", "all"),), tuple(("all", c) for c in range(n_columns))),
    ]
    return counts, equations


def rates(groups):
    """A numerator, the rest and their sum for each group, with published totals of all three."""
    counts, equations = {}, []
    for at, (k, rest) in enumerate(groups):
        counts |= {("k", at): k, ("rest", at): rest, ("n", at): k + rest}
    for part in ("k", "rest", "n"):
        parts = tuple((part, at) for at in range(len(groups)))
        counts[part, "all"] = sum(counts[item] for item in parts)
        equations.append(Equation(((part, "all"),), parts))
    for at in [*range(len(groups)), "all"]:
        equations.append(Equation((("k", at), ("rest", at)), (("n", at),)))
    return counts, equations


def possible_values(counts, equations, hidden, cells):
    """Every value that each hidden cell can take, found by trying all whole counts.

    ``cells`` are the counts that determine all the others.
    """
    top = max(counts.values())
    free = [item for item in cells if item in hidden]
    found = {item: set() for item in hidden}
    for values in product(range(top + 1), repeat=len(free)):
        world = {item: counts[item] for item in counts if item not in hidden}
        world |= dict(zip(free, values, strict=True))
        if complete(world, equations, counts):
            for item in hidden:
                found[item].add(world[item])
    return found


def complete(world, equations, counts):
    """Fill in what follows from the equations; say whether all of them then hold."""
    left = list(equations)
    while left:
        waiting = []
        for equation in left:
            unknown = [item for item in equation.items if item not in world]
            if len(unknown) > 1:
                waiting.append(equation)
                continue
            sums = [
                sum(world[i] for i in side if i in world)
                for side in (equation.left, equation.right)
            ]
            if unknown:
                world[unknown[0]] = abs(sums[0] - sums[1])
                sums[unknown[0] in equation.right] += world[unknown[0]]
            if sums[0] != sums[1]:
                return False
        if len(waiting) == len(left):
            raise AssertionError("the cells do not determine the table")
        left = waiting
    return len(world) == len(counts)


def assert_nothing_small_is_given_away(counts, equations, cells):
    hidden = suppress(counts, equations, THRESHOLD)
    small = {item for item, count in counts.items() if count < THRESHOLD}
    assert small <= hidden
    found = possible_values(counts, equations, hidden, cells)
    for item in small:
        assert len(found[item]) > THRESHOLD, item
    return hidden


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=3))
def test_no_small_count_of_a_one_way_table_can_be_worked_out(groups):
    counts, equations = one_way(groups)
    if counts["total"] >= THRESHOLD:
        assert_nothing_small_is_given_away(counts, equations, [f"g{k}" for k in range(len(groups))])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=2, max_size=2))
def test_no_small_count_of_a_table_with_both_margins_can_be_worked_out(rows):
    counts, equations = two_way(rows)
    if counts["all", "all"] >= THRESHOLD:
        cells = [(r, c) for r in range(2) for c in range(2)]
        assert_nothing_small_is_given_away(counts, equations, cells)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=2))
def test_no_small_numerator_or_rest_can_be_worked_out_from_rates(groups):
    counts, equations = rates(groups)
    if counts["n", "all"] >= THRESHOLD:
        cells = [(part, at) for part in ("k", "rest") for at in range(2)]
        assert_nothing_small_is_given_away(counts, equations, cells)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=5), min_size=3, max_size=4))
def test_no_small_count_of_a_larger_table_lies_in_a_narrow_range(rows):
    rows = [row[: min(map(len, rows))] for row in rows]
    counts, equations = two_way(rows)
    if counts["all", "all"] < 10:
        return
    hidden = suppress(counts, equations, 10)
    for item in (item for item, count in counts.items() if count < 10):
        low, high = feasible_range(counts, equations, hidden, item)
        assert low <= counts[item] + 1e-6
        assert high >= counts[item] - 1e-6
        assert high - low >= 10 - 1e-4


def test_a_lone_small_group_takes_the_next_smallest_with_it():
    counts, equations = one_way([3, 40, 25, 60])
    assert suppress(counts, equations, 10) == {"g0", "g2"}


def test_two_small_groups_that_stay_under_the_threshold_take_a_third():
    counts, equations = one_way([3, 4, 25, 60])
    assert suppress(counts, equations, 10) == {"g0", "g1", "g2"}


def test_two_small_groups_that_reach_the_threshold_stand_alone():
    counts, equations = one_way([6, 7, 25, 60])
    assert suppress(counts, equations, 10) == {"g0", "g1"}


def test_zero_is_a_small_count():
    counts, equations = one_way([0, 20, 30])
    assert suppress(counts, equations, 10) == {"g0", "g1"}


def test_nothing_is_hidden_where_nothing_is_small():
    counts, equations = two_way([[10, 20], [30, 40]])
    assert suppress(counts, equations, 10) == frozenset()


def test_what_costs_less_is_hidden_first():
    counts = {"kept": 50, "lost": 3, "before": 53}
    equations = [Equation(("kept", "lost"), ("before",))]
    assert suppress(counts, equations, 10, {"kept": 2, "lost": 2, "before": 1}.__getitem__) == {
        "lost",
        "before",
    }


def test_the_audit_sees_what_two_equations_give_away_together():
    # the hidden ones sum to 30 in each row, yet the columns leave the small ones no room
    counts, equations = two_way([[5, 25, 40], [25, 5, 40], [30, 30, 40]])
    hidden = suppress(counts, equations, 10)
    low, high = feasible_range(counts, equations, hidden, (0, 0))
    assert high - low >= 10
