"""What a source did to whom: counted by group, beside what was to be expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from synthetic_data.arrays import Flags, Floats, Whole
from synthetic_data.sources.groups import GROUPS, Groups, said_of
from synthetic_data.spec.schema import Factors

FIGURES = ("n", "chances", "variance", "happened", "clustered")
"""What is counted: see :class:`Tally`."""
_HAIR = 1e-9


class Stage(NamedTuple):
    """What may happen: being ``eligible``, ``sampled``, ``covered``, a ``mistake``, ``missing``.

    ``column`` is the role or characteristic, and ``kind`` the kind of mistake or the reason; both
    are empty where they do not apply.
    """

    name: str
    column: str = ""
    kind: str = ""


class Chances(NamedTuple):
    """The chance of each: ``rate`` times its entry in ``times``.

    Many kinds of mistake share one array of ``times``, so that what is summed over it by group is
    summed once.
    """

    rate: float
    times: Floats

    @property
    def each(self) -> Floats:
        """The chances themselves."""
        return self.rate * self.times

    def happens(self, rng: np.random.Generator) -> Flags:
        """Return whom it befalls, each by its own luck."""
        return np.asarray(rng.random(len(self.times)) < self.each)


def chances_of(
    what: str, rate: float, factors: Factors, groups: Groups, of: Flags | None = None
) -> Chances:
    """Return ``rate`` times the factors of each.

    Raises
    ------
    ValueError
        When that is over 1 for anybody whom it is about: ``of``, everybody if not said.
    """
    times = groups.times(factors)
    at_most_one(what, rate, times if of is None else times * of, groups)
    return Chances(rate, times)


def at_most_one(what: str, rate: float, times: Floats, groups: Groups) -> None:
    """Refuse chances over 1.

    Raises
    ------
    ValueError
        When ``rate`` times the largest of ``times`` is over 1, with the groups of whom it is.
    """
    highest = rate * float(times.max(initial=0.0))
    if highest > 1 + _HAIR:
        who = said_of(groups, int(np.argmax(times)))
        raise ValueError(
            f"{what}: the chance of {rate:g} times its factors is {highest:.4g}, over 1, for {who}"
        )


@dataclass(frozen=True, eq=False)
class Tally:
    """Figures by stage: an array with a row for each of ``GROUPS`` and a column for each figure.

    ``n`` is how many it could happen to, ``chances`` the sum of their chances p, ``variance`` that
    of p(1-p), ``happened`` to how many it did. ``clustered`` is the variance where it is decided
    with the household: the sum over households of the square of what happened less the chances,
    summed in the household; it is ``variance`` where it is decided one by one.
    """

    figures: Mapping[Stage, Floats]

    @classmethod
    def of_all(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Return the sum of the tallies of some blocks, in their order."""
        summed: dict[Stage, Floats] = {}
        for tally in tallies:
            for stage, figures in tally.figures.items():
                summed[stage] = summed[stage] + figures if stage in summed else figures
        return cls(summed)

    def table(self) -> pl.DataFrame:
        """Return the figures as a table, a row for each stage and group with anybody in it."""
        stages = list(self.figures)
        key = np.repeat(np.arange(len(stages)), len(GROUPS))
        group = np.tile(np.arange(len(GROUPS)), len(stages))
        values = np.concatenate([*self.figures.values(), np.empty((0, len(FIGURES)))])
        names = {"stage": 0, "column": 1, "kind": 2}
        keys = {name: [stages[k][at] for k in key] for name, at in names.items()}
        groups = {"characteristic": [GROUPS[g][0] for g in group]} | {
            "group": [GROUPS[g][1] for g in group]
        }
        schema = dict.fromkeys([*keys, *groups], pl.String)
        table = pl.DataFrame({**keys, **groups}, schema=schema).with_columns(
            pl.Series(name, values[:, at]) for at, name in enumerate(FIGURES)
        )
        whole = pl.col("n", "happened").cast(pl.Int64)
        return table.filter(pl.col("n") > 0).with_columns(whole)


class Counting:
    """Counts what happens at each stage to people, or to records, in their groups."""

    def __init__(self, groups: Groups, homes: Whole) -> None:
        """Start counting; ``homes`` is the household of each, numbered from 0."""
        self.groups = groups
        self.figures: dict[Stage, Floats] = {}
        self._homes = homes
        self._n = groups.total()
        self._summed: dict[int, tuple[Floats, Floats, Floats]] = {}

    def certain(self, stage: Stage, happened: Flags) -> None:
        """Count what no luck decides."""
        of = self.groups.total(rows=np.flatnonzero(happened))
        none = np.zeros_like(of)
        self.figures[stage] = np.column_stack([self._n, of, none, of, none])

    def add(
        self,
        stage: Stage,
        chances: Chances,
        happened: Flags,
        could: Flags | None = None,
        *,
        with_household: bool = False,
    ) -> None:
        """Count what happened to those it ``could`` happen to: everybody, if not said.

        ``with_household`` says that it was not decided one by one.
        """
        n, first, second = self._sums(chances.times, could)
        expected = chances.rate * first
        variance = expected - chances.rate**2 * second
        happened = happened if could is None else happened & could
        of = self.groups.total(rows=np.flatnonzero(happened))
        clustered = self._clustered(chances, happened, could) if with_household else variance
        self.figures[stage] = np.column_stack([n, expected, variance, of, clustered])

    def _sums(self, times: Floats, could: Flags | None) -> tuple[Floats, Floats, Floats]:
        """Return how many it could happen to, the sum of their ``times`` and of the squares."""
        whole = self._sums_of_all(times)
        if could is None:
            return whole
        out = np.flatnonzero(~could)
        n = whole[0] - self.groups.total(rows=out)
        powers = [self.groups.total(times[out] ** power, out) for power in (1, 2)]
        # where nobody is left, a difference of sums may be a hair from 0
        first, second = (
            np.where(n > 0, a - b, 0.0) for a, b in zip(whole[1:], powers, strict=True)
        )
        return n, first, second

    def _sums_of_all(self, times: Floats) -> tuple[Floats, Floats, Floats]:
        key = id(times)
        if key not in self._summed:
            self._summed[key] = (times, self.groups.total(times), self.groups.total(times**2))
        return (self._n, *self._summed[key][1:])

    def _clustered(self, chances: Chances, happened: Flags, could: Flags | None) -> Floats:
        rows = np.arange(len(happened)) if could is None else np.flatnonzero(could)
        residuals = (happened - chances.each)[rows]
        return self.groups.squares(self._homes[rows], residuals, rows)
