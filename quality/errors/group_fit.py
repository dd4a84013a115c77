"""Record-EM once more, with u, partners and bad records by group."""

from dataclasses import dataclass, replace

import numpy as np

from linkage.model.comparisons import Comparison
from linkage.model.evidence import Block, Evidence
from linkage.model.normalise import Index, Reals, one_sided, two_sided
from linkage.model.parameters import Gammas
from quality.errors.candidacy import Drawn
from quality.errors.chance_pairs import ChancePairs, u_by_row
from quality.errors.match_class import MatchClass

_ROUNDS = 60
_TOLERANCE = 1e-4
_PRIOR_RECORDS = 2
"""A group's share of partners is drawn towards that of all by as many records."""


@dataclass(frozen=True)
class Cells:
    """Where the candidates of a block belong.

    ``group`` (P,) is the group of each; ``row`` (P,) the row of the :class:`ChancePairs`;
    ``focal_group`` (n_focal,) the group by which the share of partners differs. ``group_of_row``
    (rows,); ``alike`` (rows,) says of a row that its pairs' two sides are of the same group (1), of
    different ones (-1), or that it is not known or not asked (0).
    """

    group: Index
    row: Index
    focal_group: Index
    group_of_row: Index
    alike: Index
    n_groups: int


@dataclass(frozen=True)
class GroupFit:
    """A fit by group: ``u`` (rows, levels) per comparison, ``partnered`` (focal groups,).

    ``log2_alike`` (rows,) is the weight of the two sides' groups agreeing or not.
    """

    match: MatchClass
    u: tuple[Reals, ...]
    log2_alike: Reals
    partnered: Reals
    household: float
    rounds: int = 0


def probabilities_by_group(evidence: Evidence, block: Block, cells: Cells, fit: GroupFit) -> Reals:
    """Return the match probability of each candidate of a block, (P,), under a fit by group."""
    n = len(evidence.gammas)
    match, household = _tables(evidence, cells, fit)
    at = cells.row * n + block.pattern
    log2_match = match.ravel()[at] + block.log2_tf
    log2_household = household.ravel()[at] + block.log2_tf_household
    against = fit.household * np.exp2(np.minimum(log2_household, 60)) + 1 - fit.household
    base = np.exp2(np.clip(log2_match, -200, 200)) / against
    pi = fit.partnered[cells.focal_group]
    odds = (pi / (1 - pi))[block.focal]
    if not block.both_sides:
        return one_sided(base * odds / block.n_opposite, block.focal, block.n_focal).p
    odds = base * odds / max(block.n_opposite - float(pi.sum()), 1.0)
    return two_sided(odds, block.focal, block.opposite, block.n_focal, block.n_opposite).p


def fit_by_group(
    evidence: Evidence,
    block: Block,
    cells: Cells,
    chance: ChancePairs,
    first: GroupFit,
    lost: Drawn | None = None,
) -> GroupFit:
    """Fit by record-EM from ``first``, u of every row renewed, drawn towards that of ``first``.

    Parameters
    ----------
    chance
        Random pairs by row.
    lost
        Where given, m is of all matches, those that blocking lost too; else of the candidates.
    """
    fit = first
    for done in range(1, _ROUNDS + 1):
        p = probabilities_by_group(evidence, block, cells, fit)
        new = _maximised(evidence, block, cells, chance, replace(fit, u=first.u), p, lost)
        change = max(
            fit.match.change(new.match), float(np.abs(fit.partnered - new.partnered).max())
        )
        fit = replace(new, rounds=done)
        if change < _TOLERANCE:
            break
    return fit


def _maximised(
    evidence: Evidence,
    block: Block,
    cells: Cells,
    chance: ChancePairs,
    fit: GroupFit,
    p: Reals,
    lost: Drawn | None,
) -> GroupFit:
    """Return the fit that the probabilities make most likely; ``fit.u`` is the prior's."""
    n = len(evidence.gammas)
    at = cells.group * n + block.pattern
    expected: Reals = (
        np.bincount(at, weights=p, minlength=cells.n_groups * n)
        .astype(np.float64)
        .reshape(cells.n_groups, n)
    )
    gammas = evidence.gammas
    if lost is not None:
        gammas = np.concatenate([gammas, lost.gammas])
        missed = lost.not_found(fit.match, expected.sum(axis=1))
        expected = np.concatenate([expected, missed], axis=1)
    match = fit.match.maximised(gammas, expected)
    by_row = np.bincount(cells.row, weights=p, minlength=len(cells.alike)).astype(np.float64)
    not_chance = _not_chance(evidence, block, cells, chance, replace(fit, match=match), by_row)
    return replace(
        fit,
        match=match,
        u=u_by_row(chance, fit.u, not_chance),
        log2_alike=_alike(cells, chance, by_row),
        partnered=_partnered(block, cells, p),
    )


def _tables(evidence: Evidence, cells: Cells, fit: GroupFit) -> tuple[Reals, Reals]:
    """Return log2 likelihood ratios (rows, patterns): match, and same household, against chance.

    Where a term frequency replaces u, u is left out: the pair brings its own.
    """
    gammas, comparisons = evidence.gammas, evidence.comparisons
    against = np.zeros((len(cells.alike), len(gammas)))
    household = np.zeros_like(against)
    m = fit.match.levels()
    for k, comparison in enumerate(comparisons):
        log2_u = _log2_u(comparison, fit.u[k])[:, gammas[:, k]]
        against += log2_u
        if k in evidence.household:
            household += np.append(np.log2(m[k]), 0.0)[gammas[:, k]] - log2_u
    log2_m = fit.match.log2_m(gammas)
    log2_m = log2_m[cells.group_of_row] if len(log2_m) > 1 else log2_m
    return log2_m - against + fit.log2_alike[:, None], household + fit.log2_alike[:, None]


def _log2_u(comparison: Comparison, u: Reals) -> Reals:
    """Return log2 u by row and level, with a last column 0 that gamma -1 (missing) hits."""
    logs = np.concatenate([np.log2(u), np.zeros((len(u), 1))], axis=1)
    logs[:, list(comparison.term_frequency_levels())] = 0.0
    return logs


def _partnered(block: Block, cells: Cells, p: Reals) -> Reals:
    """Return the share of each focal group's records that have a partner."""
    n_groups = int(cells.focal_group.max(initial=0)) + 1
    records = np.bincount(cells.focal_group, minlength=n_groups)
    matched = np.bincount(cells.focal_group[block.focal], weights=p, minlength=n_groups)
    prior = _PRIOR_RECORDS * matched.sum() / max(block.n_focal, 1)
    shares: Reals = np.clip((matched + prior) / (records + _PRIOR_RECORDS), 1e-6, 0.9999)
    return shares


def _not_chance(
    evidence: Evidence,
    block: Block,
    cells: Cells,
    chance: ChancePairs,
    fit: GroupFit,
    by_row: Reals,
) -> tuple[Reals, ...]:
    """Return random pairs that are matches or of one household, (rows, levels) per comparison."""
    groups = np.bincount(cells.group_of_row, weights=chance.n_pairs, minlength=cells.n_groups)
    records = _records_of_groups(block, cells)
    pairs = block.n_pairs * records[cells.group_of_row] / max(records.sum(), 1)
    pairs = pairs * chance.n_pairs / np.maximum(groups[cells.group_of_row], 1)
    matches = chance.n_pairs * np.minimum(by_row / np.maximum(pairs, 1), 0.5)
    household = chance.n_pairs * np.minimum(fit.household * np.exp2(fit.log2_alike), 0.5)
    return tuple(
        (matches + (household if k in evidence.household else 0.0))[:, None]
        * chance.observed(k)[:, None]
        * m
        for k, m in enumerate(fit.match.levels())
    )


def _records_of_groups(block: Block, cells: Cells) -> Reals:
    """Return in what proportion the groups hold the records of the side that has them."""
    if int(cells.focal_group.max(initial=0)) > 0 or cells.n_groups == 1:
        return np.bincount(cells.focal_group, minlength=cells.n_groups).astype(np.float64)
    side = np.full(block.n_opposite, -1)
    side[block.opposite] = cells.group
    return np.bincount(side[side >= 0], minlength=cells.n_groups).astype(np.float64)


def _alike(cells: Cells, chance: ChancePairs, by_row: Reals) -> Reals:
    """Return log2 P(same or different group | match) / P(the same | chance), by row.

    One share of matches for all groups, half a match added to each side.
    """
    weights = np.zeros(len(cells.alike))
    if not cells.alike.any():
        return weights
    same, different = (float(by_row[cells.alike == kind].sum()) + 0.5 for kind in (1, -1))
    known = np.where(cells.alike != 0, chance.n_pairs, 0)
    total = np.bincount(cells.group_of_row, weights=known, minlength=cells.n_groups)
    for kind, among_matches in ((1, same), (-1, different)):
        rows = np.flatnonzero(cells.alike == kind)
        among_chance = (chance.n_pairs[rows] + 0.5) / (total[cells.group_of_row[rows]] + 1)
        weights[rows] = np.log2(among_matches / (same + different) / among_chance)
    return weights


def gammas_in_use(gammas: Gammas, pattern: Index) -> tuple[Gammas, Index]:
    """Return the patterns that candidates show, and the row of each candidate's among them."""
    used, place = np.unique(pattern, return_inverse=True)
    return gammas[used], place.astype(np.int64)
