"""Cells of records as models may see them before their figures leave: told sums, and nothing finer.

A model of main effects asks of the counts of linked records nothing but their sums by group. These
are the published ones; groups whose count is held back are put together, and of them the model sees
what is left of all. So no figure of it rests on a count that a reader has not.
"""

import numpy as np

from linkage.model.normalise import Reals
from quality.bias.being_linked import told_apart
from quality.bias.cells import MISSING, Cells, Factor, collapsed
from quality.bias.logistic import fit_to_sums
from quality.bias.main_effects import MainEffects
from quality.release.told_numbers import Published, put_together


def told_cells(cells: Cells, published: Published) -> Cells | None:
    """Return the cells with counts that give the published sums; None where that of all is not.

    *Formula*: ``k`` = n p, see :func:`told_chances`.

    Parameters
    ----------
    cells
        The records as models may see them; where there is a factor of missing identifiers, ``k``
        are the sums that are told by it.
    """
    chance = told_chances(cells, published)
    if chance is None:
        return None
    factors = _together(cells, published)
    made = Cells(factors, cells.n, cells.n * chance)
    return collapsed(made, [factor.name for factor in factors])


def told_chances(cells: Cells, published: Published) -> Reals | None:
    """Return the chances (cells,) of the main effects that fit the published sums.

    What all groups of a characteristic miss of the sum of all by rounding is shared out by their
    size. None where the sum of all is not published, or is none or all of the records.
    """
    whole = published.get((None, None))
    if whole is None or not 0 < whole < cells.n.sum():
        return None
    apart = told_apart(_together(cells, published))
    if not apart:
        return np.full(len(cells.n), whole / cells.n.sum())
    sums = [np.array([whole]), *(_sums(factor, cells, published, whole) for factor in apart)]
    design = MainEffects(apart)
    return fit_to_sums(design, np.concatenate(sums)[design.kept], cells.n, firth=False).chance


def _together(cells: Cells, published: Published) -> tuple[Factor, ...]:
    return tuple(
        factor if factor.name == MISSING else put_together(factor, published)
        for factor in cells.factors
    )


def _sums(factor: Factor, cells: Cells, published: Published, whole: float) -> Reals:
    """Return the sum of each group, (groups,): published, or what is left of the whole."""
    n = factor.sums(cells.n)
    if factor.name == MISSING:
        return factor.sums(cells.k)
    named = [published.get((factor.name, group)) for group in factor.groups]
    k: Reals = np.array([0.0 if each is None else each for each in named])
    without = np.array([each is None for each in named])
    left = whole - k.sum()
    if without.any():
        k[without] = min(max(left, 0.0), float(n[without].sum()))
        left = whole - k.sum()
    shared: Reals = np.clip(k + left * n / n.sum(), 0.0, n)
    return shared
