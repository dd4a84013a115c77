"""What one completed data set says: shares of groups, means by group, and gaps between them.

Each figure stands with its variance, so that several data sets can be pooled. Shares are on the
scale of log odds, where they are near to normal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from linkage.decide.assignment import Flags
from linkage.model.normalise import Reals
from quality.missingness.chained import Imputed
from quality.missingness.completed import Completed
from quality.missingness.variables import Variable

NOT_STATED: Final = "not_stated"
NOT_LINKED: Final = "not_linked"
AS_FOUND: Final = ""
"""Where no value is moved: missing values are like those of the same kind of people."""

EVERYONE: Final = -1
"""The group of all records."""


class Key(NamedTuple):
    """What a figure is of: a target, a group of its own list, and the values moved by ``delta``."""

    target: int
    group: int
    stage: str
    delta: float


@dataclass(frozen=True)
class Figure:
    """A figure with its variance; ``odds`` says that it stands on the scale of log odds."""

    value: float
    variance: float
    odds: bool = False


@dataclass(frozen=True)
class ShareTarget:
    """The share of the records that belong to each group of a characteristic."""

    characteristic: Variable

    def figures(
        self, completed: Completed, target: int, deltas: Sequence[float]
    ) -> Iterator[tuple[Key, Figure]]:
        """Yield the shares, at random and with missing groups moved."""
        at = completed.place(self.characteristic)
        made, counted = completed.imputed[at], completed.counted[at]
        weight = completed.weight * counted
        for group in range(self.characteristic.drawn or 0):
            for stage, delta in ((AS_FOUND, 0.0), *((NOT_STATED, delta) for delta in deltas)):
                k = float(weight @ made.falls_in(group, delta, counted))
                yield Key(target, group, stage, delta), _share(k, float(weight.sum()))


@dataclass(frozen=True)
class MeanTarget:
    """The mean of an outcome, of all records and by group of a characteristic of the focal source.

    A binary outcome's mean is a share. ``linked`` says that the outcome is the partner's. Missing
    values of a group are moved in that group alone.
    """

    name: str
    outcome: Variable
    by: Variable | None
    linked: bool

    @property
    def is_share(self) -> bool:
        """Whether the mean is a share: of a binary outcome."""
        return self.outcome.names is not None

    def numbers(self, values: Reals) -> Reals:
        """Return the outcome as numbers: 0 and 1 for a binary one."""
        return (values == self._one).astype(np.float64) if self.is_share else values

    @property
    def _one(self) -> int:
        """The place of the value 1; beyond them all where no record has it."""
        names = self.outcome.names or ()
        return names.index("1") if "1" in names else len(names)

    def figures(
        self, completed: Completed, target: int, deltas: Sequence[float]
    ) -> Iterator[tuple[Key, Figure]]:
        """Yield the means, at random and with values moved, apart for each stage of missing."""
        at = completed.place(self.outcome)
        made, weight = completed.imputed[at], completed.weight * completed.counted[at]
        if self.outcome.drawn is not None:
            weight = weight * (made.values < self.outcome.drawn)
        groups = self._groups(completed)
        for stage, moved in self._stages(made, completed.unlinked):
            for delta in (0.0,) if stage == AS_FOUND else deltas:
                y = self._values(made, delta, moved)
                for group, inside in groups:
                    figure = self._mean(y, weight * inside)
                    if figure is not None:
                        yield Key(target, group, stage, delta), figure

    def _stages(self, made: Imputed, unlinked: Flags) -> Iterator[tuple[str, Flags]]:
        """Yield which rows can be moved, apart for values not stated and for records not linked."""
        missing = made.column.missing
        yield AS_FOUND, missing
        apart = unlinked if self.linked else np.zeros_like(unlinked)
        for stage, moved in ((NOT_STATED, missing & ~apart), (NOT_LINKED, missing & apart)):
            if moved.any():
                yield stage, moved

    def _groups(self, completed: Completed) -> list[tuple[int, Reals]]:
        everyone = (EVERYONE, np.ones(len(completed.weight)))
        if self.by is None:
            return [everyone]
        code = completed.imputed[completed.place(self.by)].values
        named = range(self.by.drawn or 0)
        return [everyone, *((group, (code == group).astype(np.float64)) for group in named)]

    def _values(self, made: Imputed, delta: float, moved: Flags) -> Reals:
        if not self.is_share:
            return made.shifted(delta, moved)
        return made.falls_in(self._one, delta, moved).astype(np.float64)

    def _mean(self, y: Reals, weight: Reals) -> Figure | None:
        n = float(weight.sum())
        if n < 2:
            return None
        if self.is_share:
            return _share(float(weight @ y), n)
        mean = float(weight @ y) / n
        return Figure(mean, float(weight @ (y - mean) ** 2) / (n - 1) / n)


def _share(k: float, n: float) -> Figure:
    """Return the log odds of k of n, and their variance, half a record added to each side."""
    has, lacks = k + 0.5, n - k + 0.5
    return Figure(float(np.log(has / lacks)), 1 / has + 1 / lacks, odds=True)
