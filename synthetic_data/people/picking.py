"""Draws of codes, one a person, from a table of distributions."""

import numpy as np

from synthetic_data.arrays import Floats, Whole


def pick(chances: Floats, rows: tuple[Whole, ...], drawn: Floats) -> Whole:
    """Return a position on the last axis of ``chances`` for each person.

    Parameters
    ----------
    chances
        Distributions over the last axis.
    rows
        Which distribution is whose: an array of positions for each axis but the last.
    drawn
        Numbers from 0 to below 1, one a person. Who has the same number and the same
        distribution has the same code.
    """
    edges = np.cumsum(chances, axis=-1)
    edges /= edges[..., -1:]
    found = np.zeros(len(drawn), dtype=np.int64)
    for each in np.moveaxis(edges, -1, 0)[:-1]:  # a code at a time: no table a person wide
        found += drawn >= each[rows]
    return found
