"""Three small sources full of agreements, and what pairs of them do, found naively."""

from itertools import combinations, product

import numpy as np
import pytest

from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison, Level, equal, missing
from linkage.model.roles import exact

NAMES = ("ANN", "BO", "CY", "LEE", None)


def _named(column, **marks):
    levels = (
        missing(column),
        Level("equal", equal(column), term_frequency=column),
        Level("different", "ELSE"),
    )
    return Comparison(column, (column,), levels, **marks)


@pytest.fixture(scope="session")
def people():
    """Return a function that invents ``n`` records."""

    def records(n, seed):
        rng = np.random.default_rng(seed)
        return [
            {
                "first_name": NAMES[rng.integers(len(NAMES))],
                "surname": NAMES[rng.integers(len(NAMES))],
                "birth_year": int(rng.integers(1990, 1993)),
            }
            for _ in range(n)
        ]

    return records


@pytest.fixture(scope="session")
def sources(people):
    return {"a": people(24, 1), "b": people(18, 2), "c": people(14, 3)}


@pytest.fixture(scope="session")
def rules():
    swapped = ("first_name = surname", "surname = first_name")
    return (
        Rule(("first_name", "birth_year")),
        Rule(("surname",)),
        Rule(swapped),
        Rule((*swapped, "birth_year")),
    )


@pytest.fixture(scope="session")
def compared():
    """Three comparisons for equality, two with term frequencies, one of families."""
    return (_named("first_name"), _named("surname", family=True), exact("birth_year"))


@pytest.fixture(scope="session")
def every_pair():
    """Return a function that gives all pairs that a linkage compares: (number, record) twice."""

    def pairs(sources, kind="link"):
        numbered, first = [], 0
        for records in sources.values():
            numbered.append(list(enumerate(records, first)))
            first += len(records)
        across = [pair for a, b in combinations(numbered, 2) for pair in product(a, b)]
        within = [pair for a in numbered for pair in combinations(a, 2)]
        return {"link": across, "deduplicate": within, "link_and_deduplicate": across + within}[
            kind
        ]

    return pairs


@pytest.fixture(scope="session")
def meets():
    """Return a function that says whether two records meet a rule."""

    def met(rule, left, right):
        sides = zip(rule.side_columns("l"), rule.side_columns("r"), strict=True)
        return all(left[a] is not None and left[a] == right[b] for a, b in sides)

    return met


@pytest.fixture(scope="session")
def masks(every_pair, meets):
    """Return a function that gives, by pair of records, the mask of the rules met."""

    def met_by(sources, rules, kind="link"):
        found = {}
        for (l_number, left), (r_number, right) in every_pair(sources, kind):
            mask = sum(1 << k for k, rule in enumerate(rules) if meets(rule, left, right))
            if mask:
                found[l_number, r_number] = mask
        return found

    return met_by
