"""Match probabilities anew: of fewer candidates, or with m by group."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from linkage.model.evidence import Block, Evidence
from linkage.model.normalise import Index, Reals
from linkage.model.training import probabilities
from linkage.uncertainty.drawing import evidence_of_candidates
from quality.bias.m_by_group import shrunken_m
from quality.errors.record_groups import RecordGroups
from quality.what_if.kept import Kept

_ROUNDS = 20
_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Reweighted:
    """Match probabilities ``p`` of some candidates, and how alike the groups' m came out.

    ``kappa`` has a value for each comparison; it is None where m is the same for all.
    """

    p: Reals
    kappa: tuple[float, ...] | None = None


def renormalised(kept: Kept, rows: Index) -> Reals:
    """Return the probabilities of the candidates ``rows`` when only they compete for records."""
    evidence, block = _evidence(kept, kept.table.take(pa.array(rows)))
    return probabilities(evidence, kept.fitted, block).p


def with_m_by_group(kept: Kept, rows: Index, groups: RecordGroups) -> Reweighted:
    """Return the probabilities of the candidates ``rows`` with m by group, shrunken.

    Each round: m by group from the probabilities (:func:`quality.bias.m_by_group.shrunken_m`), then
    the probabilities from these, until none moves by a thousandth. u, the prior and the share of
    households stay as trained.
    """
    evidence, block = _evidence(kept, kept.table.take(pa.array(rows)))
    focal = kept.records()[0][rows]
    cell = groups.group[focal] * len(kept.gammas) + block.pattern
    p = probabilities(evidence, kept.fitted, block).p
    kappa: tuple[float, ...] = ()
    for _ in range(_ROUNDS):
        ratio, shared, kappa = _ratios(kept, groups, cell, p)
        moved = replace(
            block,
            log2_tf=block.log2_tf + ratio[cell],
            log2_tf_household=block.log2_tf_household + shared[cell],
        )
        new = probabilities(evidence, kept.fitted, moved).p
        change, p = float(np.abs(new - p).max(initial=0.0)), new
        if change < _TOLERANCE:
            break
    return Reweighted(p, kappa)


def _evidence(kept: Kept, table: pa.Table) -> tuple[Evidence, Block]:
    evidence = evidence_of_candidates(table, kept.gammas, kept.method, [kept.pair], kept.fitted)
    (block,) = evidence.blocks
    return evidence, block


def _ratios(
    kept: Kept, groups: RecordGroups, cell: Index, p: Reals
) -> tuple[Reals, Reals, tuple[float, ...]]:
    """Return log2 of a group's m over everyone's, by group and pattern: (groups * patterns,).

    Of all comparisons, then of those alone that a household shares; and kappa by comparison.
    """
    n_patterns = len(kept.gammas)
    summed = np.bincount(cell, weights=p, minlength=len(groups.names) * n_patterns)
    counts: Reals = summed.astype(np.float64).reshape(len(groups.names), n_patterns)
    every, shared = np.zeros_like(counts), np.zeros_like(counts)
    kappa = []
    for k, comparison in enumerate(kept.method.comparisons):
        gamma, n = kept.gammas[:, k], len(comparison.scored)
        levels = np.stack([counts[:, gamma == level].sum(axis=1) for level in range(n)], axis=1)
        made = shrunken_m(levels)
        ratio = np.log2(made.m / kept.fitted.parameters.m[k])
        each = np.append(ratio, np.zeros((len(ratio), 1)), axis=1)[:, gamma]
        every += each
        if comparison.family or comparison.place:
            shared += each
        kappa.append(made.kappa)
    return every.ravel(), shared.ravel(), tuple(kappa)
