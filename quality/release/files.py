"""The tables of a release: controlled estimates as CSV, all in one file and by subject."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from linkage.runs.workspace import Workspace
from linkage.tables import ESTIMATES
from quality import measures

FOLDER = Path("for_release")

_DIGITS = 6

FORMULA = frozenset({"=", "+", "-", "@", "\t", "\r"})
"""What a cell begins with that a spreadsheet takes for a formula."""

TABLES: Mapping[str, tuple[tuple[str, ...], Sequence[str]]] = {
    "rates": (
        (
            *measures.LINK_RATES,
            measures.DUPLICATE_RATE,
            measures.MISSING_AN_IDENTIFIER,
            *measures.WEIGHTS,
        ),
        (
            "measure method source other characteristic group estimate lower upper level "
            "interval_covers n_records grade status assumptions"
        ).split(),
    ),
    "gaps": (
        (
            *measures.GAPS,
            *measures.RATIOS,
            *measures.STANDARDISED_GAPS,
            *measures.LINK_RATE_PARTS,
            measures.DETECTABLE_GAP,
        ),
        (
            "measure method variable source other characteristic group reference estimate lower "
            "upper level interval_covers p_adjusted n_tests finding n_records grade status "
            "assumptions"
        ).split(),
    ),
    "errors": (
        (
            *measures.ERROR_RATES,
            *measures.LOSSES,
            measures.COVERAGE,
            measures.EXPECTED_MATCHES,
            measures.UNCERTAIN_LINKS,
        ),
        (
            "measure method source other characteristic group reference estimate lower upper level "
            "interval_covers n_records n_reviewed p_adjusted finding grade status assumptions"
        ).split(),
    ),
    "causes": (
        (
            *measures.STAGE_COSTS,
            *measures.FIELD_COSTS,
            measures.PRECISION_COMMON,
            measures.RECALL_COMMON,
        ),
        (
            "measure method source other characteristic group variable stage reference estimate "
            "lower upper level interval_covers n_records n_reviewed finding grade status "
            "assumptions"
        ).split(),
    ),
    "imputed": (
        measures.IMPUTATION,
        (
            "measure method source other variable characteristic group stage reference estimate "
            "lower upper level interval_covers finding n_records grade status assumptions"
        ).split(),
    ),
    "population": (
        (measures.POPULATION_SIZE, measures.POPULATION_COVERAGE),
        (
            "measure method source other variable characteristic group estimate lower upper level "
            "interval_covers n_records n_reviewed grade status assumptions"
        ).split(),
    ),
    "adjusted": (
        measures.ADJUSTED_DIFFERENCES,
        (
            "measure method source other characteristic group variable reference estimate lower "
            "upper level interval_covers n_records n_reviewed p_adjusted n_tests finding grade "
            "status assumptions"
        ).split(),
    ),
    "intersections": (
        measures.INTERSECTIONS,
        (
            "measure method source other characteristic group variable reference estimate lower "
            "upper level interval_covers n_records n_reviewed n_effective p_adjusted n_tests "
            "finding grade status assumptions"
        ).split(),
    ),
    "representativity": (
        measures.REPRESENTATIVITY,
        (
            "measure method source other characteristic group variable estimate lower upper level "
            "interval_covers n_records grade status assumptions"
        ).split(),
    ),
    "analyses": (
        measures.ANALYSES,
        (
            "measure method source other variable characteristic group estimate lower upper level "
            "interval_covers n_records n_effective grade status assumptions"
        ).split(),
    ),
    "linkage_weighting": (
        measures.LINKAGE_WEIGHTING,
        (
            "measure source other characteristic group estimate lower upper n_records grade status "
            "assumptions"
        ).split(),
    ),
    "disagreement": (
        measures.DISAGREEMENT,
        (
            "measure method source other variable stage characteristic group estimate lower upper "
            "level interval_covers n_records grade status assumptions"
        ).split(),
    ),
    "missing": (
        measures.MISSING_MEASURES,
        (
            "measure source variable stage characteristic group estimate lower upper level "
            "interval_covers n_records grade status assumptions"
        ).split(),
    ),
    "missing_patterns": (
        (
            measures.MISSING_PATTERN,
            measures.MONOTONE_PATTERN,
            measures.INFLUX,
            measures.OUTFLUX,
            measures.CRAMERS_V,
            measures.MISSING_AME,
            measures.LINK_PATTERN,
        ),
        (
            "measure source variable stage characteristic group reference estimate lower upper "
            "level interval_covers n_records grade status assumptions"
        ).split(),
    ),
    "lost_values": (
        (measures.VALUE_THROUGH_LINK, *measures.OF_STAGES),
        (
            "measure method source other variable stage characteristic group reference estimate "
            "lower upper level interval_covers n_records n_reviewed grade status assumptions"
        ).split(),
    ),
    "sensitivity": (
        measures.AT_OTHER_THRESHOLDS,
        (
            "measure method source other variable characteristic group estimate lower upper level "
            "interval_covers n_records grade status assumptions"
        ).split(),
    ),
    "change": (
        (*measures.CHANGES, *measures.EARLIER.values()),
        (
            "measure method source other variable characteristic group reference estimate lower "
            "upper level interval_covers p_adjusted n_tests finding n_records n_reviewed grade "
            "status assumptions"
        ).split(),
    ),
    "flow": (
        measures.FLOW,
        (
            "stage measure source other variable characteristic group estimate lower upper "
            "n_records grade status assumptions"
        ).split(),
    ),
}
"""Each table of ``tables/``: the measures it shows, and its columns."""


def write_tables(workspace: Workspace, released: pa.Table) -> None:
    """Write ``estimates.csv`` with every controlled estimate, and the tables by subject."""
    # most rows stand in two files: each figure is written as text once
    columns = {name: _column(released[name].to_pylist()) for name in ESTIMATES.columns}
    measure = released["measure"].to_pylist()
    workspace.publish(FOLDER / "estimates.csv", _as_csv(columns))
    for name, (shown, wanted) in TABLES.items():
        rows = [at for at, each in enumerate(measure) if each in shown]
        of_table = {each: [columns[each][at] for at in rows] for each in wanted}
        workspace.publish(FOLDER / "tables" / f"{name}.csv", _as_csv(of_table))


def as_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    """Return rows as the CSV of a release: no cell that a spreadsheet would take for a formula."""
    held = list(rows)
    return _as_csv({column: _column([row[column] for row in held]) for column in columns})


def _as_csv(columns: Mapping[str, Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode("utf-8")


def _column(values: Sequence[object]) -> list[object]:
    """Write a column: of text that repeats from row to row, each text once."""
    if not all(value is None or isinstance(value, str) for value in values):
        return [written(value) for value in values]
    texts = {value: written(value) for value in set(values)}
    return [texts[value] for value in values]


def written(value: object) -> object:
    """Write a value so that no spreadsheet takes the name of a group for a formula."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, str) and value[:1] in FORMULA:
        return f"'{value}"
    return value
