"""How far sources agree on people's characteristics, and the results of each rule, as estimates."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal
from linkage.tables import CHOSEN_GROUPS, GROUP_AGREEMENT
from quality import measures
from quality.disagreement.matrix import Matrix, matrices, matrix_table
from quality.disagreement.rule_rows import rule_rows
from quality.disagreement.rules import choose
from quality.disagreement.words import Compared, held_by_several
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.holders import holders
from quality.links_made import decided_by_links
from quality.proportion import Interval, wilson
from quality.review.agreement import cohen_kappa
from quality.share import status_of

_BOTH_KNOW = (
    "of the linked records whose group both sources know; of records without a link nothing is "
    "known"
)
_FALSE_LINKS = "a false link sets two people side by side, so that sources disagree which need not"
_SURE = (
    "of links with a p_link of 0.99 at least, among which there are few false ones; people who are "
    "hard to link are fewer there"
)
_REMOVED = (
    "the two people of a false link agree as often as two records picked at random do; false links "
    "in one household or area agree more often, and then this is too high"
)


def disagreement_rows(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Write ``group_agreement`` and ``chosen_groups``, and yield what they come to.

    For each characteristic that another source holds too: agreement and kappa towards every other
    holder, of all links and of sure ones, and where precision was measured with false links taken
    out; then what each rule makes of it. Nothing where no characteristic has several holders.
    """
    found = list(matrices(workspace, config))
    workspace.write(GROUP_AGREEMENT.name, matrix_table(found, config.quality.level))
    of_focal = [
        name
        for name, group in held_by_several(config).items()
        if config.focal in {each.source for each in holders(group)}
    ]
    chosen = {name: choose(workspace, config, name) for name in of_focal}
    _write_chosen(workspace, config, chosen)
    given = drawn if decided_by_links(config) else Drawn()
    for pair, every, sure in found:
        if pair.source == config.focal:
            yield from _agreement(config, pair, every, sure, given)
    for name, table in chosen.items():
        yield from rule_rows(workspace, config, name, table)


def _write_chosen(workspace: Workspace, config: Config, chosen: Mapping[str, str]) -> None:
    """Write the focal records whose group is another under the configured rule than their own."""
    schema = pa.schema(CHOSEN_GROUPS.columns.items())
    tables = [schema.empty_table()]
    for name, table in chosen.items():
        rule = identifier(config.groups[name].rule)
        found = workspace.connection.sql(
            f"SELECT {literal(config.focal)} AS source, record_id, "  # noqa: S608 - quoted
            f'{literal(name)} AS characteristic, own_group AS "group", {rule} AS chosen '
            f"FROM {table} WHERE {rule} IS DISTINCT FROM own_group ORDER BY record_id"
        )
        tables.append(found.to_arrow_table().cast(schema))
    workspace.write(CHOSEN_GROUPS.name, pa.concat_tables(tables))


def _agreement(
    config: Config, pair: Compared, every: Matrix, sure: Matrix, drawn: Drawn
) -> Iterator[Estimate]:
    row = Estimate(
        measure=measures.GROUP_AGREEMENT,
        method=measures.LINKED_RECORDS,
        source=pair.source,
        other=pair.other,
        variable=pair.characteristic,
        level=config.quality.level,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.LINKED_RECORDS),
        status="suppressed",
        assumptions=(_BOTH_KNOW, _FALSE_LINKS),
    )
    for stage, matrix, also in (
        (measures.DECIDE, every.known, ()),
        (measures.SURE_LINKS, sure.known, (_SURE,)),
    ):
        of_stage = replace(row, stage=stage, assumptions=(*row.assumptions, *also))
        yield from _of_matrix(config, of_stage, matrix, pair.characteristic)
    precision = drawn.of(measures.PRECISION, pair.other)
    if precision is not None and every.known.n:
        yield _without_false_links(config, row, every.known, precision)


def _of_matrix(
    config: Config, row: Estimate, matrix: Matrix, characteristic: str
) -> Iterator[Estimate]:
    """Yield agreement of all and of each group, and kappa; nothing where no record is compared."""
    if not matrix.n:
        return
    gap, level = config.quality.material_gap, config.quality.level
    yield _with(row, wilson(matrix.n_same, matrix.n, level), matrix.n, gap)
    for at, group in enumerate(matrix.groups):
        if n := int(matrix.counts[at].sum()):
            of_group = replace(row, characteristic=characteristic, group=group)
            yield _with(of_group, wilson(int(matrix.counts[at, at]), n, level), n, gap)
    few = min(matrix.n_same, matrix.n - matrix.n_same) < config.disclosure.threshold
    kappa = cohen_kappa(matrix.counts, level)
    if kappa is not None:
        of_kappa = replace(row, measure=measures.GROUP_KAPPA, n_records=matrix.n)
        # nearly all or nearly none agree: kappa would tell how many do not
        yield of_kappa if few else _with(of_kappa, kappa, matrix.n, gap)


def _without_false_links(
    config: Config, row: Estimate, matrix: Matrix, precision: np.ndarray
) -> Estimate:
    """Take out what false links add: observed = P true + (1 - P) by chance, draw by draw.

    The observed share is drawn from Beta(same + 1/2, other + 1/2), beside the draws (draws,) of
    precision P.
    """
    level = config.quality.level
    random = np.random.default_rng(config.linkage.training.seed)
    same, other = matrix.n_same, matrix.n - matrix.n_same
    observed = random.beta(same + 0.5, other + 0.5, len(precision))
    true = np.clip((observed - (1 - precision) * matrix.by_chance) / precision, 0, 1)
    limits = np.quantile(true, [(1 - level) / 2, (1 + level) / 2])
    interval = Interval(float(true.mean()), float(limits[0]), float(limits[1]), level)
    return replace(
        _with(row, interval, matrix.n, config.quality.material_gap),
        method=measures.FALSE_LINKS_REMOVED,
        stage=measures.DECIDE,
        interval_covers=measures.SAMPLING_AND_PRECISION,
        grade=grade_of(measures.FALSE_LINKS_REMOVED),
        assumptions=(_BOTH_KNOW, _REMOVED),
    )


def _with(row: Estimate, interval: Interval, n: int, material_gap: float) -> Estimate:
    return replace(
        row,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        n_records=n,
        status=status_of(interval, material_gap),
    )
