"""What a sampler drew: linkages, the parameters that go with each, and whether its chains met."""

from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Index, Reals
from linkage.uncertainty.contest import Contest
from linkage.uncertainty.convergence import effective_draws, split_rhat


@dataclass(frozen=True)
class Posterior:
    """Draws (D of them) of the parameters and of who is linked, chain after chain."""

    m: tuple[Reals, ...]
    """(D, levels) of each comparison."""
    pi: Reals
    """(D, groups) share of focal records that have a partner."""
    links: Reals
    """(D, groups) number of links."""
    trace: Reals
    """(chains, iterations, quantities) of every iteration, draws or not: each m, pi and links."""
    contest: Contest
    choice: Index
    """(D, R) the candidate of the contest that each open record is linked to, -1 for none."""
    collisions: float
    """Share of links that another record had drawn too, where each draws by itself."""
    largest_component: int
    """Records in the largest set that want the same partners; 0 where one side alone competes."""
    large_components: int
    """How many such sets are too large to be drawn afresh at once."""

    @property
    def n(self) -> int:
        """How many draws there are."""
        return len(self.choice)

    def convergence(self) -> tuple[float, float]:
        """Return the largest R-hat of any m, pi or number of links, and the fewest effective draws.

        Both are of all iterations; no draw counts for more than one, so that there are ``n``
        effective draws at most.
        """
        each = [self.trace[:, :, at] for at in range(self.trace.shape[2])]
        rhat = max(split_rhat(values) for values in each)
        return rhat, min(float(self.n), *(effective_draws(values) for values in each))

    def is_enough(self, rhat: float, effective: float) -> bool:
        """Say whether the largest R-hat and the fewest effective draws are what is asked for."""
        largest, fewest = self.convergence()
        return largest <= rhat and fewest >= effective

    def rows(self, draw: int) -> Index:
        """Return the rows of the block that are links in a draw, rising."""
        choice = self.choice[draw]
        chosen = self.contest.row[choice[choice >= 0]]
        return np.sort(np.concatenate([self.contest.settled, chosen]))

    def share(self, n_rows: int) -> Reals:
        """Return the share of draws (P,) in which each of a block's ``n_rows`` pairs is a link."""
        held = np.zeros(n_rows)
        held[self.contest.settled] = 1.0
        times = np.zeros(len(self.contest.row), dtype=np.int64)
        for choice in self.choice:
            times[choice[choice >= 0]] += 1
        held[self.contest.row] += times / self.n
        return held
