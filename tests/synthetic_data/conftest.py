import numpy as np
import pytest


@pytest.fixture(scope="session")
def near():
    """Return a check that an observed share is the expected one within sampling error.

    ``households`` widens the band for people who stand or fall together.
    """

    def check(observed, expected, n, households=1.0):
        spread = np.sqrt(max(expected * (1 - expected), 1 / n) / n * households)
        assert abs(observed - expected) < 4.5 * spread, (observed, expected, spread)

    return check
