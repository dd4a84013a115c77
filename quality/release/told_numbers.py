"""Numbers of records alike in several characteristics, as models may see them.

Which records are alike in what is no count that leaves, but for declared intersections; and of
these some cells are held back. Models see such cells put together, and split up again by what the
published numbers alone say of them. So nothing that is held back stands in what they see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from linkage.config.group_names import CROSS
from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.bias.cells import MISSING, Cells, Factor, collapsed
from quality.correction.raking import Margin, raked

Published = Mapping[tuple[str | None, str | None], float | None]
"""By characteristic and group, None for all: how many there are, None where that is not told."""

TOGETHER = "held back, put together"


def told_numbers(cells: Cells, published: Published, crossings: Sequence[Sequence[str]]) -> Cells:
    """Return records by their characteristics, without what is held back of how many there are.

    Groups without a published number are put together. So are the cells of an intersection without
    one, of records alike in everything else, and split up as their margins say: *formula*: n of a
    cell = the records put together x its share w, the w of all such cells raked from 1 to what is
    left of each group. Then all are raked to the published numbers of the groups.

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
    held = [_held(made, crossing, published) for crossing in crossings]
    left, parts = np.ones(len(made.n), dtype=bool), list[Cells]()
    for crossing, is_held in zip(crossings, held, strict=True):
        if (left & is_held).any():
            parts.append(_split(made, left & is_held, is_held, crossing))
            left &= ~is_held
    if not parts:
        return made
    mixed = collapsed(_joined([_only(made, left), *parts]), names)
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


def _split(cells: Cells, chosen: Flags, held: Flags, crossing: Sequence[str]) -> Cells:
    """Return the chosen cells, split up over the held-back cells of an intersection.

    ``held`` are all that belong to it, whose margins say how large each is likely to be.
    """
    inside = _only(cells, held)
    within = collapsed(inside, crossing)
    margins = [Margin(each.code, each.sums(within.n)) for each in within.factors]
    share, _ = raked(np.ones(len(within.n)), margins)
    others = [each.name for each in cells.factors if each.name not in crossing]
    outside = collapsed(_only(cells, chosen), others)
    rows, columns = np.divmod(np.arange(len(outside.n) * len(share)), len(share))
    factors = {each.name: replace(each, code=each.code[rows]) for each in outside.factors}
    factors |= {each.name: replace(each, code=each.code[columns]) for each in within.factors}
    n: Reals = outside.n[rows] * share[columns] / share.sum()
    return Cells(tuple(factors[each.name] for each in cells.factors), n, np.zeros(len(n)))


def _only(cells: Cells, which: Flags) -> Cells:
    factors = tuple(replace(each, code=each.code[which]) for each in cells.factors)
    return Cells(factors, cells.n[which], cells.k[which])


def _joined(parts: Sequence[Cells]) -> Cells:
    codes: list[Index] = [
        np.concatenate([each.factors[at].code for each in parts])
        for at in range(len(parts[0].factors))
    ]
    factors = zip(parts[0].factors, codes, strict=True)
    return Cells(
        tuple(replace(each, code=code) for each, code in factors),
        np.concatenate([each.n for each in parts]),
        np.concatenate([each.k for each in parts]),
    )
