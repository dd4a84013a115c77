"""The models whose range stands in place of an interval: each fitted by group, without a label."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from linkage.model.evidence import Block, Evidence
from linkage.model.normalise import Index, Reals
from linkage.model.training import Fitted
from quality import measures
from quality.errors.candidacy import Drawn, drawn, met_chances
from quality.errors.chance_pairs import ChancePairs
from quality.errors.group_fit import (
    Cells,
    GroupFit,
    fit_by_group,
    gammas_in_use,
    probabilities_by_group,
)
from quality.errors.match_class import OneQuality, TwoQualities, two_qualities

Flags = npt.NDArray[np.bool_]

_HARDLY = 1e-6
"""Candidates of a lower probability are left out of the fits; their sum is too small to matter."""


@dataclass(frozen=True)
class Grouped:
    """Groups of the records of one side of a block: ``group`` (records,), below ``n_groups``.

    ``opposite`` (records of the other side,), where that side says its own group too, with -1 where
    it does not know. ``chance``: random pairs by group, and ``chance_of_both`` by (group, both
    sides alike, different, not known): rows 3 g, 3 g + 1, 3 g + 2. Without them u is of all pairs.
    """

    group: Index
    n_groups: int
    of_focal: bool = True
    opposite: Index | None = None
    chance: ChancePairs | None = None
    chance_of_both: ChancePairs | None = None


def fit_variants(
    evidence: Evidence,
    fitted: Fitted,
    block: Block,
    groups: Grouped,
    links: Flags,
    rules: Index | None = None,
) -> dict[str, tuple[Cells, GroupFit]]:
    """Return the fits of :func:`label_free`, by method, each with the block's cells."""
    if not block.competing:
        raise ValueError("the opposite side holds people more than once: nothing adds up")
    full = cells_of(block, groups)
    first = _first(fitted, block, full)
    p = probabilities_by_group(evidence, block, full, first)
    kept = np.flatnonzero((p > _HARDLY) | links)
    small, thin = _thinned(evidence, block, kept)
    cells = cells_of(small, groups)
    chance = groups.chance or _pooled_chance(evidence, groups.n_groups)
    plain = fit_by_group(thin, small, cells, chance, first)
    lost = None if rules is None else _lost(thin, small, chance, plain, rules[kept], p[kept])
    start = replace(plain, match=two_qualities(plain.match.levels(), groups.n_groups))
    start = replace(start, u=first.u)
    two = fit_by_group(thin, small, cells, chance, start, lost)
    made = {measures.MODEL_NORMALISED: (full, plain), measures.MODEL_TWO_QUALITY: (full, two)}
    if groups.opposite is not None and groups.chance_of_both is not None:
        both = fit_by_group(
            thin,
            small,
            cells_of(small, groups, both=True),
            groups.chance_of_both,
            _start_of_both(two, groups),
            lost,
        )
        made[measures.MODEL_TWO_QUALITY_BOTH] = (cells_of(block, groups, both=True), both)
    return made


def cells_of(block: Block, groups: Grouped, both: bool = False) -> Cells:
    """Return where a block's candidates belong; by the groups of ``both`` sides where asked."""
    side = block.focal if groups.of_focal else block.opposite
    group = groups.group[side].astype(np.int64)
    focal_group = groups.group if groups.of_focal else np.zeros(block.n_focal, dtype=np.int64)
    rows = np.arange(groups.n_groups)
    if not both or groups.opposite is None:
        nothing = np.zeros(groups.n_groups, dtype=np.int64)
        return Cells(group, group, focal_group, rows, nothing, groups.n_groups)
    other = groups.opposite[block.opposite if groups.of_focal else block.focal]
    kind = np.where(other < 0, 2, np.where(other == group, 0, 1))
    alike = np.tile(np.array([1, -1, 0]), groups.n_groups)
    row = 3 * group + kind
    return Cells(group, row, focal_group, np.repeat(rows, 3), alike, groups.n_groups)


def _first(fitted: Fitted, block: Block, cells: Cells) -> GroupFit:
    """Return the model as it was trained, the same for every group: where the fits start."""
    shares = fitted.shares[block.name]
    partnered = min(max(shares.matched * block.n_pairs / block.n_focal, 1e-6), 0.9999)
    return GroupFit(
        OneQuality(fitted.parameters.m),
        tuple(np.repeat(u[None], len(cells.alike), axis=0) for u in fitted.parameters.u),
        np.zeros(len(cells.alike)),
        np.full(int(cells.focal_group.max(initial=0)) + 1, partnered),
        shares.household,
    )


def _thinned(evidence: Evidence, block: Block, kept: Index) -> tuple[Block, Evidence]:
    """Return some candidates of a block, and the evidence with the patterns that they show."""
    gammas, pattern = gammas_in_use(evidence.gammas, block.pattern[kept])
    small = replace(
        block,
        **{
            name: getattr(block, name)[kept]
            for name in ("rows", "focal", "opposite", "log2_tf", "log2_tf_household")
        },
        pattern=pattern,
    )
    return small, replace(evidence, gammas=gammas, blocks=(small,))


def _pooled_chance(evidence: Evidence, n_groups: int) -> ChancePairs:
    """Return the random pairs of all as those of every group."""
    counts = [evidence.random.levels(k, len(c.scored)) for k, c in enumerate(evidence.comparisons)]
    n = float(evidence.random.n.sum())
    return ChancePairs(
        tuple(np.repeat(each[None], n_groups, axis=0) for each in counts),
        np.full(n_groups, n),
        np.full(n_groups, n),
    )


def _lost(
    evidence: Evidence, block: Block, chance: ChancePairs, fit: GroupFit, rules: Index, p: Reals
) -> Drawn:
    """Return patterns that matches could show, with the chance that blocking finds each."""
    n_levels = [len(comparison.scored) for comparison in evidence.comparisons]
    chances = met_chances(evidence.gammas, block.pattern, rules, p, n_levels)
    observed = np.stack([chance.observed(k) for k in range(len(chance.counts))], axis=1)
    start = two_qualities(fit.match.levels(), 1)
    wide = TwoQualities(np.maximum(start.error, 0.01), start.split, 2.5, start.bad)
    return drawn(wide, np.clip(observed, 0.001, 1), chances)


def _start_of_both(fit: GroupFit, groups: Grouped) -> GroupFit:
    """Return where the fit by both sides starts: u of all pairs of each kind of row."""
    chance = groups.chance_of_both
    if chance is None:
        raise ValueError("random pairs by the groups of both sides are needed")
    u = []
    for counts in chance.counts:
        by_kind = counts.reshape(groups.n_groups, 3, -1).sum(axis=0) + 0.5
        u.append(np.tile(by_kind / by_kind.sum(axis=1, keepdims=True), (groups.n_groups, 1)))
    return replace(fit, u=tuple(u), log2_alike=np.zeros(3 * groups.n_groups))
