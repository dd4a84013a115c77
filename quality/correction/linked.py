"""What an analysis works on: linked records with an outcome, covariates and a group."""

from dataclasses import dataclass, replace

import numpy as np

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals


@dataclass(frozen=True)
class Linked:
    """Linked records of one analysis, complete in its variables.

    Parameters
    ----------
    names
        Of the coefficients, (k,).
    x, y
        (n, k) what the outcome is explained by, the constant too where there is one; (n,) outcome.
    group
        (n,) within which false links are exchangeable, numbers below the length of ``groups``.
    groups
        Names; (None,) where all records are one group.
    weight
        (n,) of the records; ones where nothing is said.
    """

    names: tuple[str, ...]
    x: Reals
    y: Reals
    group: Index
    groups: tuple[str | None, ...]
    weight: Reals

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.y)

    def of(self, chosen: Flags | Index) -> "Linked":
        """Return some of the records."""
        x, y, weight = (each[chosen] for each in (self.x, self.y, self.weight))
        return replace(self, x=x, y=y, group=self.group[chosen], weight=weight)

    def weighted(self, weight: Reals) -> "Linked":
        """Return the records with other weights, scaled so that they add up to their number."""
        return replace(self, weight=weight * (len(weight) / weight.sum()))

    @property
    def n_of_group(self) -> Reals:
        """Sums of the weights by group, (G,)."""
        return np.asarray(np.bincount(self.group, self.weight, minlength=len(self.groups)), float)
