"""The rows of a table asked for: perturbed counts, rates made of them, what is held back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linkage.config.group_names import CROSS
from linkage.config.schema import Config
from linkage.disclosure.cell_key import perturbation_table
from quality.asked.counting import Parts
from quality.asked.passing import Passed
from quality.asked.request import Request
from quality.flow import flow
from quality.groupings import CellKeys
from quality.measures import RECORDS
from quality.proportion import wilson
from quality.release.checked_asked import ASKED, OF, STATUS, figures_of
from quality.release.manifest import SUPPRESSED
from quality.release.naming import Place, rare_names
from quality.report.lookup import Lookup
from quality.tally import Tally

TABLE = Path("for_release") / ASKED
ALL = "(all)"
"""Stands for the groups of a characteristic in a row that does not split by it."""

OK = "ok"
_DIGITS = 4

Row = Mapping[str, object]
Noise = Callable[[int, int], int]


@dataclass(frozen=True)
class Made:
    """A table as it may leave: its columns and rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def table_of(
    request: Request, config: Config, cells: Sequence[CellKeys], parts: Parts, passed: Passed
) -> Made:
    """Return the table: one row a cell, then its margins, in the order of the groups' lists.

    Parameters
    ----------
    cells
        Counts and keys of the table's cells and margins.
    parts
        The groups that make up each of them.
    passed
        Which may be shown.
    """
    figures = figures_of(request.measure)
    rare = _rare_names(request, config, parts, passed.released)
    places = {name: _group_places(name, parts, rare, config) for name in request.by}
    noise = _noise(config)
    of = dict(zip(OF, (request.measure, request.source, request.other), strict=True))
    found: dict[tuple[str, ...], Row] = {}
    for cell in cells:
        groups = _groups(cell, request, parts)
        row: dict[str, object] = dict.fromkeys(figures)
        if (cell.characteristic, cell.group) in passed.places:
            row |= _figures(cell, request.measure, noise, config.quality.level)
            status = OK
        else:
            status = SUPPRESSED
            groups = {name: rare.get((name, group), group) for name, group in groups.items()}
        found.setdefault(tuple(groups.values()), {**groups, **of, **row, STATUS: status})
    rows = sorted(found, key=lambda each: _order(dict(zip(request.by, each, strict=True)), places))
    return Made((*request.by, *OF, *figures, STATUS), tuple(found[each] for each in rows))


def _rare_names(
    request: Request, config: Config, parts: Parts, released: Iterable[Tally]
) -> Mapping[Place, str]:
    """Return what groups are called that the run's release does not name, by characteristic."""
    named = {
        (each.characteristic, each.group)
        for each in released
        if (each.measure, each.source) == (RECORDS, request.source) and each.n is not None
    }
    rows = [
        Tally(
            measure=RECORDS,
            source=request.source,
            characteristic=name,
            group=group,
            k=1 if (name, group) in named else None,
            n=None,
        )
        for name, group in parts
        if name in request.by
    ]
    return rare_names(flow(rows), config)


def _noise(config: Config) -> Noise:
    table = perturbation_table(config.disclosure.threshold)

    def perturbed(count: int, key: int) -> int:
        return int(table.perturbed(np.array([count]), np.array([key]))[0])

    return perturbed


def _figures(cell: CellKeys, measure: str, noise: Noise, level: float) -> dict[str, object]:
    """Return the figures of a cell that may be shown, all made of its perturbed counts."""
    (k,), (key,) = cell.counts, cell.keys
    names = figures_of(measure)
    part = noise(k, key)
    if len(names) == 1:
        return {names[0]: part}
    n = noise(cell.n, cell.key)
    rate = wilson(min(part, n), n, level)
    limits = (round(each, _DIGITS) for each in (rate.value, rate.lower, rate.upper))
    return dict(zip(names, (n, part, *limits), strict=True))


def _groups(cell: CellKeys, request: Request, parts: Parts) -> dict[str, str]:
    """Return the group of the cell by each characteristic, in the order asked."""
    if cell.characteristic is None:
        return dict.fromkeys(request.by, ALL)
    names = cell.characteristic.split(CROSS)
    own = dict(zip(names, parts[cell.characteristic, str(cell.group)], strict=True))
    return {name: own.get(name, ALL) for name in request.by}


def _group_places(
    name: str, parts: Parts, rare: Mapping[Place, str], config: Config
) -> Mapping[str, int]:
    """Return where each group stands; one too small to name at the end, not where its name does."""
    groups = [group for (grouping, _), (group, *_) in parts.items() if grouping == name]
    renamed = [rare[name, group] for group in groups if (name, group) in rare]
    return Lookup(config, ()).group_places(name, [*groups, *renamed])


def _order(groups: Mapping[str, str], places: Mapping[str, Mapping[str, int]]) -> tuple[int, ...]:
    return tuple(
        len(places[name]) if group == ALL else places[name][group] for name, group in groups.items()
    )
