"""Drawn linkages as completed data sets, for an analysis of each.

Draws that do not look at the outcome hold more false links than the best linkage does, so they
weaken an association more. Right for numbers and rates of links; for a regression it stands beside
the others as the worse way.
"""

from collections.abc import Iterator

import numpy as np

from linkage.model.normalise import Index
from quality.correction.variables import Variables
from quality.errors.drawn_rates import Draws

IMPUTATIONS = 20


def drawn_links(draws: Draws, links: Index, variables: Variables, n: int) -> Iterator[Index]:
    """Yield the links (L, 2) of ``n`` draws, evenly apart, the focal record first."""
    for draw in np.unique(np.linspace(1, draws.n, n).round().astype(np.int64)):
        differs = draws.draw == draw
        record, partner = draws.record[differs], draws.partner[differs]
        kept = ~np.isin(links, record).any(axis=1)
        made = np.column_stack([record, partner])[partner >= 0]
        # which side's records have one partner each is the linkage's choice
        turned = ~variables.are_focal(made[:, 0])
        made[turned] = made[turned, ::-1]
        yield np.vstack([links[kept], made])
