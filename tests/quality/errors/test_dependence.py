from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from linkage.model.comparisons import Comparison, Level
from linkage.model.evidence import Evidence, RandomPairs
from linkage.model.parameters import Parameters
from linkage.model.training import Fitted, Shares
from quality.errors.dependence import dependences

NAMES = ("first_name", "surname", "address")
M = tuple(np.array(each) for each in ([0.1, 0.9], [0.05, 0.95], [0.2, 0.8]))
U = tuple(np.array(each) for each in ([0.95, 0.05], [0.98, 0.02], [0.99, 0.01]))
GAMMAS = np.array(list(product((-1, 0, 1), repeat=3)))
LEVELS = (Level("missing", "", missing=True), Level("equal", ""), Level("different", ""))


def share(columns, missing=0.1):
    filled = [np.append(each * (1 - missing), missing) for each in columns]
    return np.prod([each[GAMMAS[:, k]] for k, each in enumerate(filled)], axis=0)


def world(household=0.0, seen=None):
    comparisons = tuple(
        Comparison(name, (name,), LEVELS, family=name == "surname", place=name == "address")
        for name in NAMES
    )
    together = share((U[0], M[1], M[2]))
    n = 1e7 * (1e-5 * share(M) + household * together + (1 - 1e-5 - household) * share(U))
    random = RandomPairs(GAMMAS, np.rint(n).astype(np.int64))
    evidence = Evidence(comparisons, GAMMAS, (), random, None)
    shares = Shares(0.5, 1e-5, household if seen is None else seen)
    return evidence, Fitted(Parameters(M, U), {"a x b": shares}, 1, 0.0)


def test_nothing_is_found_where_the_model_is_right():
    found = dependences(*world(household=1e-3), 20_000 * share(M))
    assert len(found) == 6
    assert max(abs(each.correlation) for each in found) < 0.01
    assert all(each.remedy is None for each in found)


def test_households_without_a_class_of_their_own_are_named():
    found = dependences(*world(household=5e-3, seen=0.0), 20_000 * share(M))
    worst = found[0]
    assert (worst.first, worst.second, worst.among) == ("surname", "address", "random pairs")
    assert (worst.first_level, worst.second_level) == ("equal", "equal")
    assert worst.residual > 10
    assert "household" in worst.remedy


def test_the_same_evidence_twice_is_to_be_merged():
    evidence, fitted = world()
    twice = 20_000 * share(M) * (GAMMAS[:, 0] == GAMMAS[:, 1])
    worst = dependences(evidence, fitted, twice)[0]
    assert (worst.first, worst.second, worst.among) == ("first_name", "surname", "matches")
    assert worst.correlation == pytest.approx(1)
    assert worst.remedy.startswith("merge the comparisons first_name and surname into one")
    assert worst.as_record()["observed"] == worst.observed


def test_two_comparisons_never_seen_together_are_left_out():
    evidence, fitted = world()
    apart = 20_000 * share(M) * ((GAMMAS[:, 0] < 0) | (GAMMAS[:, 1] < 0))
    nothing = RandomPairs(GAMMAS[:0], np.zeros(0, np.int64))
    found = dependences(replace(evidence, random=nothing), fitted, apart)
    assert {(each.first, each.second) for each in found} == {
        ("first_name", "address"),
        ("surname", "address"),
    }
