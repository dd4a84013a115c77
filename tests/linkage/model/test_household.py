from dataclasses import replace

import numpy as np
import pytest

from linkage.model.comparisons import Comparison, Level
from linkage.model.household import KeyPairs, address_key, household_share
from linkage.model.parameters import Parameters


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        (("street", "postcode", "house_number"), ("house_number", "street")),
        (("house_number", "postcode"), ("postcode",)),
        (("street", "postcode"), ("street",)),
        (("town", "surname"), None),
    ],
)
def test_the_best_address_that_is_held(columns, key):
    assert address_key(columns) == key


def comparison(name, n, frequency=None, **marks):
    strictest = Level("equal", "", term_frequency=frequency)
    return Comparison(name, (name,), (strictest, *(Level("", "") for _ in range(n - 1))), **marks)


NAME = comparison("name", 2)
SURNAME = comparison("surname", 2, family=True)
STREET = comparison("street", 2, place=True)
PARAMETERS = Parameters(
    (np.array([0.1, 0.9]), np.array([0.1, 0.9]), np.array([0.2, 0.8])),
    (np.array([0.95, 0.05]), np.array([0.99, 0.01]), np.array([0.999, 0.001])),
)
N_PAIRS = 10_000_000
CLASSES = {"match": (0.9, 0.9), "household": (0.05, 0.9), "chance": (0.05, 0.01)}
"""P(name agrees), P(surname agrees) among pairs of one street."""


def sharing(n, seed=4):
    """Pairs of one street, n of each class; the street's own level is the strictest."""
    rng = np.random.default_rng(seed)
    sizes = zip(CLASSES.values(), n, strict=True)
    drawn = [(rng.random((size, 2)) < chances) @ [1, 2] for chances, size in sizes]
    gammas = np.array([(name, surname, 1) for surname in (0, 1) for name in (0, 1)])
    pattern = np.concatenate(drawn)
    zero = np.zeros(len(pattern))
    return KeyPairs(("street",), gammas, pattern, zero, zero, len(pattern), N_PAIRS)


@pytest.mark.parametrize("n", [(8000, 12_000, 20_000), (15_000, 0, 5000), (500, 9000, 500)])
def test_the_share_is_found_among_pairs_of_one_street(n):
    found = household_share((NAME, SURNAME, STREET), PARAMETERS, sharing(n))
    assert found == pytest.approx(n[1] / 0.8 / N_PAIRS, rel=0.05, abs=0.00003)


def test_a_sample_of_the_pairs_gives_the_same_share():
    pairs = sharing((8000, 12_000, 20_000))
    zero = pairs.log2_tf[::10]
    tenth = replace(pairs, pattern=pairs.pattern[::10], log2_tf=zero, log2_tf_household=zero)
    comparisons = (NAME, SURNAME, STREET)
    whole = household_share(comparisons, PARAMETERS, pairs)
    assert household_share(comparisons, PARAMETERS, tenth) == pytest.approx(whole, rel=0.1)


def test_a_key_that_nothing_compares_is_taken_to_agree():
    pairs = sharing((8000, 12_000, 20_000))
    parameters = Parameters(PARAMETERS.m[:2], PARAMETERS.u[:2])
    two = replace(pairs, gammas=pairs.gammas[:, :2])
    found = household_share((NAME, SURNAME), parameters, two)
    assert found == pytest.approx(12_000 / N_PAIRS, rel=0.05)


def test_a_rare_surname_speaks_for_a_household():
    surname = comparison("surname", 2, frequency="surname", family=True)
    pairs = sharing((8000, 12_000, 20_000))
    agrees = pairs.gammas[pairs.pattern, 1] == 1
    shares = [
        household_share(
            (NAME, surname, STREET),
            PARAMETERS,
            replace(pairs, log2_tf=agrees * tf, log2_tf_household=agrees * tf),
        )
        for tf in (20.0, 1.0)
    ]
    assert shares[0] > 2 * shares[1]


def test_a_key_may_agree_on_several_levels_of_its_comparison():
    address = comparison("street", 3, place=True)
    pairs = sharing((8000, 12_000, 20_000))
    # one pair in four stands on the level below the strictest: the street agrees there too
    gammas = np.concatenate(
        [np.append(pairs.gammas[:, :2], np.full((4, 1), at), 1) for at in (1, 2)]
    )
    pattern = pairs.pattern + np.where(np.arange(len(pairs.pattern)) % 4, 4, 0)
    m, u = np.array([0.2, 0.2, 0.6]), np.array([0.998, 0.001, 0.001])
    parameters = Parameters((*PARAMETERS.m[:2], m), (*PARAMETERS.u[:2], u))
    split = replace(pairs, gammas=gammas, pattern=pattern)
    found = household_share((NAME, SURNAME, address), parameters, split)
    assert found == pytest.approx(household_share((NAME, SURNAME, STREET), PARAMETERS, pairs))
