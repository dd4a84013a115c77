"""How many identifiers records lack, as models may see it: told numbers, and nothing finer."""

from dataclasses import replace

import numpy as np

from linkage.model.normalise import Reals
from quality.bias.cells import MISSING, Cells, Factor
from quality.release.known import Of, band_of
from quality.release.told_cells import told_chances
from quality.release.told_numbers import Published

NONE, SOME = "0", "1 or more"


def with_lacking(
    cells: Cells, exact: Cells, lacking: Published, counted: Published, threshold: int
) -> Cells:
    """Return the cells split up by whether an identifier is missing; as they are if none is told.

    *Formula*: of each cell n q lack one, q the chances of the main effects that fit the published
    numbers. Of them, as many have what is counted as the middle of a band says that is as wide as
    ``threshold`` people. The others have what is left of all.

    Parameters
    ----------
    cells
        The records as models may see them.
    exact
        The records as they are, by missing identifiers too.
    lacking, counted
        The published numbers of records that lack an identifier, and of those with what is counted.
    """
    some, whole = lacking.get((None, None)), counted.get((None, None))
    chance = told_chances(cells, lacking)
    if chance is None or some is None or whole is None:
        return cells
    share = _told_share(exact, round(some), threshold)
    if share is None:
        return cells
    n: Reals = np.concatenate([cells.n * (1 - chance), cells.n * chance])
    apart = np.repeat([0, 1], len(cells.n))
    factor = Factor(MISSING, (NONE, SOME), apart, 0)
    without, held = factor.sums(n)
    other = (whole - share * held) / without
    if not 0 < other < 1:
        return cells
    twice = (replace(each, code=np.tile(each.code, 2)) for each in cells.factors)
    return Cells((*twice, factor), n, n * np.array([other, share])[apart])


def _told_share(exact: Cells, some: int, threshold: int) -> float | None:
    """Return the share with what is counted of those that lack an identifier, as its band's middle.

    ``some`` is how many these are, as published.
    """
    factor = next((each for each in exact.factors if each.name == MISSING), None)
    if factor is None:
        return None
    is_so = np.array([group != NONE for group in factor.groups])[factor.code]
    n, k = float(exact.n[is_so].sum()), float(exact.k[is_so].sum())
    band = band_of(k / n, some, Of(some), threshold) if n else None
    return None if band is None else (band.at + 0.5) / band.of
