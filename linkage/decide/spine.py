"""The linkage spine: one entity for every record, named by nothing about anyone."""

import uuid

import numpy as np

from linkage.model.normalise import Index


def entity_names(group: Index, seed: int) -> list[str]:
    """Return an identifier per record, equal where ``group`` is.

    The identifiers are random and say nothing of the records; drawn in the order of each group's
    first record from the run's seed, they are the same when the run is repeated.
    """
    _, first, member = np.unique(group, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    drawn = np.random.default_rng([seed, 0x5F1E]).bytes(16 * len(first))
    names = [
        str(uuid.UUID(bytes=drawn[16 * i : 16 * i + 16], version=4)) for i in range(len(first))
    ]
    return [names[i] for i in order[member]]
