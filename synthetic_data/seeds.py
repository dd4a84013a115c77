"""One seed, many streams: what one part draws does not depend on what another part drew."""

import zlib

import numpy as np


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the random numbers of one purpose: the same for the same seed, whatever else is asked.

    So the census stays as it is when a survey is asked for beside it.
    """
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])
