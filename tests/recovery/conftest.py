"""The worlds of the recovery benchmark, drawn small."""

import numpy as np
import pytest

from benchmarks.recovery.world import U, world


@pytest.fixture(scope="session")
def world_of():
    return world


@pytest.fixture(scope="session")
def true_u():
    return [np.array(u) for u in U.values()]
