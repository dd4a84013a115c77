"""Coverage by group from outside the run: a table that the user gives, with its standard error."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.errors import DataError, Fault
from quality.missingness.counted import Place

COLUMNS = ("characteristic", "group", "coverage", "se")


@dataclass(frozen=True)
class Coverage:
    """The share of a group's records that have a partner in the other source, and its error."""

    rate: float
    standard_error: float


def read_coverage(path: Path | None) -> Mapping[Place, Coverage]:
    """Return coverage by characteristic and group; both blank mean all records.

    Parameters
    ----------
    path
        A CSV file in UTF-8 with the columns characteristic, group, coverage (above 0, at most 1)
        and se (not below 0). None gives no coverage.

    Raises
    ------
    DataError
        D395 when the file cannot be read so, with its line.
    """
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise _fault(path, 1, f"it has no column {missing[0]}")
            return dict(_rows(path, reader))
    except (OSError, UnicodeDecodeError):
        raise _fault(path, None, "it cannot be opened as CSV in UTF-8") from None


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[Place, Coverage]]:
    for row in reader:
        try:
            rate, error = float(row["coverage"]), float(row["se"])
        except (TypeError, ValueError):
            raise _fault(path, reader.line_num, "coverage and se have to be numbers") from None
        if not (0 < rate <= 1 and 0 <= error <= 1):
            raise _fault(path, reader.line_num, "coverage lies above 0 and at most at 1, se in 0-1")
        yield (row["characteristic"] or None, row["group"] or None), Coverage(rate, error)


def _fault(path: Path, line: int | None, why: str) -> DataError:
    return DataError(
        Fault(
            "D395",
            f"the table of coverage is not one: {why}",
            f"write a CSV file with the columns {', '.join(COLUMNS)}, a line a group",
            file=path,
            line=line,
            path="missingness.coverage",
        )
    )
