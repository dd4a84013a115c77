"""How well a review sees: the errors that one look misses.

Whatever one reviewer calls an error is looked at by a second and settled, so an error that is
counted is one. What is left is an error called right. Doubly reviewed units, drawn at random, tell
how often that happens; it takes a share of the errors, never points of a rate.
"""

from dataclasses import dataclass

import numpy as np

from quality.errors.cell import RIGHT, Flags, Reals, Reviewed

_NOTICED, _MISSED = 9.0, 1.0
"""What is taken of a reviewer beforehand, as of ten looks: nine errors in ten are noticed."""


@dataclass(frozen=True)
class Looks:
    """Looks at true errors among the doubly reviewed units, two a unit, and how many noticed it."""

    noticed: int
    looks: int

    @property
    def sensitivity(self) -> float:
        """The expected share of errors that one look notices."""
        return (_NOTICED + self.noticed) / (_NOTICED + _MISSED + self.looks)

    def drawn(self, draws: int, random: np.random.Generator) -> Reals:
        """Draw that share, (draws,), from Beta(9 + noticed, 1 + missed)."""
        missed = self.looks - self.noticed
        return random.beta(_NOTICED + self.noticed, _MISSED + missed, draws)


@dataclass(frozen=True)
class Reviewers:
    """What is known of the reviewers: false links and missed partners are overlooked apart."""

    links: Looks
    unlinked: Looks

    def sensitivity(self, linked: Flags) -> Reals:
        """Return the expected share of the errors of each stratum that one look notices, (H,)."""
        return np.where(linked, self.links.sensitivity, self.unlinked.sensitivity)

    def drawn(self, linked: Flags, draws: int, random: np.random.Generator) -> Reals:
        """Draw the share for each stratum, (draws, H): one for all strata of a kind."""
        links = self.links.drawn(draws, random)[:, None]
        unlinked = self.unlinked.drawn(draws, random)[:, None]
        return np.where(linked, links, unlinked)


def whole_looks(cell: Reviewed, sensitivity: Reals) -> Reals:
    """Return the counts (..., H, 5) with each single look counted as far as it sees.

    Formula: with m of the n reviewed records looked at twice, n' = m + s (n - m); the records that
    were found right make up the difference, so that errors missed by a single look are drawn with
    those of the unseen. A single look finds an error with probability s as if it had not looked at
    all with probability 1 - s. Derived in docs/explanation/error-rates.md.

    Parameters
    ----------
    sensitivity
        (..., H) the probability s that one look notices an error.
    """
    single = cell.reviewed - cell.doubled
    found = np.broadcast_to(cell.found, (*sensitivity.shape, cell.found.shape[1])).copy()
    found[..., RIGHT] = np.maximum(found[..., RIGHT] - (1 - sensitivity) * single, 0.0)
    return found
