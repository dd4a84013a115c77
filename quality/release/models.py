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
from quality.groupings import Grouping, all_groupings, held_by
from quality.missingness.being_missing import missing_by_cells, missing_cells
from quality.release.measured_rates import Rates, key_of
from quality.release.told_cells import told_cells
from quality.release.told_lacking import with_lacking
from quality.release.told_numbers import Published, told_numbers
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
            numbers = _numbers(Cells(factors, n, np.zeros(len(n))), source, config, controlled)
            for variable, k in zip(variables, missing, strict=True):
                held = _published(controlled, measures.MISSING_VARIABLE, source, variable.column)
                told = _told(numbers, Cells(factors, n, k), source, held, config, controlled)
                if told is not None:
                    yield from missing_by_cells(told, variable, config)


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
    numbers = _numbers(cells, source, config, controlled)
    linked = _published(controlled, measures.LINKED, source, other)
    told = _told(numbers, cells, source, linked, config, controlled)
    if told is not None:
        yield from representativity(told, source, other, config)
    if source == config.focal:
        yield from _of_focal(numbers, told, pair, config, rates)
        yield from _intersections(cells, pair, config, controlled, rates)


def _numbers(cells: Cells, source: str, config: Config, controlled: Sequence[Tally]) -> Cells:
    """Return the records of a source by its characteristics, as models may see them."""
    published = _published(controlled, measures.RECORDS, source, None)
    crossings = [each.characteristics for each in _crossings(config, source)]
    return told_numbers(cells, published, crossings)


def _told(
    numbers: Cells,
    exact: Cells,
    source: str,
    counted: Published,
    config: Config,
    controlled: Sequence[Tally],
) -> Cells | None:
    """Return what models may see of those with what is counted, by missing identifiers too."""
    lacking = _published(controlled, measures.WITH_MISSING, source, None)
    threshold = config.disclosure.threshold
    return told_cells(with_lacking(numbers, exact, lacking, counted, threshold), counted)


def _of_focal(
    numbers: Cells, told: Cells | None, pair: tuple[str, str], config: Config, rates: Rates
) -> Iterator[Row]:
    source, other = pair
    if told is not None:
        yield from being_linked({other: told}, config)
        if config.sources[source].weight is None:
            yield from weight_rows(weighted(told.factors, told.n, told.k), source, other)
    missed = _missed(numbers, pair, rates)
    if missed is not None:
        yield from missed_by_cells(missed, other, config)


def _crossings(config: Config, source: str) -> Iterator[Grouping]:
    """Yield the declared intersections of what a source holds."""
    for grouping in held_by(
        source, config.groups, all_groupings(config.groups, config.intersections)
    ):
        if len(grouping.characteristics) > 1:
            yield grouping


def _intersections(
    cells: Cells,
    pair: tuple[str, str],
    config: Config,
    controlled: Sequence[Tally],
    rates: Rates,
) -> Iterator[Row]:
    for grouping in _crossings(config, pair[0]):
        own = collapsed(cells, grouping.characteristics)
        for counted in _crossed(own, grouping.name, pair, controlled, rates):
            yield from cell_rows(counted, config)


def _published(
    controlled: Sequence[Tally], measure: str, source: str, of: str | None
) -> dict[tuple[str | None, str | None], float | None]:
    """Return the published counts of a measure: of another source or a variable, if it has one."""
    return {
        (each.characteristic, each.group): each.k
        for each in controlled
        if (each.measure, each.source) == (measure, source) and of in (each.other, each.variable)
        if measure != measures.MISSING_VARIABLE or each.stage is None
    }


def _missed(numbers: Cells, pair: tuple[str, str], rates: Rates) -> Cells | None:
    """Return the records with a partner by characteristic, and those missed, of bands alone.

    That the make-up of those with a partner is that of all records is taken for so.
    """
    everyone = _shown(rates, measures.RECALL, pair, (None, None))
    if everyone is None:
        return None
    coverage = _shown(rates, measures.COVERAGE, pair, (None, None))
    held = replace(numbers, n=numbers.n * (1.0 if coverage is None else coverage.estimate or 1.0))
    missed: dict[tuple[str | None, str | None], float | None] = {
        (None, None): (1 - (everyone.estimate or 0.0)) * float(held.n.sum())
    }
    for factor in held.factors:
        for group, n in zip(factor.groups, factor.sums(held.n).tolist(), strict=True):
            row = _shown(rates, measures.RECALL, pair, (factor.name, group))
            missed[factor.name, group] = None if row is None else (1 - (row.estimate or 0.0)) * n
    return told_cells(held, missed)


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
