"""Agreement patterns as numbers: one code for the levels of all comparisons of a pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from linkage.model.comparisons import Comparison
from linkage.model.parameters import Gammas

MOST_CODES = 2**62
"""A code is one 64-bit integer: the comparisons may have no more combinations of levels."""

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coding:
    """The mixed-radix code of a pattern: the sum of (gamma + 1) x place over the comparisons."""

    radices: tuple[int, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """What one level of each comparison adds to the code."""
        places = accumulate(self.radices, lambda place, n: place * n, initial=1)
        return tuple(places)[: len(self.radices)]

    @property
    def n_codes(self) -> int:
        """How many codes there can be."""
        return int(np.prod([1, *self.radices], dtype=object))

    def sql(self, gammas: Sequence[str]) -> str:
        """Return SQL for the code, from SQL for each gamma."""
        terms = (f"({g} + 1)::BIGINT * {p}" for g, p in zip(gammas, self.places, strict=True))
        return " + ".join(terms) or "0::BIGINT"

    def decode(self, codes: Codes) -> Gammas:
        """Return the gammas (codes, comparisons), -1 where missing."""
        columns = [codes // p % n - 1 for p, n in zip(self.places, self.radices, strict=True)]
        return np.stack(columns, axis=1) if columns else np.zeros((len(codes), 0), dtype=np.int64)

    def encode(self, gammas: Gammas) -> Codes:
        """Return the code of each row of gammas."""
        return (gammas + 1) @ np.array(self.places, dtype=np.int64)


def coding(comparisons: Sequence[Comparison]) -> Coding:
    """Return the coding of the patterns of ``comparisons``; missing is a level like any other."""
    return Coding(tuple(len(c.scored) + 1 for c in comparisons))
