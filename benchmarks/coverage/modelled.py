"""What models say of a world without a label, beside the truth: the product's range over them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.coverage.linking import Linked, link
from benchmarks.coverage.pairs import Compared, Pairs, gammas, rules_met
from benchmarks.coverage.reviews import OVERALL, cells
from benchmarks.coverage.scenarios import Scenario
from benchmarks.coverage.worlds import Flags, Index, Reals
from linkage.uncertainty.gibbs import gibbs
from linkage.uncertainty.posterior import Posterior
from quality import measures
from quality.errors.capture_recapture import Uncaught, uncaught
from quality.errors.chance_pairs import ChancePairs
from quality.errors.group_fit import probabilities_by_group
from quality.errors.label_free import Rates, rates_of
from quality.errors.variants import Grouped, fit_variants

DRAWS = 100
_SAMPLED, _OPPOSITE = 100, 2_000


def modelled(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Make and link a population; return rows of measure, group, truth, range, and n."""
    linked = link(scenario.world, seed)
    drawn = gibbs(linked.compared.evidence, linked.fitted, draws=DRAWS, seed=seed)
    return {"seed": seed, "rows": [list(row) for row in _rows(linked, drawn, seed)]}


def _rows(
    linked: Linked, drawn: Posterior, seed: int
) -> Iterator[tuple[str, int, float, float, float, float]]:
    by_group, lost = _found(linked, drawn, linked.group, seed)
    everyone, lost_all = _found(linked, drawn, np.zeros_like(linked.group), seed)
    for cell in cells(linked):
        overall = cell.group == OVERALL
        found, at = (everyone, 0) if overall else (by_group, cell.group)
        loss = (lost_all if overall else lost)[at]
        right, matched = (cell.member & which for which in (linked.correct, linked.matched))
        blocked = int((matched & linked.blocked).sum())
        truth = dict(cell.truth)
        if blocked:
            truth[measures.RECALL_IN_BLOCKS] = int(right.sum()) / blocked
        precision, recall = (
            np.array([getattr(each, name)[at] for each in found])
            for name in ("precision", "recall_in_blocks")
        )
        low, high = loss.range
        ranges = {
            measures.PRECISION: (precision.min(), precision.max()),
            measures.RECALL_IN_BLOCKS: (recall.min(), recall.max()),
            measures.RECALL: (recall.min() * (1 - high), recall.max() * (1 - low)),
        }
        for measure, (lower, upper) in ranges.items():
            if measure in truth and np.isfinite([lower, upper]).all():
                n = float(found[0].n_links[at] if measure == measures.PRECISION else loss.caught)
                yield measure, cell.group, truth[measure], float(lower), float(upper), max(n, 1.0)


def _found(
    linked: Linked, drawn: Posterior, group: Index, seed: int
) -> tuple[list[Rates], list[Uncaught]]:
    """Return the rates of every variant and of drawn linkages, and what no rule caught."""
    compared = linked.compared
    evidence, block = compared.evidence, compared.block
    n_groups = int(group.max()) + 1
    rules = rules_met(compared.files, Pairs(block.focal, block.opposite))
    links = linked.partner[block.focal] == block.opposite
    grouped = Grouped(group, n_groups, chance=_chance(compared, group, n_groups, seed))
    fits = fit_variants(evidence, linked.fitted, block, grouped, links, rules)
    rates, lost = [], list[Uncaught]()
    for method, (cells_, fit) in fits.items():
        p = probabilities_by_group(evidence, block, cells_, fit)
        rates.append(rates_of(p, group[block.focal], links, n_groups))
        if method == measures.MODEL_NORMALISED:
            missing = np.minimum((evidence.gammas < 0).sum(axis=1), 2)[block.pattern]
            of = [group[block.focal] == g for g in range(n_groups)]
            lost = [uncaught(*_histories(rules[o], p[o], missing[o]), (0, 1, 2)) for o in of]
    return [*rates, _drawn(drawn, group[block.focal], links, n_groups)], lost


def _histories(rules: Index, p: Reals, missing: Index) -> tuple[Index, Reals, Index]:
    """Return each mask of rules and stratum that occurs, and the expected matches there."""
    kinds, place = np.unique(rules * 3 + missing, return_inverse=True)
    return kinds // 3, np.bincount(place, p), kinds % 3


def _drawn(drawn: Posterior, group: Index, links: Flags, n_groups: int) -> Rates:
    """Return the mean rates over drawn linkages (fabl); ``group`` is of the candidates."""
    held = []
    for draw in range(drawn.n):
        p = np.zeros(len(links))
        p[drawn.rows(draw)] = 1.0
        held.append(rates_of(p, group, links, n_groups))
    mean = {
        name: np.mean([getattr(each, name) for each in held], axis=0)
        for name in ("precision", "recall_in_blocks", "expected")
    }
    return Rates(**mean, n_links=held[0].n_links, rounds=0)


def _chance(compared: Compared, group: Index, n_groups: int, seed: int) -> ChancePairs:
    """Return the levels of random pairs of each group, as the product samples them."""
    rng = np.random.default_rng(seed)
    n = compared.files.opposite.n
    others = rng.permutation(n)[:_OPPOSITE]
    counts = [np.zeros((n_groups, len(c.scored))) for c in compared.evidence.comparisons]
    records = np.zeros(n_groups)
    for g in range(n_groups):
        own = rng.permutation(np.flatnonzero(group == g))[:_SAMPLED]
        pairs = Pairs(np.repeat(own, len(others)), np.tile(others, len(own)))
        levels = gammas(compared.files, pairs)
        records[g] = len(own)
        for k, count in enumerate(counts):
            seen = levels[:, k][levels[:, k] >= 0]
            count[g] = np.bincount(seen, minlength=count.shape[1])
    return ChancePairs(tuple(counts), records * len(others), records)
