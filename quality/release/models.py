"""What models say of links and of missing values, made again from what leaves.

A figure of a model is a function of all the counts that it was fitted to, those that are held back
among them. Those that leave are fitted again: to published sums, to the published cells of an
intersection, and to the bands of rates that are known of every record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from quality import measures
from quality.bias.being_linked import being_linked
from quality.bias.being_missed import missed_by_cells
from quality.bias.cells import (
    MISSING,
    Cells,
    cell_names,
    collapsed,
    held_characteristics,
    linked_cells,
)
from quality.bias.gap import Gap
from quality.bias.intersections import Counted, cell_rows, row_of_cell
from quality.bias.representativity import representativity
from quality.correction.weight_rows import weight_rows
from quality.correction.weights import weighted
from quality.estimate import Estimate
from quality.groupings import all_groupings, held_by
from quality.missingness.being_missing import missing_by_cells, missing_cells
from quality.release.measured_rates import Rates, key_of
from quality.release.told_cells import told_cells
from quality.tally import Tally

Row = Estimate | Gap


def models_again(
    workspace: Workspace, config: Config, controlled: Sequence[Tally], rates: Rates
) -> list[Row]:
    """Return the figures of all models of a run, made of what leaves.

    Parameters
    ----------
    controlled
        The tallies after disclosure control.
    rates
        The measured rates as they leave.
    """
    made: list[Row] = []
    others = [name for name in config.sources if name != config.focal]
    if config.linkage.type != "deduplicate":
        for other in others:
            for source, to in ((config.focal, other), (other, config.focal)):
                if held_characteristics(config, source):
                    cells = linked_cells(workspace, config, source, to)
                    made += links_again(cells, (source, to), config, controlled, rates)
    return [*made, *_missing_again(workspace, config, controlled)]


def _missing_again(
    workspace: Workspace, config: Config, controlled: Sequence[Tally]
) -> Iterator[Row]:
    for source in config.sources:
        variables = [each for each in config.missingness.variables if each.source == source]
        if variables and held_characteristics(config, source):
            factors, n, missing = missing_cells(workspace, config, source, variables)
            for variable, k in zip(variables, missing, strict=True):
                lacking = _published(controlled, measures.MISSING_VARIABLE, source, variable.column)
                cells = told_cells(Cells(factors, n, k), lacking, config.disclosure.threshold)
                if cells is not None:
                    yield from missing_by_cells(cells, variable, config)


def links_again(
    cells: Cells,
    pair: tuple[str, str],
    config: Config,
    controlled: Sequence[Tally],
    rates: Rates,
) -> Iterator[Row]:
    """Yield what models say of the links of a source to another, made of what leaves.

    Parameters
    ----------
    cells
        The records of the source by all its characteristics, and those linked.
    """
    source, other = pair
    threshold = config.disclosure.threshold
    told = told_cells(cells, _published(controlled, measures.LINKED, *pair), threshold)
    if told is not None:
        yield from representativity(told, source, other, config)
    if source == config.focal:
        yield from _of_focal(cells, told, pair, config, rates)
        yield from _intersections(cells, pair, config, controlled, rates)


def _of_focal(
    cells: Cells, told: Cells | None, pair: tuple[str, str], config: Config, rates: Rates
) -> Iterator[Row]:
    source, other = pair
    if told is not None:
        yield from being_linked({other: told}, config)
        if config.sources[source].weight is None:
            yield from weight_rows(weighted(told.factors, told.n, told.k), source, other)
    missed = _missed(cells, pair, rates, config.disclosure.threshold)
    if missed is not None:
        yield from missed_by_cells(missed, other, config)


def _intersections(
    cells: Cells,
    pair: tuple[str, str],
    config: Config,
    controlled: Sequence[Tally],
    rates: Rates,
) -> Iterator[Row]:
    groupings = all_groupings(config.groups, config.intersections)
    for grouping in held_by(pair[0], config.groups, groupings):
        if len(grouping.characteristics) > 1:
            own = collapsed(cells, grouping.characteristics)
            for counted in _crossed(own, grouping.name, pair, controlled, rates):
                yield from cell_rows(counted, config)


def _published(
    controlled: Sequence[Tally], measure: str, source: str, of: str
) -> dict[tuple[str | None, str | None], float | None]:
    """Return the published counts of links to another source, or of records without a variable."""
    return {
        (each.characteristic, each.group): each.k
        for each in controlled
        if (each.measure, each.source) == (measure, source) and of in (each.other, each.variable)
        if measure == measures.LINKED or each.stage is None
    }


def _missed(cells: Cells, pair: tuple[str, str], rates: Rates, threshold: int) -> Cells | None:
    """Return the records with a partner by characteristic, and those missed, of bands alone.

    That the make-up of those with a partner is that of all records is taken for so.
    """
    everyone = _shown(rates, measures.RECALL, pair, (None, None))
    if everyone is None:
        return None
    coverage = _shown(rates, measures.COVERAGE, pair, (None, None))
    held = replace(cells, n=cells.n * (1.0 if coverage is None else coverage.estimate or 1.0))
    missed: dict[tuple[str | None, str | None], float | None] = {
        (None, None): (1 - (everyone.estimate or 0.0)) * float(held.n.sum())
    }
    for factor in held.factors:
        for group, n in zip(factor.groups, factor.sums(held.n).tolist(), strict=True):
            row = _shown(rates, measures.RECALL, pair, (factor.name, group))
            missed[factor.name, group] = None if row is None else (1 - (row.estimate or 0.0)) * n
    own = [factor.name for factor in held.factors if factor.name != MISSING]
    return told_cells(collapsed(held, own), missed, threshold)


def _shown(
    rates: Rates, rate: str, pair: tuple[str, str], place: tuple[str | None, str | None]
) -> Estimate | None:
    """Return a rate that is known of every record, as it leaves; None where it does not."""
    return rates.shown.get((rate, measures.TRUTH, *pair, *place))


def _crossed(
    cells: Cells,
    name: str,
    pair: tuple[str, str],
    controlled: Sequence[Tally],
    rates: Rates,
) -> Iterator[Counted]:
    """Yield the cells of an intersection of which a rate leaves, with what it leaves by."""
    source, other = pair
    linked = {
        each.group: each
        for each in controlled
        if (each.measure, each.source, each.other) == (measures.LINKED, source, other)
        if each.characteristic == name and each.k is not None
    }
    names = cell_names(cells)
    told = [at for at, group in enumerate(names) if group in linked]
    counts = [linked[names[at]] for at in told]
    n = np.array([float(each.n or 0) for each in counts])
    k = np.minimum([float(each.k or 0) for each in counts], n)
    rows = tuple(
        replace(row_of_cell(source, other, name), group=each.group, n_records=each.n)
        for each in counts
    )
    if told:
        yield Counted(measures.LINK_RATE, name, _only(cells, told, n, k), rows)
    for rate in (measures.PRECISION, measures.RECALL):
        found = {group: _shown(rates, rate, pair, (name, group)) for group in names}
        shown = [at for at, group in enumerate(names) if found[group] is not None]
        given = [row for group in names if (row := found[group]) is not None]
        bands = [rates.band(key_of(row, rate, row.group)) for row in given]
        if shown and all(band is not None for band in bands):
            n = np.array([band.size for band in bands if band is not None])
            k = n * np.array([row.estimate or 0.0 for row in given])
            rows = tuple(replace(row, measure="") for row in given)
            yield Counted(rate, name, _only(cells, shown, n, k), rows)


def _only(cells: Cells, at: Sequence[int], n: Reals, k: Reals) -> Cells:
    factors = tuple(replace(factor, code=factor.code[list(at)]) for factor in cells.factors)
    return Cells(factors, n, k)
