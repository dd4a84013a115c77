"""Numbers of records alike in several characteristics, as models may see them.

Which records are alike in what is no count that leaves, but for declared intersections; and of
these some cells are held back. Models see such cells put together, and split up again by what the
published numbers alone say of them. So nothing that is held back stands in what they see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import compress

import numpy as np

from linkage.config.group_names import CROSS
from linkage.decide.assignment import Flags
from linkage.model.normalise import Reals
from quality.bias.cells import MISSING, Cells, Factor, collapsed
from quality.correction.raking import Margin, raked

Published = Mapping[tuple[str | None, str | None], float | None]
"""By characteristic and group, None for all: how many there are, None where that is not told."""

TOGETHER = "held back, put together"


def told_numbers(cells: Cells, published: Published, crossings: Sequence[Sequence[str]]) -> Cells:
    """Return records by their characteristics, without what is held back of how many there are.

    Groups without a published number are put together. So are records in cells of intersections
    without one: those in such cells of the same intersections, and alike in everything that is in
    none of these, are one number, split up as the margins of the cells say. *Formula*: n of a cell
    = the records put together x its share w; of one intersection, w are the shares of its cells
    raked from 1 to what is left of each group; of several, the products of theirs over all cells
    that agree, as a share of their sum. Then all are raked to the published numbers of the groups.

    Parameters
    ----------
    published
        Numbers of records.
    crossings
        The characteristics of each declared intersection.
    """
    factors = [put_together(each, published) for each in cells.factors if each.name != MISSING]
    names = [factor.name for factor in factors]
    made = collapsed(replace(cells, factors=tuple(factors)), names)
    held = {tuple(each): _held(made, each, published) for each in crossings}
    held = {crossing: which for crossing, which in held.items() if which.any()}
    if not held:
        return made
    shares = [_shares(_only(made, which), crossing) for crossing, which in held.items()]
    kinds, kind = np.unique(np.stack(list(held.values())), axis=1, return_inverse=True)
    parts = (
        _split(_only(made, kind.ravel() == at), list(compress(shares, is_held)), names)
        for at, is_held in enumerate(kinds.T)
    )
    # one by one: with many intersections all parts would be too many to hold
    mixed = reduce(lambda one, two: collapsed(_joined(one, two), names), parts)
    margins = [
        Margin(after.code, before.sums(made.n))
        for before, after in zip(made.factors, mixed.factors, strict=True)
    ]
    return replace(mixed, n=mixed.n * raked(mixed.n, margins)[0])


def put_together(factor: Factor, published: Published) -> Factor:
    """Return the factor with the groups put together of which nothing is published."""
    is_told = [published.get((factor.name, group)) is not None for group in factor.groups]
    told = [group for group, is_so in zip(factor.groups, is_told, strict=True) if is_so]
    named = told if all(is_told) else [*told, TOGETHER]
    place = np.where(is_told, np.cumsum(is_told) - 1, len(told)).astype(np.int64)
    return Factor(factor.name, tuple(named), place[factor.code], int(place[factor.reference]))


def _held(cells: Cells, crossing: Sequence[str], published: Published) -> Flags:
    """Return which cells belong to one of an intersection of which no number is published."""
    factors = [cells.of(name) for name in crossing]
    groups = zip(*([each.groups[at] for at in each.code] for each in factors), strict=True)
    name = CROSS.join(crossing)
    told = [published.get((name, CROSS.join(each))) is not None for each in groups]
    return ~np.array(told, dtype=bool)


def _shares(held: Cells, crossing: Sequence[str]) -> Cells:
    """Return the cells of an intersection that are held back, with the share that margins give."""
    within = collapsed(held, crossing)
    margins = [Margin(each.code, each.sums(within.n)) for each in within.factors]
    share, _ = raked(np.ones(len(within.n)), margins)
    return replace(within, n=share / share.sum())


def _split(cells: Cells, shares: Sequence[Cells], names: Sequence[str]) -> Cells:
    """Return records that are in a cell held back of each of some intersections, split up."""
    if not shares:
        return cells
    within = reduce(_agreeing, shares)
    inside = {factor.name for factor in within.factors}
    outside = collapsed(cells, [name for name in names if name not in inside])
    made = _agreeing(outside, replace(within, n=within.n / within.n.sum()))
    return collapsed(made, names)


def _agreeing(one: Cells, two: Cells) -> Cells:
    """Return every two cells that agree in the characteristics of both; numbers are multiplied."""
    rows, columns = np.divmod(np.arange(len(one.n) * len(two.n)), len(two.n))
    both = {factor.name for factor in one.factors} & {factor.name for factor in two.factors}
    for name in both:
        agree = one.of(name).code[rows] == two.of(name).code[columns]
        rows, columns = rows[agree], columns[agree]
    factors = [replace(each, code=each.code[rows]) for each in one.factors]
    factors += [
        replace(each, code=each.code[columns]) for each in two.factors if each.name not in both
    ]
    n: Reals = one.n[rows] * two.n[columns]
    return Cells(tuple(factors), n, np.zeros(len(n)))


def _only(cells: Cells, which: Flags) -> Cells:
    factors = tuple(replace(each, code=each.code[which]) for each in cells.factors)
    return Cells(factors, cells.n[which], cells.k[which])


def _joined(one: Cells, two: Cells) -> Cells:
    factors = tuple(
        replace(left, code=np.concatenate([left.code, right.code]))
        for left, right in zip(one.factors, two.factors, strict=True)
    )
    return Cells(factors, np.concatenate([one.n, two.n]), np.concatenate([one.k, two.k]))
