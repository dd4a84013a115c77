"""One seed, many streams: what one part draws does not depend on what another part drew."""

import zlib

import numpy as np


def stream(seed: int, purpose: str, block: int = 0) -> np.random.Generator:
    """Return the random numbers of one purpose in one block of people, whatever else is asked.

    So the census stays as it is when a survey is asked for beside it, and a block of people does
    whether or not others are drawn.
    """
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), block])
