import numpy as np
import pytest

from synthetic_data.parameters import parameters
from synthetic_data.population import draw_population
from synthetic_data.seeds import stream
from synthetic_data.sources import CENSUS, REGISTER, SURVEY, covered


@pytest.fixture(scope="session")
def built():
    return parameters()


@pytest.fixture(scope="session")
def population(built):
    return draw_population(30_000, 4, built)


@pytest.fixture(scope="session")
def inside(population, built):
    """Who is in which source, by the name of the source."""
    return {
        each.name: covered(population.people, each.name, built, stream(4, each.name))
        for each in (CENSUS, REGISTER, SURVEY)
    }


@pytest.fixture(scope="session")
def near():
    """Return a check that an observed share is the expected one within sampling error.

    ``households`` widens the band for people who stand or fall together.
    """

    def check(observed, expected, n, households=1.0):
        spread = np.sqrt(max(expected * (1 - expected), 1 / n) / n * households)
        assert abs(observed - expected) < 4.5 * spread, (observed, expected, spread)

    return check
