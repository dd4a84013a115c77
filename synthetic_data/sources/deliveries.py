"""A source that arrives in parts: which part each record is in, and whose mistakes drift."""

import numpy as np

from synthetic_data.arrays import Codes, Floats
from synthetic_data.sources.draws import Draws
from synthetic_data.sources.groups import Groups
from synthetic_data.spec.schema import Deliveries


def deliver(deliveries: Deliveries | None, n: int, draws: Draws, which: str) -> Codes | None:
    """Return the number of the delivery of each of ``n`` records, from 1; None if all is one.

    ``which`` of the records they are keeps their random numbers apart from those of others.
    """
    if deliveries is None:
        return None
    drawn = draws.of(f"deliveries of {which} records").integers(1, deliveries.number + 1, n)
    return drawn.astype(np.int8)


def drifts(deliveries: Deliveries | None, delivery: Codes | None, groups: Groups) -> Floats | None:
    """Return what the chance of every mistake is multiplied by in each record; None is 1."""
    if deliveries is None or delivery is None:
        return None
    return np.where(delivery >= deliveries.drift_from, groups.times(deliveries.drift), 1.0)
