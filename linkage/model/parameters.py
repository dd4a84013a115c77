"""The fitted model: m and u of every comparison level, and the shares that go with them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.model.comparisons import Comparison

Reals = npt.NDArray[np.float64]
Gammas = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Parameters:
    """The m and u probabilities, a pair of vectors per comparison, indexed by gamma (0 = none).

    ``m[k]`` and ``u[k]`` have shape (levels of comparison k,) and sum to 1: they are conditional
    on the comparison not being missing.
    """

    m: tuple[Reals, ...]
    u: tuple[Reals, ...]

    def log2_ratio(self, k: int) -> Reals:
        """Return log2 m/u of comparison ``k``, with a last entry 0 that gamma -1 (missing) hits."""
        return np.append(np.log2(self.m[k] / self.u[k]), 0.0)


def pattern_weights(
    parameters: Parameters, gammas: Gammas, chosen: Sequence[int] | None = None
) -> Reals:
    """Return the match weight of each agreement pattern, without prior or term frequency.

    Formula: sum over comparisons of log2 m_k(gamma_k) / u_k(gamma_k), 0 where missing
    (Fellegi and Sunter 1969, the composite weight; missing taken as at random given the class).

    Parameters
    ----------
    gammas
        (patterns, comparisons), -1 where missing.
    chosen
        The comparisons to add up; all when not said.
    """
    weights = np.zeros(len(gammas))
    for k in range(gammas.shape[1]) if chosen is None else chosen:
        weights += parameters.log2_ratio(k)[gammas[:, k]]
    return weights


def exact_frequency(
    parameters: Parameters,
    comparisons: Sequence[Comparison],
    gammas: Gammas,
    chosen: Sequence[int] | None = None,
) -> Reals:
    """Return per pattern the sum of log2 u over the levels that term frequency replaces.

    Added to a pair's sum of -log2 term frequency it gives splink's adjustment ``w_tf``.
    """
    total = np.zeros(len(gammas))
    for k in range(len(comparisons)) if chosen is None else chosen:
        for gamma in comparisons[k].term_frequency_levels():
            total += np.where(gammas[:, k] == gamma, np.log2(parameters.u[k][gamma]), 0.0)
    return total


def start(comparisons: Sequence[Comparison], u: Sequence[Reals]) -> Parameters:
    """Return where EM starts: most matches at the strictest level, the rest falling off."""
    m = []
    for comparison in comparisons:
        n = len(comparison.scored)
        tail = 0.5 ** np.arange(1, n)
        m.append(np.append(0.1 * tail[::-1] / tail.sum(), 0.9))
    return Parameters(tuple(m), tuple(u))
