from dataclasses import replace

import numpy as np
import pytest

from benchmarks.recovery.world import world
from linkage.model.training import train
from linkage.uncertainty.contest import Contest


@pytest.fixture(scope="session")
def trained():
    """Return a function that draws a small world and trains on it: its evidence and the model."""
    made = {}

    def of(mode):
        if mode not in made:
            drawn = world(3, mode, 0.0002, n_focal=1500, n_opposite=2000)
            made[mode] = drawn.evidence, train(drawn.evidence)
        return made[mode]

    return of


@pytest.fixture
def shuffled():
    """Return a function that gives evidence with its candidates in another order."""

    def of(evidence):
        (block,) = evidence.blocks
        order = np.random.default_rng(4).permutation(len(block.focal))
        names = ("focal", "opposite", "pattern", "log2_tf", "log2_tf_household")
        moved = replace(block, **{name: getattr(block, name)[order] for name in names})
        return replace(evidence, blocks=(moved,)), order

    return of


@pytest.fixture
def contest_among():
    """Return a function that makes a contest of candidates (place of record, opposite)."""

    def of(place, opposite, p=None):
        place, opposite = np.asarray(place), np.asarray(opposite)
        n = int(place.max()) + 1
        p = np.full(len(place), 0.5) if p is None else p
        total = np.bincount(place, weights=p, minlength=n)
        return Contest(
            record=np.arange(n),
            first=np.searchsorted(place, np.arange(n)),
            place=place,
            row=np.arange(len(place)),
            opposite=opposite,
            pattern=np.zeros(len(place), dtype=np.int64),
            frequency=np.ones(len(place)),
            household_frequency=np.ones(len(place)),
            p=p,
            unmatched=np.maximum(1 - total, 0.05),
            settled=np.zeros(0, dtype=np.int64),
        )

    return of
