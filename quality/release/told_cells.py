"""Cells of records as models may see them before their figures leave: told sums, and nothing finer.

A model of main effects asks of the counts of linked records nothing but their sums by group. These
are the published ones; groups whose count is held back are put together, and of them the model sees
what is left of all. So no figure of it rests on a count that a reader has not.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from linkage.model.normalise import Index, Reals
from quality.bias.being_linked import told_apart
from quality.bias.cells import MISSING, Cells, Factor, collapsed
from quality.bias.logistic import fit_to_sums
from quality.bias.main_effects import MainEffects

Published = Mapping[tuple[str | None, str | None], float | None]
"""By characteristic and group, None for all: how many have what is counted, None where not told."""

TOGETHER = "held back, put together"


def told_cells(cells: Cells, published: Published, threshold: int) -> Cells | None:
    """Return the cells with counts that give the published sums; None where that of all is not.

    *Formula*: ``k`` = n p, p the chances of the main effects that fit the published sums. What all
    groups of a characteristic miss of the sum of all by rounding is shared out by their size.
    Numbers of missing identifiers, of which nothing is published, are put together until those with
    what is counted and those without are as many as ``threshold`` in each.
    """
    whole = published.get((None, None))
    if whole is None or not 0 < whole < cells.n.sum():
        return None
    factors = [_told(factor, cells, published, threshold) for factor in cells.factors]
    made = collapsed(replace(cells, factors=tuple(factors)), [factor.name for factor in factors])
    apart = told_apart(made.factors)
    sums = [np.array([whole]), *(_sums(factor, made, published, whole) for factor in apart)]
    design = MainEffects(apart)
    if not apart:
        return replace(made, k=made.n * (whole / made.n.sum()))
    fitted = fit_to_sums(design, np.concatenate(sums)[design.kept], made.n, firth=False)
    return replace(made, k=made.n * fitted.chance)


def _told(factor: Factor, cells: Cells, published: Published, threshold: int) -> Factor:
    """Return the factor with groups put together that have no published count, or few people."""
    if factor.name == MISSING:
        place = _levels(factor.sums(cells.k), factor.sums(cells.n - cells.k), threshold)
        named = [factor.groups[int(np.argmax(place == at))] for at in range(int(place.max()) + 1)]
    else:
        is_told = [published.get((factor.name, group)) is not None for group in factor.groups]
        told = [group for group, is_so in zip(factor.groups, is_told, strict=True) if is_so]
        named = told if all(is_told) else [*told, TOGETHER]
        place = np.where(is_told, np.cumsum(is_told) - 1, len(told)).astype(np.int64)
    return Factor(factor.name, tuple(named), place[factor.code], int(place[factor.reference]))


def _levels(k: Reals, rest: Reals, threshold: int) -> Index:
    """Return the place of each level: as many as it takes stand together, those left with the last.

    ``k`` and ``rest`` (levels,) are those with what is counted, and those without.
    """
    place, at, held = np.zeros(len(k), dtype=np.int64), 0, np.zeros(2)
    for level, pair in enumerate(np.stack([k, rest], axis=1)):
        place[level] = at
        held += pair
        if held.min() >= threshold:
            at, held = at + 1, np.zeros(2)
    levels: Index = np.minimum(place, max(at - 1, 0))
    return levels


def _sums(factor: Factor, cells: Cells, published: Published, whole: float) -> Reals:
    """Return the sum of each group, (groups,): published, or what is left of the whole."""
    n = factor.sums(cells.n)
    if factor.name == MISSING:
        levels: Reals = np.clip(factor.sums(cells.k) * whole / cells.k.sum(), 0.0, n)
        return levels
    named = [published.get((factor.name, group)) for group in factor.groups]
    k: Reals = np.array([0.0 if each is None else each for each in named])
    without = np.array([each is None for each in named])
    left = whole - k.sum()
    if without.any():
        k[without] = min(max(left, 0.0), float(n[without].sum()))
        left = whole - k.sum()
    shared: Reals = np.clip(k + left * n / n.sum(), 0.0, n)
    return shared
