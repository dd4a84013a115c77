"""Weights against truth: records of poor quality link less often, in some groups more than others.

The quality of a record moves its outcome too and is not seen; the number of missing identifiers
says a little of it. Weights that know the group put the make-up right; nothing that is seen tells
linked people of a group from the others.
"""

from typing import Any

import numpy as np

from linkage.model.normalise import Index, Reals
from quality import measures
from quality.bias.cells import Factor
from quality.correction.weights import MISSING, Weighting, weighted

REPEATS = 400
_N = 6_000
_POOR = np.array([0.05, 0.12, 0.25])
_SHARES = (0.7, 0.2, 0.1)

BY_GROUP = "weighted by group"
BY_BOTH = "weighted by group and missing identifiers"


def weights_records(repeats: int) -> list[dict[str, Any]]:
    """Return the bias of the mean of all and of the gap between two groups, by method."""
    found = [_repeat(np.random.default_rng([seed, 21])) for seed in range(repeats)]
    records = []
    for method in found[0]:
        for at, what in enumerate(("mean", "gap")):
            values = np.array([each[method][at] for each in found])
            records.append(
                {
                    "world": "poor records link less often",
                    "kind": what,
                    "method": method,
                    "repeats": repeats,
                    "bias": float(values.mean()),
                    "monte_carlo_error": float(values.std(ddof=1) / np.sqrt(repeats)),
                    "effective_share": float(np.mean([each[method][2] for each in found])),
                }
            )
    return records


def _repeat(random: np.random.Generator) -> dict[str, tuple[float, float, float]]:
    """Return errors of the mean and of the gap c - a, and the effective share of the links."""
    group = random.choice(3, _N, p=_SHARES)
    poor = random.random(_N) < _POOR[group]
    lacking = (random.random(_N) < 0.3 + 0.2 * poor).astype(np.int64)
    outcome = 10 - group - 2 * poor + random.normal(size=_N)
    linked = random.random(_N) < np.where(poor, 0.55, 0.98)
    groups = Factor("group", ("a", "b", "c"), group, 0)
    ways = {
        measures.NAIVE: (linked.astype(np.float64), None),
        BY_GROUP: _weight((groups,), linked),
        BY_BOTH: _weight((groups, Factor(MISSING, ("0", "1"), lacking, 0)), linked),
    }
    truth = _figures(np.ones(_N), group, outcome)
    found = {}
    for method, (weight, share) in ways.items():
        mean, gap = (a - b for a, b in zip(_figures(weight, group, outcome), truth, strict=True))
        found[method] = mean, gap, 1.0 if share is None else share
    return found


def _weight(factors: tuple[Factor, ...], linked: Reals) -> tuple[Reals, float]:
    shape = tuple(len(each.groups) for each in factors)
    cell = np.ravel_multi_index(tuple(each.code for each in factors), shape)
    codes = np.unravel_index(np.arange(np.prod(shape)), shape)
    of_cells = tuple(
        Factor(each.name, each.groups, code.astype(np.int64), each.reference)
        for each, code in zip(factors, codes, strict=True)
    )
    size = int(np.prod(shape))
    n = np.bincount(cell, minlength=size).astype(np.float64)
    found: Weighting = weighted(of_cells, n, np.bincount(cell, linked, minlength=size))
    everyone: Index = np.zeros(size, dtype=np.int64)
    return found.weight[cell] * linked, float(found.effective(everyone, 1)[0] / linked.sum())


def _figures(weight: Reals, group: Index, outcome: Reals) -> tuple[float, float]:
    means = np.bincount(group, weight * outcome) / np.bincount(group, weight)
    return float(weight @ outcome / weight.sum()), float(means[2] - means[0])
