"""An estimate: a figure that never travels without its interval, method, grade and assumptions."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

import pyarrow as pa

from linkage.tables import ESTIMATES

Grade = Literal["A", "B", "C", "D", "E"]
"""A measured, B measured and modelled, C model only, D not valid, E not identified by the data."""

Status = Literal["ok", "too_few_to_tell", "suppressed", "not_identified"]

RELEASED = "released_estimates"
"""The table of the estimates that passed disclosure control."""

_SEPARATOR = "; "


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One row of the table ``estimates``: a measure of one group, and how far it can be trusted.

    A column that does not apply is None: ``characteristic`` and ``group`` where the figure is of
    all records, ``other`` where it is of one source alone.
    """

    measure: str
    method: str
    source: str | None = None
    other: str | None = None
    characteristic: str | None = None
    group: str | None = None
    variable: str | None = None
    stage: str | None = None
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    interval_covers: str | None = None
    reference: str | None = None
    n_tests: int | None = None
    grade: Grade
    n_records: int | None = None
    n_reviewed: int | None = None
    n_effective: float | None = None
    p_adjusted: float | None = None
    finding: str | None = None
    status: Status
    assumptions: tuple[str, ...] = ()


def to_table(estimates: Iterable[Estimate]) -> pa.Table:
    """Return the estimates as the tidy table of the contract, in the order of its key."""
    ordered = sorted(estimates, key=_sort_key)
    columns = {
        name: pa.array((_cell(row, name) for row in ordered), kind)
        for name, kind in ESTIMATES.columns.items()
    }
    return pa.table(columns)


def from_table(table: pa.Table) -> list[Estimate]:
    """Return the rows of the tidy table as estimates; the inverse of :func:`to_table`."""
    names = [field.name for field in fields(Estimate)]
    rows = table.select(names).to_pylist()
    return [
        Estimate(**{**row, "assumptions": tuple(_sentences(row["assumptions"]))}) for row in rows
    ]


def _cell(row: Estimate, name: str) -> object:
    value: object = getattr(row, name)
    return _SEPARATOR.join(row.assumptions) or None if name == "assumptions" else value


def _sentences(text: str | None) -> list[str]:
    return text.split(_SEPARATOR) if text else []


def _sort_key(row: Estimate) -> tuple[tuple[bool, str], ...]:
    """Order rows by their key, the row of all records before the groups."""
    parts = (getattr(row, column) for column in ESTIMATES.key)
    return tuple((part is not None, part or "") for part in parts)
