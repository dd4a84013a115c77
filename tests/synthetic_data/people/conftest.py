from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from synthetic_data.people.population import BLOCK, draw_block
from synthetic_data.spec.schema import Population


@pytest.fixture(scope="session")
def described():
    """Return what a specification says of the population, with some of it changed."""

    def describe(**changed):
        return Population(**{"day": date(2021, 3, 21), **changed})

    return describe


@pytest.fixture(scope="session")
def blocks(described):
    """Six blocks of the same population."""
    return [draw_block(block, BLOCK, 7, described()) for block in range(6)]


@pytest.fixture(scope="session")
def day(described):
    return np.datetime64(described().day)


@pytest.fixture(scope="session")
def arrays():
    """Return every array of a block by name."""

    def named(people):
        found = {each.name: getattr(people, each.name) for each in fields(people)}
        for several in ("codes", "outcomes"):
            parts = found.pop(several)
            found |= {f"{several}.{name}": values for name, values in parts.items()}
        return found

    return named
