"""Figures of models, made again from what leaves, put in the place of the exact ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from linkage.config.schema import Config
from quality import measures
from quality.bias.gap import Gap
from quality.estimate import Estimate
from quality.release.error_rates import held_back

_OF_CELLS = frozenset(measures.INTERSECTIONS)
_RAW = frozenset({measures.WILSON, *measures.MEASURED})
_OF_SUMS = frozenset({measures.LINK_AME, measures.MISSING_AME, *measures.REPRESENTATIVITY})


def rows_in_place(
    exact: Iterable[Estimate], made: Sequence[Estimate], config: Config
) -> list[Estimate]:
    """Return rows, those of models with the figures that were made again, or held back.

    Every cell of an intersection has a row by each method that was used again.
    """
    kept, cells = list[Estimate](), list[Estimate]()
    again = {_key(row): row for row in made}
    for row in exact:
        if not _is_again(row, config):
            kept.append(row)
        elif row.measure in _OF_CELLS:
            cells.append(row)
        else:
            kept.append(again.get(_key(row)) or _without(row))
    return [*kept, *_cells(cells, [row for row in made if row.measure in _OF_CELLS])]


def gaps_in_place(exact: Sequence[Gap], made: Sequence[Gap], config: Config) -> list[Gap]:
    """Return gaps, those of models as they were made again; held back, they have no p-value."""
    found = {_key(gap.row): gap for gap in (*exact, *made)}
    rows = rows_in_place((gap.row for gap in exact), [gap.row for gap in made], config)
    return [
        Gap(row, None, immaterial=False)
        if row.status == "suppressed"
        else replace(found[_key(row)], row=row)
        for row in rows
    ]


def _is_again(row: Estimate, config: Config) -> bool:
    """Say whether a row is of a model that is fitted again: to all records, not to a sample."""
    if row.n_reviewed is not None or row.source is None:
        return False
    if row.measure in measures.LINKAGE_WEIGHTING:
        return config.sources[row.source].weight is None
    if row.measure in measures.REPRESENTATIVITY:
        return row.other is not None  # against a population, it is of records alone
    of_model = row.measure in _OF_SUMS or row.measure in _OF_CELLS
    return of_model or (row.measure == measures.MISSED_AME and row.status != "not_identified")


def _cells(exact: Sequence[Estimate], made: Sequence[Estimate]) -> Iterator[Estimate]:
    """Yield the rows of cells that were made again, and of every other cell one held back."""
    yield from made
    found = {_key(row) for row in made}
    templates = {_kind(row): row for row in made if row.group is not None}
    of_cell = {(row.characteristic, row.group): None for row in exact if row.group is not None}
    for row in exact:
        if row.group is not None and _kind(row) not in templates and row.method in _RAW:
            yield _without(row)
    for row in templates.values():
        for characteristic, group in of_cell:
            absent = replace(row, group=group)
            if characteristic == row.characteristic and _key(absent) not in found:
                yield _without(absent)


def _kind(row: Estimate) -> tuple[str | None, ...]:
    return row.measure, row.method, row.source, row.other, row.characteristic


def _key(row: Estimate) -> tuple[str | None, ...]:
    return (*_kind(row), row.group, row.variable, row.stage, row.reference)


def _without(row: Estimate) -> Estimate:
    return held_back(row, row.n_records)
