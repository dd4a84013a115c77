"""The random numbers of a source, apart for each purpose; what a household shares."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Floats, Whole
from synthetic_data.seeds import stream


@dataclass(frozen=True)
class Draws:
    """The random numbers of one source in one block of people."""

    source: str
    seed: int
    block: int

    def of(self, purpose: str) -> np.random.Generator:
        """Return those of one purpose: the same whatever else is drawn."""
        return stream(self.seed, f"source {self.source}: {purpose}", self.block)


def numbered(households: Whole) -> Whole:
    """Return the households numbered from 0."""
    return np.asarray(np.unique(households, return_inverse=True)[1], dtype=np.int64)


def together(homes: Whole, share: float, rng: np.random.Generator) -> Floats:
    """Return a number from 0 to 1 for each; ``share`` of them have that of their household.

    Parameters
    ----------
    homes
        The household of each, numbered from 0.
    """
    of_home = rng.random(int(homes.max(initial=-1)) + 1)[homes]
    own = rng.random(len(homes))
    return np.where(rng.random(len(homes)) < share, of_home, own)
