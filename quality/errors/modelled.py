"""Error rates that no label went into: what several models say, and the range between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals
from linkage.model.source_pairs import SourcePair
from linkage.runs.workspace import Workspace
from quality import measures
from quality.errors.capture_recapture import Uncaught, uncaught
from quality.errors.chance_pairs import ChancePairs
from quality.errors.drawn_rates import DrawnRates, Draws, drawn_rates, read_draws
from quality.errors.group_fit import probabilities_by_group
from quality.errors.label_free import Rates, rates_of
from quality.errors.modelled_rows import Place, rows_of_group
from quality.errors.random_sample import chance_by_grouping
from quality.errors.record_groups import RecordGroups, everyone, record_groups
from quality.errors.rule_overlap import least_shared, shared_fields
from quality.errors.run_blocks import (
    Candidates,
    RunBlocks,
    are_links,
    links_of,
    of_pair,
    run_blocks,
    turned,
)
from quality.errors.variants import Grouped, cells_of, fit_variants
from quality.estimate import Estimate
from quality.groupings import all_groupings, held_by

_MOST_MISSING = 2
"""Matches with as many missing comparisons, or more, are one stratum of capture-recapture."""


@dataclass(frozen=True)
class _Task:
    """One pair of sources of a run: what is asked of it for every characteristic."""

    run: RunBlocks
    at: int
    source: str
    links: Index
    """(L, 2) record numbers."""
    draws: Draws | None

    @property
    def pair(self) -> SourcePair:
        return self.run.pairs[self.at]

    @property
    def other(self) -> str:
        names = (self.pair.left.name, self.pair.right.name)
        return names[1] if names[0] == self.source else names[0]


@dataclass(frozen=True)
class _Found:
    """What models say of the groups of one characteristic."""

    rates: dict[str, Rates]
    uncaught: list[Uncaught]
    drawn: DrawnRates | None


def modelled_rates(workspace: Workspace, config: Config) -> Iterator[Estimate]:
    """Yield precision, recall, blocking loss and expected matches as models have them.

    Of every pair of the focal source with another in which one side holds each person once; for
    all records and for every group of the focal source. Nothing where the run left no candidates
    to learn from.
    """
    if config.linkage.type == "deduplicate" or not workspace.exists("record_patterns"):
        return
    run, links = run_blocks(workspace, config), links_of(workspace, config)
    draws = read_draws(workspace)
    for at, pair in enumerate(run.pairs):
        names = {pair.left.name, pair.right.name}
        if config.focal in names and run.judged.evidence.blocks[at].competing:
            task = _Task(run, at, config.focal, of_pair(links, pair), draws)
            yield from _of_pair(workspace, config, task)


def _of_pair(workspace: Workspace, config: Config, task: _Task) -> Iterator[Estimate]:
    pair = task.pair
    n_records = (pair.left if pair.left.name == task.source else pair.right).n
    own = held_by(task.source, config.groups, all_groupings(config.groups, config.intersections))
    groups = record_groups(workspace, task.source, own)
    chance = _chance(workspace, config, task, groups)
    overlap = shared_fields(task.run.method.rules)
    for each in (everyone(n_records), *groups):
        found = _found(task, each, chance.get(each.characteristic or ""))
        for at, group in enumerate(each.names):
            place = Place(task.source, task.other, each.characteristic, group, each.n_records[at])
            values = {
                method: {
                    measures.PRECISION: rates.precision[at],
                    measures.RECALL_IN_BLOCKS: rates.recall_in_blocks[at],
                    measures.EXPECTED_MATCHES: rates.expected[at],
                }
                for method, rates in found.rates.items()
            }
            drawn = None if found.drawn is None else found.drawn.of_group(at)
            yield from rows_of_group(
                place, values, drawn, found.uncaught[at], overlap, config.quality
            )


def _chance(
    workspace: Workspace, config: Config, task: _Task, groups: list[RecordGroups]
) -> dict[str, ChancePairs]:
    """Return random pairs by group, for every characteristic."""
    left, right = task.pair.left, task.pair.right
    return chance_by_grouping(
        workspace.connection,
        task.run.method.comparisons,
        (workspace.view(f"records_{left.name}"), workspace.view(f"records_{right.name}")),
        (left.first, right.first),
        (left.n, right.n),
        {str(each.characteristic): (each.group, len(each.names)) for each in groups},
        on_left=left.name == task.source,
        seed=config.linkage.training.seed,
    )


def _found(task: _Task, groups: RecordGroups, chance: ChancePairs | None) -> _Found:
    """Fit the variants by group and add up what they say of the run's candidates."""
    run, pair, at = task.run, task.pair, task.at
    learnt, judged = (each.evidence.blocks[at] for each in (run.learnt, run.judged))
    linked = are_links(task.links, judged, pair)
    # a sample's records have other places; its links are likely enough to be kept in any case
    known = linked if run.sampled is None else np.zeros(len(learnt.rows), dtype=bool)
    of_focal = pair.focal_source.name == task.source
    if not of_focal and learnt.both_sides:  # either side may be the one whose records compete
        learnt, judged, of_focal = turned(learnt), turned(judged), True
    n_groups = len(groups.names)
    judged_by = Grouped(groups.group, n_groups, of_focal, chance=chance)
    learnt_by = judged_by
    if of_focal and run.sampled is not None:
        learnt_by = replace(judged_by, group=groups.group[run.sampled[at]])
    rules = run.learnt.rules[learnt.rows]
    fits = fit_variants(run.learnt.evidence, run.fitted, learnt, learnt_by, known, rules)
    cells = cells_of(judged, judged_by)
    rates, lost = {}, []
    for method, (_, fit) in fits.items():
        p = probabilities_by_group(run.judged.evidence, judged, cells, fit)
        rates[method] = rates_of(p, cells.group, linked, n_groups, fit.rounds)
        if method == measures.MODEL_NORMALISED:
            lost = _uncaught(run, run.judged, judged.rows, judged.pattern, p, cells.group, n_groups)
    drawn = None
    if task.draws is not None:
        drawn = drawn_rates(task.draws, task.links, pair, groups, task.source)
    return _Found(rates, lost, drawn)


def _uncaught(
    run: RunBlocks,
    candidates: Candidates,
    rows: Index,
    pattern: Index,
    p: Reals,
    group: Index,
    n_groups: int,
) -> list[Uncaught]:
    """Return what no rule caught of each group, from the rules that the others met."""
    gammas, rules = candidates.evidence.gammas, run.method.rules
    missing = np.minimum((gammas < 0).sum(axis=1), _MOST_MISSING)[pattern]
    mask = candidates.rules[rows]
    met = mask * (_MOST_MISSING + 1) + missing
    seen = np.unique(met)  # few: they are found again faster than candidates are put in order
    key = np.searchsorted(seen, met) * n_groups + group
    kinds = np.flatnonzero(np.bincount(key))
    weight = np.bincount(key, weights=p).astype(np.float64)[kinds]
    of, rest = kinds % n_groups, seen[kinds // n_groups]
    history, stratum = rest // (_MOST_MISSING + 1), rest % (_MOST_MISSING + 1)
    caught = np.array([weight[(history >> r & 1) > 0].sum() for r in range(len(rules))])
    chosen = least_shared(rules, caught)
    return [
        uncaught(history[of == g], weight[of == g], stratum[of == g], chosen)
        for g in range(n_groups)
    ]
