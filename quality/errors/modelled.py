"""Error rates that no label went into: what several models say, and the range between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Index
from linkage.model.source_pairs import SourcePair
from linkage.runs.workspace import Workspace
from quality import measures
from quality.errors.chance_pairs import ChancePairs
from quality.errors.label_free import Rates, rates
from quality.errors.random_sample import chance_by_grouping
from quality.errors.record_groups import RecordGroups, everyone, record_groups
from quality.errors.run_blocks import RunBlocks, are_links, links_of, run_blocks, turned
from quality.errors.variants import Grouped, cells_of, fit_variants
from quality.estimate import Estimate, Status
from quality.grades import grade_of
from quality.groupings import all_groupings, held_by

_MODEL = (
    "comparisons are independent of each other, given whether two records match and how well they "
    "are written",
    "candidates are the pairs that some blocking rule makes: matches that blocking lost are not "
    "counted",
)
_ASSUMPTIONS: Mapping[str, tuple[str, ...]] = {
    measures.MODEL_NORMALISED: (
        "every match is written with the same care",
        "u and the share of records with a partner differ by group, m does not; both are drawn "
        "towards those of all records where a group is small",
    ),
    measures.MODEL_TWO_QUALITY: (
        "some matches, a share that differs by group, are written badly: their odds of an error "
        "are higher by one factor in every comparison",
        "given how two records agree, each blocking rule is met or not by itself",
    ),
    measures.MODEL_RANGE: (
        "a range over models, not an interval: the truth can lie outside it",
        "every model takes the share of pairs of one household as trained",
    ),
}
_MEASURED = {
    measures.PRECISION: "precision",
    measures.RECALL_IN_BLOCKS: "recall_in_blocks",
    measures.EXPECTED_MATCHES: "expected",
}


def modelled_rates(workspace: Workspace, config: Config) -> Iterator[Estimate]:
    """Yield precision, recall inside the blocks and expected matches as models have them.

    Of every pair of the focal source with another in which one side holds each person once; for
    all records and for every group of the focal source.
    """
    if config.linkage.type == "deduplicate" or not workspace.exists("record_patterns"):
        return
    run, links = run_blocks(workspace, config), links_of(workspace, config)
    for at, pair in enumerate(run.pairs):
        other = _other(pair, config.focal)
        if other is not None and run.judged.evidence.blocks[at].competing:
            yield from _of_pair(workspace, config, run, links, at, other)


def _other(pair: SourcePair, focal: str) -> str | None:
    """Return the other source of a pair that ``focal`` is one side of."""
    names = (pair.left.name, pair.right.name)
    if focal not in names or pair.within:
        return None
    return names[1] if names[0] == focal else names[0]


def _of_pair(
    workspace: Workspace, config: Config, run: RunBlocks, links: Index, at: int, other: str
) -> Iterator[Estimate]:
    pair = run.pairs[at]
    n_focal = (pair.left if pair.left.name == config.focal else pair.right).n
    own = held_by(config.focal, config.groups, all_groupings(config.groups, config.intersections))
    groups = record_groups(workspace, config.focal, own)
    chance = _chance(workspace, config, run, pair, groups)
    for each in (everyone(n_focal), *groups):
        found = _rates(run, at, config.focal, links, each, chance.get(each.characteristic or ""))
        yield from _rows(found, each, config, other)


def _chance(
    workspace: Workspace,
    config: Config,
    run: RunBlocks,
    pair: SourcePair,
    groups: Sequence[RecordGroups],
) -> dict[str, ChancePairs]:
    """Return random pairs by group, for every characteristic."""
    sides = (pair.left, pair.right)
    return chance_by_grouping(
        workspace.connection,
        run.method.comparisons,
        (workspace.view(f"records_{pair.left.name}"), workspace.view(f"records_{pair.right.name}")),
        (sides[0].first, sides[1].first),
        (sides[0].n, sides[1].n),
        {str(each.characteristic): (each.group, len(each.names)) for each in groups},
        on_left=pair.left.name == config.focal,
        seed=config.linkage.training.seed,
    )


def _rates(
    run: RunBlocks,
    at: int,
    focal: str,
    links: Index,
    groups: RecordGroups,
    chance: ChancePairs | None,
) -> dict[str, Rates]:
    """Return the rates of one characteristic, by variant of the model."""
    pair = run.pairs[at]
    learnt, judged = (each.evidence.blocks[at] for each in (run.learnt, run.judged))
    linked, known = are_links(links, judged, pair), are_links(links, learnt, pair)
    of_focal = pair.focal_source.name == focal
    if not of_focal and learnt.both_sides:  # each side may be the one whose records compete
        learnt, judged, of_focal = turned(learnt), turned(judged), True
    n_groups = len(groups.names)
    judged_by = Grouped(groups.group, n_groups, of_focal, chance=chance)
    learnt_by = judged_by
    if of_focal and run.sampled is not None:
        learnt_by = replace(judged_by, group=groups.group[run.sampled[at]])
    rules = run.learnt.rules[learnt.rows]
    fits = fit_variants(run.learnt.evidence, run.fitted, learnt, learnt_by, known, rules)
    cells = cells_of(judged, judged_by)
    return {
        method: rates(run.judged.evidence, judged, cells, fit, linked)
        for method, (_, fit) in fits.items()
    }


def _rows(
    found: Mapping[str, Rates], groups: RecordGroups, config: Config, other: str
) -> Iterator[Estimate]:
    """Yield a row a model, measure and group, and one for the range over the models."""
    for at, group in enumerate(groups.names):
        place = (config.focal, other, groups.characteristic, group)
        n_records = int(groups.n_records[at])
        for measure, name in _MEASURED.items():
            values = {m: float(getattr(each, name)[at]) for m, each in found.items()}
            if not all(np.isfinite(value) for value in values.values()):
                continue
            for method, value in values.items():
                yield _row(measure, method, place, value, n_records)
            lower, upper = min(values.values()), max(values.values())
            yield replace(
                _row(
                    measure,
                    measures.MODEL_RANGE,
                    place,
                    values[measures.MODEL_NORMALISED],
                    n_records,
                ),
                lower=lower,
                upper=upper,
                interval_covers=measures.RANGE_OVER_MODELS,
                status=_status(measure, lower, upper, config.quality.material_gap),
            )


def _status(measure: str, lower: float, upper: float, material_gap: float) -> Status:
    wide = measure != measures.EXPECTED_MATCHES and (upper - lower) / 2 > material_gap
    return "too_few_to_tell" if wide else "ok"


def _row(
    measure: str,
    method: str,
    place: tuple[str, str, str | None, str | None],
    value: float,
    n_records: int,
) -> Estimate:
    source, other, characteristic, group = place
    return Estimate(
        measure=measure,
        method=method,
        source=source,
        other=other,
        characteristic=characteristic,
        group=group,
        stage=measures.DECIDE,
        estimate=value,
        grade=grade_of(method),
        n_records=n_records,
        status="ok",
        assumptions=(*_MODEL, *_ASSUMPTIONS[method]),
    )
