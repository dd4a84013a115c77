"""The groups that people, or records, are in: sums over each, and factors for each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Codes, Day, Floats, Whole
from synthetic_data.people.state import People
from synthetic_data.people.vocabulary import NAMES
from synthetic_data.spec.schema import Factors

EVERYONE = ("all", "all")
GROUPS: tuple[tuple[str, str], ...] = (
    EVERYONE,
    *((name, group) for name, groups in NAMES.items() for group in groups),
)
"""Characteristic and group of everything that is summed by group, in this order."""


def _spans() -> list[tuple[int, int]]:
    ends = np.cumsum([1, *map(len, NAMES.values())]).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))


_SPANS = _spans()
"""Where in GROUPS each characteristic begins and ends, everyone being the first."""


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups that people, or records, are in on a day.

    ``codes`` holds the code of each by characteristic. ``positions``, a row a characteristic, says
    where in ``GROUPS`` each one counts: past its end for who is in no group.
    """

    codes: Mapping[str, Codes]
    positions: Whole

    @classmethod
    def of(cls, people: People, day: Day) -> "Groups":
        """Return the groups of all people of a block on a day."""
        codes = {name: people.group(name, day) for name in NAMES}
        rows = [
            np.where(each < 0, len(GROUPS), each.astype(np.int64) + start)
            for each, (start, _) in zip(codes.values(), _SPANS[1:], strict=True)
        ]
        return cls(codes, np.stack([np.zeros(len(people.number), np.int64), *rows]))

    def of_rows(self, rows: Whole) -> "Groups":
        """Return the groups of some of them, in the order of ``rows``."""
        codes = {name: each[rows] for name, each in self.codes.items()}
        return Groups(codes, self.positions[:, rows])

    def total(self, weights: Floats | None = None, rows: Whole | None = None) -> Floats:
        """Return the sum of the weights (how many there are, without) in each of ``GROUPS``.

        ``rows`` are whom it is about, all if not said; ``weights`` has an entry for each of them.
        """
        positions = self.positions if rows is None else self.positions[:, rows]
        repeated = None if weights is None else np.tile(weights, len(positions))
        summed = np.bincount(positions.ravel(), repeated, minlength=len(GROUPS) + 1)
        return summed[:-1].astype(np.float64)

    def squares(self, clusters: Whole, residuals: Floats, rows: Whole) -> Floats:
        """Return, for each of ``GROUPS``, the sum of the squares of what each cluster sums to.

        Parameters
        ----------
        clusters, residuals
            The number of the cluster of each of ``rows``, from 0, and what is summed.
        rows
            Whom it is about.
        """
        n = int(clusters.max(initial=-1)) + 1
        summed = np.zeros(len(GROUPS))
        for row, (start, end) in zip(self.positions[:, rows], _SPANS, strict=True):
            inside = row < len(GROUPS)
            cells = clusters[inside] * (end - start) + row[inside] - start
            sums = np.bincount(cells, residuals[inside], minlength=n * (end - start))
            summed[start:end] = (sums.reshape(n, end - start) ** 2).sum(axis=0)
        return summed

    def times(self, factors: Factors) -> Floats:
        """Return what the chance of each is multiplied by: the product of the factors.

        Raises
        ------
        ValueError
            When the factors name a characteristic or a group that there is not.
        """
        product = np.ones(self.positions.shape[1])
        for name, by_group in factors.items():
            product *= _table(name, by_group)[self.codes[name]]
        return product


def position(characteristic: str, group: str) -> int:
    """Return the code of a group.

    Raises
    ------
    ValueError
        When there is no such characteristic, or no such group in it.
    """
    if characteristic not in NAMES:
        raise ValueError(f"there is no characteristic {characteristic}: {', '.join(NAMES)}")
    groups = NAMES[characteristic]
    if group not in groups:
        raise ValueError(f"{characteristic} has no group {group}: {', '.join(groups)}")
    return groups.index(group)


def _table(characteristic: str, by_group: Mapping[str, float]) -> Floats:
    """Return the factor of each code; the last is that of -1, whom it does not apply to."""
    codes = [position(characteristic, group) for group in by_group]
    table = np.ones(len(NAMES[characteristic]) + 1) if codes else np.ones(1)
    table[codes] = list(by_group.values())
    return table


def said_of(groups: Groups, at: int) -> str:
    """Return in words which groups somebody is in."""
    codes = {name: each[at] for name, each in groups.codes.items() if each[at] >= 0}
    return ", ".join(f"{name} {NAMES[name][code]}" for name, code in codes.items())
