"""Completed data sets of the focal source's records: one for each drawn linkage."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.missingness.chained import Column, Imputed, impute, together
from quality.missingness.variables import Variable

MOST_ROWS = 50_000
"""More rows are sampled: by the fold of the record, so that the same records come every time."""

_FOLDS = 100


@dataclass(frozen=True)
class Completed:
    """One completed data set, a row a record or, of complete records, a kind of record.

    ``weight`` (rows,) is how many records a row stands for; ``counted`` (rows,) says of each
    variable in which rows it counts, and ``unlinked`` (rows,) which rows have no link.
    """

    variables: Sequence[Variable]
    imputed: Mapping[int, Imputed]
    counted: Mapping[int, Flags]
    weight: Reals
    unlinked: Flags

    def place(self, variable: Variable) -> int:
        """Return the place of a variable among them all."""
        return next(at for at, each in enumerate(self.variables) if each is variable)


def completions(
    variables: Sequence[Variable],
    focal: str,
    record: Index,
    partners: Iterator[Index],
    seed: int,
) -> Iterator[Completed]:
    """Yield a completed data set for every drawn linkage.

    A value of the other source is that of the partner in the draw; a record that has none in the
    draw lacks it, and gets an imputed one.

    Parameters
    ----------
    record
        (records,) numbers of focal records.
    partners
        (records,) each: numbers of the partners, -1 for none.
    """
    starts: list[Reals | None] = [None] * len(variables)
    for number, partner in enumerate(partners):
        random = np.random.default_rng([seed, number])
        sides = [record if each.source == focal else partner for each in variables]
        columns = [each.column(side) for each, side in zip(variables, sides, strict=True)]
        kept, weight = _rows(columns)
        columns = [_at(column, kept) for column in columns]
        counted = {at: each.counts(sides[at][kept]) for at, each in enumerate(variables)}
        made = dict(enumerate(impute(columns, weight, random, starts)))
        yield Completed(variables, made, counted, weight, partner[kept] < 0)


def sampled(
    variables: Sequence[Variable], focal: str, record: Index, partner: Index, fold: Index
) -> Index:
    """Return the places of the records that are used, (used,): all, unless they are too many."""
    columns = [each.column(record if each.source == focal else partner) for each in variables]
    kept, _ = _rows(columns)
    share = MOST_ROWS / max(len(kept), 1)
    return np.flatnonzero(fold < max(1, int(share * _FOLDS)))


def _rows(columns: Sequence[Column]) -> tuple[Index, Reals]:
    """Return the rows to work on, and how many records each stands for.

    Complete records that agree in everything are one row, where everything is a category.
    """
    n = len(columns[0].values)
    if any(column.categories is None for column in columns):
        return np.arange(n), np.ones(n)
    complete = ~np.logical_or.reduce([column.missing for column in columns])
    sizes = [int(column.categories or 1) for column in columns]
    place = together([column.values for column in columns], sizes, n)[complete]
    _, first, count = np.unique(place, return_index=True, return_counts=True)
    (alone,) = np.nonzero(~complete)
    rows = np.concatenate([np.flatnonzero(complete)[first], alone])
    return rows, np.concatenate([count, np.ones(len(alone))]).astype(np.float64)


def _at(column: Column, rows: Index) -> Column:
    return Column(
        column.name,
        column.values[rows],
        column.missing[rows],
        column.categories,
        column.drawn,
    )
