"""How far the linked records stand for all records of a source: R-indicators, as rows."""

from collections.abc import Iterator
from dataclasses import replace

from linkage.config.schema import Config
from quality import measures
from quality.bias.being_linked import formula, told_apart
from quality.bias.cells import MISSING, Cells, collapsed
from quality.bias.r_indicator import Propensities, propensities
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


def representativity(cells: Cells, source: str, other: str, config: Config) -> Iterator[Estimate]:
    """Yield how alike the chances of the records of ``source`` are to be linked to ``other``.

    The R-indicator, the coefficient of variation, and the parts that each characteristic and group
    has in them. Nothing where all records are linked, or none is, or all are of one kind.
    """
    factors = [factor for factor in told_apart(cells.factors) if factor.name != MISSING]
    if not factors or not 0 < cells.k.sum() < cells.n.sum():
        return
    row = _row(cells, source, other)
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
