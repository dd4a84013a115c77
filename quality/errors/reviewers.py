"""How well a review sees: the errors that one look misses, and the partners that a search does.

Whatever a reviewer calls an error is settled by somebody else, so an error that is counted is one.
What is left is an error called right. Doubly reviewed units, drawn at random, tell how often that
happens; how far down the list partners are found tells how many lie beyond its end. Both take a
share of the errors, never points of a rate.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quality.errors.cell import RIGHT, Flags, Reals, Reviewed


@dataclass(frozen=True)
class Looks:
    """Looks at true errors, and how many noticed it, added to what is taken beforehand."""

    noticed: float
    looks: float

    @property
    def share(self) -> float:
        """The expected share of errors that one look notices."""
        return self.noticed / self.looks

    def drawn(self, draws: int, random: np.random.Generator) -> Reals:
        """Draw that share, (draws,), from Beta(noticed, looks - noticed)."""
        return random.beta(self.noticed, self.looks - self.noticed, draws)


def sight(noticed: int, looks: int) -> Looks:
    """Return how well reviewers notice errors.

    Parameters
    ----------
    noticed, looks
        Of the doubly reviewed units that are errors, two looks each: how many called it one.
        Beforehand, nine in ten are taken to be noticed, as from ten looks.
    """
    return Looks(9 + noticed, 10 + looks)


def reach(near: int, far: int) -> Looks:
    """Return how many partners the list of candidates holds, of those that exist.

    Parameters
    ----------
    near, far
        Partners found in the first and in the second half of the list. Partners become rarer down
        the list, so no more lie beyond its end than in its second half. Beforehand, nineteen in
        twenty are taken to be listed, as from twenty partners.
    """
    return Looks(19 + near, 20 + near + far)


def modelled_reach(share: float) -> Looks:
    """Return how many partners the list of candidates holds where nobody can see how many more.

    Parameters
    ----------
    share
        What the model says of it: known as from six partners, and never over nineteen in twenty.
    """
    return Looks(_SUCH_PARTNERS * float(np.clip(share, 0.05, 0.95)), _SUCH_PARTNERS)


_SUCH_PARTNERS = 6.0
"""On runs with known truth the share said was nearer to the true one than six partners tell."""


@dataclass(frozen=True)
class Reviewers:
    """What is known of the reviewers and of the search; None where it is taken to be perfect.

    False links and missed partners are overlooked apart.
    """

    links: Looks | None = None
    unlinked: Looks | None = None
    search: Looks | None = None

    def expected(self, linked: Flags) -> tuple[Reals, Reals]:
        """Return the expected sight of one look and reach of the search, (1, H) each."""
        return self._by_kind(linked, lambda looks: np.array([looks.share]))

    def drawn(self, linked: Flags, draws: int, random: np.random.Generator) -> tuple[Reals, Reals]:
        """Draw both, (draws, H) each: one for all strata of a kind."""
        return self._by_kind(linked, lambda looks: looks.drawn(draws, random))

    def _by_kind(self, linked: Flags, values: Callable[[Looks], Reals]) -> tuple[Reals, Reals]:
        certain = np.ones(1)
        links, unlinked, search = (
            certain[:, None] if looks is None else values(looks)[:, None]
            for looks in (self.links, self.unlinked, self.search)
        )
        return np.where(linked, links, unlinked), np.where(linked, certain[:, None], search)


def whole_looks(cell: Reviewed, seen: Reals, reached: Reals) -> Reals:
    """Return the counts (..., H, 5) with each review counted as far as it sees.

    Formula: with m of the n reviewed records looked at twice, n' = f (m + s (n - m)); the records
    that were found right make up the difference, so that errors missed are drawn with those of the
    unseen. A single look finds an error with probability s as if it had not looked at all with
    probability 1 - s. Derived in docs/explanation/error-rates.md.

    Parameters
    ----------
    seen, reached
        (..., H) the probability s that one look notices an error, and f that the partner of an
        unlinked record is among those that are shown.
    """
    single = cell.reviewed - cell.doubled
    whole = reached * (cell.doubled + seen * single)
    found = np.broadcast_to(cell.found, (*whole.shape, cell.found.shape[1])).copy()
    found[..., RIGHT] = np.maximum(found[..., RIGHT] - (cell.reviewed - whole), 0.0)
    return found
