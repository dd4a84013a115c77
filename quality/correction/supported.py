"""How many people the figures of an analysis rest on, and which of them tell of too few.

A mean of an outcome of 0 and 1 is a count in other words, and so are coefficients of a regression
that has as many of them as its covariates have combinations. A mean of amounts tells of those who
have the most of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.config.schema import Analysis
from linkage.disclosure import Equation, Item, is_dominated, suppress
from linkage.model.normalise import Index, Reals
from quality.correction.linked import Linked

LEAST_FREEDOM = 10
"""Residual degrees of freedom below which no coefficient may leave: ACRO's rule."""

_MOST_COLUMNS = 62  # bits of a whole number


@dataclass(frozen=True)
class MeanOf:
    """Whom a mean is of: ``k`` of ``n`` people have the outcome, None where it is an amount."""

    group: str | None
    n: int
    k: int | None
    dominated: bool


@dataclass(frozen=True)
class Means:
    """The means of one analysis, by group and of all."""

    analysis: str
    outcome: tuple[str, str]
    by: str | None
    of: tuple[MeanOf, ...]


def means_of(analysis: Analysis, linked: Linked) -> Means:
    """Return whom the means of an analysis are of."""
    binary = _is_binary(linked.y)
    of = [_mean_of(None, linked.y, binary=binary)]
    if analysis.by is not None:
        for name, column in zip(linked.names, linked.x.T, strict=True):
            of.append(_mean_of(name, linked.y[column != 0], binary=binary))
    outcome = analysis.outcome.source, analysis.outcome.column
    return Means(analysis.name, outcome, analysis.by, tuple(of))


def _mean_of(group: str | None, y: Reals, *, binary: bool) -> MeanOf:
    k = int(y.sum()) if binary else None
    return MeanOf(group, len(y), k, not binary and is_dominated(y))


def held_back(means: Sequence[Means], threshold: int) -> frozenset[tuple[str, str | None]]:
    """Return the means, by analysis and group, that would tell of too few people.

    Those of small counts and of dominated amounts; and those from which one of these could be had:
    groups add up to all, and analyses of one outcome are of the same people.
    """
    counts: dict[Item, int] = {}
    equations: list[Equation] = []
    dominated: set[Item] = set()
    for each in means:
        for one in each.of:
            place = _place(each, one)
            counts |= {("n", *place): one.n}
            if one.k is not None:
                counts |= {("k", *place): one.k, ("rest", *place): one.n - one.k}
                equations.append(Equation((("n", *place),), (("k", *place), ("rest", *place))))
            if one.dominated:
                dominated.add(("n", *place))
        if each.by is not None:
            equations += _sums(each)
    hidden = suppress(counts, list(dict.fromkeys(equations)), threshold, _cost, dominated)
    return frozenset(
        (each.analysis, one.group)
        for each in means
        for one in each.of
        if any((kind, *_place(each, one)) in hidden for kind in ("n", "k", "rest"))
    )


def _place(means: Means, one: MeanOf) -> tuple[tuple[str, str], str | None, str | None]:
    return means.outcome, None if one.group is None else means.by, one.group


def _sums(means: Means) -> Iterator[Equation]:
    everyone, *groups = means.of
    for kind in ("n", "k", "rest") if everyone.k is not None else ("n",):
        parts = tuple((kind, *_place(means, one)) for one in groups)
        yield Equation(((kind, *_place(means, everyone)),), parts)


def _cost(item: Item) -> int:
    """Say that the mean of all is dearer than that of a group."""
    return int(isinstance(item, tuple) and item[-1] is None)


def people_of_coefficients(linked: Linked) -> list[int]:
    """Return how many people each coefficient of a regression rests on: the fewest that it tells.

    None at all where fewer degrees of freedom are left than :data:`LEAST_FREEDOM`, or where few
    make up an outcome that is an amount. Of an outcome of 0 and 1, the fewer of both; of a column
    of 0 and 1, the fewest of those in it and outside it, with the outcome and without. Where there
    are as many coefficients as combinations of the columns, each is a combination's.
    """
    n, p = linked.x.shape
    binary = _is_binary(linked.y)
    if n - p < LEAST_FREEDOM or (not binary and is_dominated(linked.y)):
        return [0] * p
    everyone = _fewest(np.zeros(n, dtype=np.int64), linked.y, binary=binary)
    cells = _combinations(linked.x)
    if cells is not None and cells.max() < p:
        everyone = min(everyone, _fewest(cells, linked.y, binary=binary))
    return [
        min(everyone, _fewest(column.astype(np.int64), linked.y, binary=binary))
        if _is_binary(column)
        else everyone
        for column in linked.x.T
    ]


def _fewest(cell: Index, y: Reals, *, binary: bool) -> int:
    """Return the smallest count of the cells that have people: all of them, or by the outcome."""
    n = np.bincount(cell)
    if not binary:
        return int(n[n > 0].min())
    k = np.bincount(cell, y)
    return int(min(k[n > 0].min(), (n - k)[n > 0].min()))


def _combinations(x: Reals) -> Index | None:
    """Return the number of each record's combination of columns; None unless all are 0 and 1."""
    if x.shape[1] > _MOST_COLUMNS or not _is_binary(x):
        return None
    code = x.astype(np.int64) @ (1 << np.arange(x.shape[1], dtype=np.int64))
    number: Index = np.unique(code, return_inverse=True)[1].astype(np.int64)
    return number


def _is_binary(values: Reals) -> bool:
    return bool(((values == 0) | (values == 1)).all())
