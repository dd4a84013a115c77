"""How far a source stands for a population that is known by its margins."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config
from linkage.errors import DataError, Fault
from quality import measures
from quality.bias.cells import Cells, Factor
from quality.bias.r_indicator import propensities
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.proportion import Interval
from quality.share import status_of

COLUMNS = ("characteristic", "group", "count")

_MARGINS = (
    "the population is known by margins alone: each characteristic is seen by itself, and the "
    "counts of the population are taken as exact"
)
_PART = "everyone in the source is one of the population; records of no known group are left out"
_MORE = (
    "the source holds more records of a group than the population has people: it is no part of "
    "that population, or holds people twice"
)

Margins = Mapping[str, Mapping[str, int]]
"""By characteristic: how many people each group of the population has."""


def read_margins(path: Path, known: Mapping[str, object]) -> Margins:
    """Return the margins of a population.

    Parameters
    ----------
    path
        A CSV file in UTF-8 with the columns characteristic, group and count.
    known
        The characteristics of the configuration.

    Raises
    ------
    DataError
        D396 when the file cannot be read so, with its line.
    """
    margins: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise _fault(path, 1, f"it has no column {missing[0]}")
            for row in reader:
                name, group, count = (row[column] or "" for column in COLUMNS)
                if name not in known:
                    raise _fault(path, reader.line_num, "the run has no such characteristic")
                if not count.isascii() or not count.isdigit() or count == "0":
                    raise _fault(path, reader.line_num, "count has to be a whole number above 0")
                margins.setdefault(name, {})[group] = int(count)
    except (OSError, UnicodeDecodeError):
        raise _fault(path, None, "it cannot be opened as CSV in UTF-8") from None
    return margins


def against_population(cells: Cells, config: Config) -> Iterator[Estimate]:
    """Yield how evenly the focal source covers the groups of ``quality.reference_population``.

    *Formula*: with c_k = records of a group over people of it, c the same of all groups and f_k the
    group's share of people, the group's part is sqrt(f_k) (c_k - c) and the characteristic's is the
    root of their squares' sum, without its bias. Refused by name where a group has more records
    than people.

    Parameters
    ----------
    cells
        The records of the focal source.

    Raises
    ------
    DataError
        When the file cannot be read: see :func:`read_margins`.
    """
    path = config.quality.reference_population
    if path is None:
        return
    for name, people in read_margins(path, config.groups).items():
        if config.groups[name].source != config.focal:
            continue
        factor = cells.of(name)
        sizes = dict(zip(factor.groups, factor.sums(cells.n).tolist(), strict=True))
        row = _row(config.focal, name, round(sum(sizes.values())))
        covered = {group: sizes.get(group, 0.0) for group in people if group != UNKNOWN}
        if any(n > people[group] for group, n in covered.items()):
            method = measures.NO_METHOD
            yield replace(
                row,
                method=method,
                grade=grade_of(method),
                interval_covers=None,
                status="not_identified",
                assumptions=(_MORE,),
            )
        elif len(covered) > 1 and sum(covered.values()) > 0:
            yield from _rows(name, people, covered, row, config)


def _rows(
    name: str,
    people: Mapping[str, int],
    covered: Mapping[str, float],
    row: Estimate,
    config: Config,
) -> Iterator[Estimate]:
    groups, level = tuple(covered), config.quality.level
    factor = Factor(name, groups, np.arange(len(groups), dtype=np.int64), 0)
    n = np.array([people[group] for group in groups], dtype=np.float64)
    found = propensities(Cells((factor,), n, np.array([covered[group] for group in groups])))
    yield _with(row, found.unconditional(name, level), config)
    for group, part in zip(groups, found.by_group(name, level), strict=True):
        own = replace(row, variable=None, characteristic=name, group=group)
        yield _with(replace(own, n_records=round(covered[group])), part, config)


def _with(row: Estimate, interval: Interval, config: Config) -> Estimate:
    return replace(
        row,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        status=status_of(interval, config.quality.material_gap),
    )


def _row(source: str, name: str, n: int) -> Estimate:
    return Estimate(
        measure=measures.R_PARTIAL,
        method=measures.LOGISTIC,
        source=source,
        variable=name,
        stage=measures.INGEST,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.LOGISTIC),
        n_records=n,
        status="ok",
        assumptions=(_MARGINS, _PART),
    )


def _fault(path: Path, line: int | None, why: str) -> DataError:
    return DataError(
        Fault(
            "D396",
            f"the reference population cannot be read: {why}",
            f"write a CSV file with the columns {', '.join(COLUMNS)}, a line a group",
            file=path,
            line=line,
            path="quality.reference_population",
        )
    )
