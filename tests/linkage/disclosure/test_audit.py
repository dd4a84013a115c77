"""What one warm solver for joined values finds, against a plain programme for each item."""

import numpy as np
import pytest
import scipy

from linkage.disclosure import Audit, Equation, feasible_range
from linkage.disclosure.systems import System

WIDTH = 10


def random_system(seed):
    """Sums of random groups of counts, published or not, of which some are small."""
    random = np.random.default_rng(seed)
    counts = {f"c{at}": int(n) for at, n in enumerate(random.integers(0, 25, 12))}
    equations = []
    for at in range(9):
        parts = tuple(random.choice([f"c{k}" for k in range(12)], random.integers(1, 4), False))
        counts[f"s{at}"] = sum(counts[item] for item in parts)
        equations.append(Equation((f"s{at}",), parts))
    hidden = {item for item in counts if random.random() < 0.7}
    known = {item: (1.0, np.inf) for item in hidden if counts[item] and random.random() < 0.2}
    return counts, equations, hidden, known


def plain_range(counts, equations, hidden, item, known):
    names = sorted(hidden)
    matrix, rest = np.zeros((len(equations), len(names))), np.zeros(len(equations))
    for row, each in enumerate(equations):
        for side, sign in ((each.left, 1), (each.right, -1)):
            for name in side:
                if name in hidden:
                    matrix[row, names.index(name)] += sign
                else:
                    rest[row] -= sign * counts[name]
    limits = np.array([known.get(name, (0, np.inf)) for name in names], dtype=float).T
    found = []
    for sign in (1, -1):
        result = scipy.optimize.milp(
            sign * np.array([name == item for name in names], dtype=float),
            constraints=scipy.optimize.LinearConstraint(matrix, rest, rest),
            bounds=scipy.optimize.Bounds(limits[0], np.minimum(limits[1], 10_000)),
        )
        found.append(sign * result.fun)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_ranges_are_those_of_a_plain_programme(seed):
    counts, equations, hidden, known = random_system(seed)
    held = hidden & {item for each in equations for item in each.items}
    narrow = set()
    for item in held:
        low, high = plain_range(counts, equations, hidden, item, known)
        found = feasible_range(counts, equations, hidden, item, known)
        assert found[0] == pytest.approx(low, abs=1e-5)
        assert min(found[1], 100) == pytest.approx(min(high, 100), abs=1e-5)
        if np.floor(high + 1e-6) - np.ceil(low - 1e-6) < WIDTH:
            narrow.add(item)
    audit = Audit(counts, equations, held, WIDTH, known)
    found = set(audit.narrow(hidden))
    assert found <= narrow
    sharing = {other for each in equations if found & {*each.items} for other in each.items}
    assert narrow <= found | sharing
    everything = Audit(counts, equations, held, WIDTH, known).told()
    assert everything <= narrow


def test_the_solver_says_nothing_on_standard_output(capfd):
    counts = {"a": 3, "b": 20, "c": 30, "d": 53}
    equations = [Equation(("d",), ("a", "b", "c"))]
    feasible_range(counts, equations, {"a", "b", "c"}, "a")
    assert capfd.readouterr().out == ""


def test_hidden_items_hang_together_where_equations_of_hidden_ones_join_them():
    counts = {"all": 30, "a": 10, "b": 20, "x": 5, "y": 25}
    equations = [Equation(("all",), ("a", "b")), Equation(("all",), ("x", "y"))]
    audit = Audit(counts, equations, [], 10)
    apart = counts.keys() - {"all"}
    assert audit.beside({"a"}, apart) == {"a", "b"}
    assert audit.beside({"a"}, counts.keys()) == counts.keys()


def test_what_the_solver_does_not_settle_stays_protected(monkeypatch):
    counts = {"a": 3, "b": 4, "c": 2, "d": 7, "e": 5}
    equations = [Equation(("d",), ("a", "b")), Equation(("e",), ("a", "c"))]
    known = {"d": (7.0, 7.0), "e": (5.0, 5.0)}
    assert Audit(counts, equations, counts, WIDTH, known).told() == set(counts)
    monkeypatch.setattr(System, "extreme", lambda *_: None)
    audit = Audit(counts, equations, {"a", "b", "c"}, WIDTH, known)
    assert not audit.told()
    assert audit.narrow(set(counts))
