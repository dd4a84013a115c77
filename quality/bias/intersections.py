"""Cells of declared intersections: raw and shrunken side by side, and what each has of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.config.group_names import CROSS
from linkage.config.schema import Config
from linkage.model.normalise import Reals
from quality import measures
from quality.bias.cell_effects import LEAST_CELLS, CellEffects, cell_effects
from quality.bias.cells import Cells, cell_names, collapsed
from quality.bias.empirical_bayes import empirical_bayes
from quality.bias.gap import Gap
from quality.bias.main_effects import MainEffects
from quality.drawn import Drawn
from quality.estimate import Estimate, Status
from quality.grades import grade_of
from quality.groupings import all_groupings, held_by
from quality.proportion import Interval, two_sided, wilson
from quality.share import status_of

_RAW = "the cell's own records alone"
_SHRUNKEN = (
    "a cell is like what its characteristics add up to, the more so the fewer records it has: a "
    "cell that truly differs is drawn too close to the others, so nothing is unproblematic for a "
    "shrunken rate alone"
)
_COMMON = "all cells are alike but for chance and one common spread"
_NOT_ESTIMABLE = "between-cell variance not estimable"
_EFFECTIVE = "counts are effective ones: as many records as give the rate its variance"


@dataclass(frozen=True)
class Counted:
    """A rate in the cells of one intersection, the cells in the order of ``rows``.

    ``cells`` holds effective counts where a sample was measured; ``rows`` say what each is of.
    """

    rate: str
    name: str
    cells: Cells
    rows: tuple[Estimate, ...]


def intersections(
    linked: Mapping[str, Cells], config: Config, drawn: Drawn, rates: Sequence[Estimate]
) -> Iterator[Gap | Estimate]:
    """Yield for each declared intersection of the focal source the rates of its cells.

    Link rates from counts; precision and recall, where they were measured, from their draws. Each
    cell has a raw rate, as it stands for the same group elsewhere, a shrunken one, and its excess
    over what its characteristics add up to; each intersection the share of variance between its
    cells.

    Parameters
    ----------
    linked
        By other source: the focal source's records, and those linked to it.
    rates
        The error rates of the run.
    """
    groupings = [
        grouping
        for grouping in held_by(
            config.focal, config.groups, all_groupings(config.groups, config.intersections)
        )
        if len(grouping.characteristics) > 1
    ]
    for other, cells in linked.items():
        for grouping in groupings:
            own = collapsed(cells, grouping.characteristics)
            for counted in _counted(own, grouping.name, (config.focal, other), drawn, rates):
                yield from cell_rows(counted, config)


def _counted(
    cells: Cells,
    name: str,
    pair: tuple[str, str],
    drawn: Drawn,
    rates: Sequence[Estimate],
) -> Iterator[Counted]:
    source, other = pair
    groups = cell_names(cells)
    row = row_of_cell(source, other, name)
    rows = tuple(
        replace(row, group=group, n_records=round(float(n)))
        for group, n in zip(groups, cells.n, strict=True)
    )
    yield Counted(measures.LINK_RATE, name, cells, rows)
    for rate in (measures.PRECISION, measures.RECALL):
        found = {
            each.group: each
            for each in rates
            if (each.measure, each.method, each.other) == (rate, drawn.method, other)
            if each.characteristic == name and each.estimate is not None
        }
        measured = [at for at, group in enumerate(groups) if group in found]
        if len(measured) > 1:
            yield _effective(cells, measured, rate, drawn, [found[groups[at]] for at in measured])


def row_of_cell(source: str, other: str, name: str) -> Estimate:
    """Return the row of a cell's link rate, without its figures."""
    return Estimate(
        measure="",
        method=measures.WILSON,
        source=source,
        other=other,
        characteristic=name,
        stage=measures.DECIDE,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.WILSON),
        status="ok",
    )


def _effective(
    cells: Cells, measured: Sequence[int], rate: str, drawn: Drawn, found: Sequence[Estimate]
) -> Counted:
    """Return the cells that were measured, with effective counts from the draws of their rates.

    *Formula*: n = p (1 - p) / var and k = n p, p the mean of the draws and var their variance.
    """
    n, k = np.ones(len(found)), np.zeros(len(found))
    for at, each in enumerate(found):
        draws = drawn.of(rate, each.other, each.characteristic, each.group)
        if draws is not None:
            p, spread = float(draws.mean()), float(draws.var())
            n[at] = max(p * (1 - p) / spread, 1.0) if spread > 0 else float(each.n_records or 1)
            k[at] = n[at] * p
    factors = tuple(replace(factor, code=factor.code[measured]) for factor in cells.factors)
    rows = tuple(
        replace(
            each,
            measure="",
            n_effective=float(size),
            assumptions=(*each.assumptions, _EFFECTIVE),
        )
        for each, size in zip(found, n, strict=True)
    )
    name = CROSS.join(factor.name for factor in factors)
    return Counted(rate, name, Cells(factors, n, k), rows)


def cell_rows(counted: Counted, config: Config) -> Iterator[Gap | Estimate]:
    """Yield the rows of an intersection; the excesses are settled with all gaps of the run."""
    level, k, n = config.quality.level, counted.cells.k, counted.cells.n
    raw = [_raw(*each, level) for each in zip(counted.rows, k.tolist(), n.tolist(), strict=True)]
    statuses = [status_of(interval, config.quality.material_gap) for interval in raw]
    yield from _of_cells(counted, None, raw, statuses, (_RAW,))
    design = MainEffects(counted.cells.factors)
    effects = cell_effects(design, k, n, level)
    yield _between(counted, effects, level)
    if effects is None:
        shrunken, said = empirical_bayes(k, n, level), (_COMMON, _NOT_ESTIMABLE, _SHRUNKEN)
        yield from _of_cells(counted, measures.EMPIRICAL_BAYES, shrunken, statuses, said)
        return
    shrunken, model = effects.rates(level), (_additive(counted), _SHRUNKEN)
    yield from _of_cells(counted, measures.MAIHDA, shrunken, statuses, model)
    yield from _excesses(counted, effects, statuses, level)


def _of_cells(
    counted: Counted,
    method: str | None,
    intervals: Sequence[Interval],
    statuses: Sequence[Status],
    said: tuple[str, ...],
) -> Iterator[Estimate]:
    """Yield the rate of every cell; without a method, as it was counted or measured.

    A status is that of the raw interval, whatever the method.
    """
    for row, interval, status in zip(counted.rows, intervals, statuses, strict=True):
        yield replace(
            _with(row, interval),
            measure=measures.IN_CELL[counted.rate],
            method=method or row.method,
            grade=grade_of(method) if method else row.grade,
            status=status,
            assumptions=(*row.assumptions, *said),
        )


def _raw(row: Estimate, k: float, n: float, level: float) -> Interval:
    """Return the rate of the cell's own records: that of the same group wherever it stands."""
    if row.estimate is None or row.lower is None or row.upper is None:
        return wilson(k, n, level)
    return Interval(row.estimate, row.lower, row.upper, row.level or level)


def _excesses(
    counted: Counted, effects: CellEffects, statuses: Sequence[Status], level: float
) -> Iterator[Gap]:
    """Yield what each cell has over the sum of its parts, as a gap; never called immaterial."""
    ratios: Reals = np.abs(effects.effect) / effects.effect_error
    every = zip(counted.rows, effects.excesses(level), statuses, ratios.tolist(), strict=True)
    for row, interval, status, ratio in every:
        made = replace(
            _with(row, interval),
            measure=measures.EXCESS[counted.rate],
            method=measures.MAIHDA,
            grade=grade_of(measures.MAIHDA),
            status=status,
            reference=measures.SUM_OF_PARTS,
            assumptions=(*row.assumptions, _additive(counted), _SHRUNKEN),
        )
        yield Gap(made, two_sided(ratio), immaterial=False)


def _between(counted: Counted, effects: CellEffects | None, level: float) -> Estimate:
    row = replace(
        counted.rows[0],
        measure=measures.BETWEEN_CELLS[counted.rate],
        characteristic=None,
        group=None,
        variable=counted.name,
        n_records=sum(each.n_records or 0 for each in counted.rows),
        n_reviewed=_total(counted.rows),
        n_effective=None,
        estimate=None,
        lower=None,
        upper=None,
    )
    if effects is None:
        few = len(counted.rows) < LEAST_CELLS
        why = f"fewer than {LEAST_CELLS} cells" if few else "cells vary no more than by chance"
        method = measures.NO_METHOD
        return replace(
            row,
            method=method,
            grade=grade_of(method),
            status="not_identified",
            interval_covers=None,
            assumptions=(f"{_NOT_ESTIMABLE}: {why}",),
        )
    return replace(
        _with(row, effects.share_between()),
        method=measures.MAIHDA,
        grade=grade_of(measures.MAIHDA),
        assumptions=(_additive(counted), "the share of what main effects leave unexplained"),
    )


def _total(rows: Sequence[Estimate]) -> int | None:
    reviewed = [row.n_reviewed for row in rows if row.n_reviewed is not None]
    return sum(reviewed) if reviewed else None


def _with(row: Estimate, interval: Interval) -> Estimate:
    return replace(
        row,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
    )


def _additive(counted: Counted) -> str:
    terms = " + ".join(factor.name for factor in counted.cells.factors)
    return f"logit P({counted.rate.replace('_', ' ')}) = {terms} + an effect of the cell"
