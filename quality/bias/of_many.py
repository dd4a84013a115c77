"""Draws of a review's rates as those of many records of the same kind: what gaps are formed of."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from linkage.model.normalise import Reals
from quality import measures
from quality.drawn import Drawn, Place

Cells = Mapping[tuple[str | None, str | None], int]
"""How many focal records each cell holds, by characteristic and group."""


def of_many(drawn: Drawn, records: Cells, seed: int) -> Drawn:
    """Return the draws with the chance of the records themselves in them; truth has it already.

    A review tells of the records of one run. A gap between groups is asked of more than these: two
    groups that link alike still differ by chance in any one run, and in a small group that was
    reviewed whole nothing else is left. As link rates are taken for a sample of those that the same
    sources could have held, so are these.

    *Formula*: each draw p of a rate over m records becomes one of Beta(m p + 1/2, m (1 - p) + 1/2).
    """
    if drawn.method != measures.REVIEW:
        return drawn
    random = np.random.default_rng(seed)
    total = records[None, None]
    outside = {place: total - n for place, n in records.items()}
    rest = None if drawn.rest is None else _widened(drawn.rest, outside, random)
    return replace(_widened(drawn, records, random), rest=rest)


def _widened(drawn: Drawn, records: Cells, random: np.random.Generator) -> Drawn:
    values = {}
    for place, rate in drawn.values.items():
        n_records = records.get((place[2], place[3]))
        if n_records is None:  # a group of which nothing was reviewed has no gap to form
            continue
        among = _among(drawn, place, n_records)
        values[place] = random.beta(among * rate + 0.5, among * (1 - rate) + 0.5)
    return replace(drawn, values=values)


def _among(drawn: Drawn, place: Place, n_records: int) -> Reals:
    """Return how many records each draw of a rate is a share of, (draws,) or one for all.

    Where unlinked records were not reviewed, no number of matches is known, and only precision is
    drawn: links are then taken to be all records.
    """
    measure, *cell = place
    covered = drawn.of(measures.COVERAGE, *cell)
    if measure == measures.COVERAGE or covered is None:
        return np.array(float(n_records))
    matches: Reals = covered * n_records
    if measure != measures.PRECISION:
        return matches
    recall = drawn.of(measures.RECALL, *cell)
    precision = drawn.of(measures.PRECISION, *cell)
    if recall is None or precision is None:
        return np.array(float(n_records))
    links: Reals = np.minimum(matches * recall / np.maximum(precision, 1e-9), n_records)
    return links
