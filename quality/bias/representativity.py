"""How far the linked records stand for all records of a source: R-indicators, as rows."""

from collections.abc import Iterator
from dataclasses import replace

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.bias.being_linked import formula, told_apart
from quality.bias.cells import Cells, collapsed, held_characteristics, linked_cells
from quality.bias.r_indicator import Propensities, propensities
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.proportion import Interval
from quality.share import status_of

_DEPENDS = (
    "1 where every kind of record is as likely to be linked; it sees only the characteristics of "
    "its formula, and two figures compare only where theirs are the same"
)
_VARIATION = (
    "the bias of any mean of the linked records is at most this times the standard deviation of "
    "its variable, if the characteristics of the formula say all"
)
_LINKS = "a link counts, right or wrong: false links make a source look better covered"


def representativity(workspace: Workspace, config: Config, _drawn: Drawn) -> Iterator[Estimate]:
    """Yield how alike the chances of being linked are in each source that holds characteristics.

    Of links against the focal source, for each other source; and of the same links against the
    other source, by the characteristics that it holds. Nothing for records linked within a source.
    """
    if config.linkage.type == "deduplicate":
        return
    for other in (name for name in config.sources if name != config.focal):
        for source, towards in ((config.focal, other), (other, config.focal)):
            names = held_characteristics(config, source)
            if names:
                cells = collapsed(linked_cells(workspace, config, source, towards), names)
                yield from _rows(cells, _row(cells, source, towards), config)


def _rows(cells: Cells, row: Estimate, config: Config) -> Iterator[Estimate]:
    """Yield the rows of one source; none where all of its records are linked, or none is."""
    factors = told_apart(cells.factors)
    if not factors or not 0 < cells.k.sum() < cells.n.sum():
        return
    cells = collapsed(cells, [factor.name for factor in factors])
    found, level, gap = propensities(cells), config.quality.level, config.quality.material_gap
    said = (formula("linked", factors), _DEPENDS, _LINKS)
    row = replace(row, level=level, assumptions=said)
    yield _with(row, measures.R_INDICATOR, found.r_indicator(level), gap)
    variation = replace(row, assumptions=(*said, _VARIATION))
    yield _with(variation, measures.R_VARIATION, found.variation(level), gap)
    for factor in factors:
        yield from _partial(found, factor.name, row, gap)


def _partial(found: Propensities, name: str, row: Estimate, gap: float) -> Iterator[Estimate]:
    """Yield the parts of a characteristic, of all its groups and of each."""
    level, factor = row.level or 0.95, found.cells.of(name)
    named, groups = replace(row, variable=name), found.by_group(name, level)
    yield _with(named, measures.R_PARTIAL, found.unconditional(name, level), gap)
    for group, n, part in zip(factor.groups, factor.sums(found.cells.n), groups, strict=True):
        of_group = replace(row, characteristic=name, group=group, n_records=round(float(n)))
        yield _with(of_group, measures.R_PARTIAL, part, gap)
    if len(found.cells.factors) == 1:
        return
    yield _with(named, measures.R_PARTIAL_CONDITIONAL, found.conditional(name, level), gap)
    within = found.conditional_by_group(name, level)
    for group, n, part in zip(factor.groups, factor.sums(found.cells.n), within, strict=True):
        of_group = replace(row, characteristic=name, group=group, n_records=round(float(n)))
        yield _with(of_group, measures.R_PARTIAL_CONDITIONAL, part, gap)


def _with(row: Estimate, measure: str, interval: Interval, gap: float) -> Estimate:
    return replace(
        row,
        measure=measure,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        status=status_of(interval, gap),
    )


def _row(cells: Cells, source: str, other: str) -> Estimate:
    return Estimate(
        measure="",
        method=measures.LOGISTIC,
        source=source,
        other=other,
        stage=measures.DECIDE,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.LOGISTIC),
        n_records=round(float(cells.n.sum())),
        status="ok",
    )
