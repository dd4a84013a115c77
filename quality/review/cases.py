"""What a reviewer is asked about: a focal record with its candidates, as the review was sampled."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import ConfigError, Fault, StorageError
from linkage.runs.storage import storage

FOLDER = Path("restricted") / "review"
"""Where the review of a run lies, from the folder of the run."""

Kind = Literal["link", "unlinked"]


@dataclass(frozen=True)
class Unit:
    """A focal record that was drawn: ``partner_shown`` is the record it is linked to, if it is.

    ``double`` units go to a second reviewer too.
    """

    number: int
    kind: Kind
    stratum: int
    source: str
    record: int
    other: str
    partner_shown: int | None
    double: bool


@dataclass(frozen=True)
class Stratum:
    """What the design says of a stratum: its group, and how many records it holds and were drawn.

    ``group`` is None where the records of a stratum are of several groups.
    """

    group: str | None
    n_records: int
    n_sampled: int


@dataclass(frozen=True)
class Case:
    """A unit as a reviewer sees it: values (F,) by field, and those of each candidate, best first.

    A value that a record does not have is None.
    """

    unit: Unit
    focal: tuple[str | None, ...]
    candidates: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True)
class Review:
    """A sampled review: its units by number, their candidates' record numbers by rank.

    ``listed[unit][k - 1]`` is the record of the candidate of rank k.
    """

    folder: Path
    run: str
    seed: int
    units: Mapping[int, Unit]
    strata: Mapping[int, Stratum]
    listed: Mapping[int, tuple[int, ...]]


def review_folder(run: Path) -> Path:
    """Return the folder of the review of the run in ``run``.

    Raises
    ------
    ConfigError
        R440 when nothing was sampled there.
    """
    folder = run.resolve() / FOLDER
    if not (folder / "units.parquet").is_file() or not (folder / "design.json").is_file():
        raise ConfigError(
            Fault(
                "R440",
                "no review was sampled from this run",
                "give the folder of a run in which link review sample was called",
                file=run,
            )
        )
    return folder


def read_review(folder: Path) -> Review:
    """Return the review in ``folder``, without the values that reviewers see.

    Raises
    ------
    StorageError
        R443 when one of its files does not hold what was written to it.
    """
    design = _design(folder / "design.json")
    units = {row["unit"]: _unit(row) for row in _rows(folder / "units.parquet")}
    listed: dict[int, list[int]] = {number: [] for number in units}
    for row in sorted(_rows(folder / "candidates.parquet"), key=lambda r: (r["unit"], r["rank"])):
        listed[row["unit"]].append(row["record"])
    return Review(
        folder,
        str(design.get("run") or folder.resolve().parents[1].name),
        int(design["seed"]),
        units,
        {number: _stratum(each) for number, each in enumerate(design["strata"])},
        {number: tuple(records) for number, records in listed.items()},
    )


def read_cases(review: Review) -> tuple[tuple[str, ...], dict[int, Case]]:
    """Return the names of the fields (F,) that reviewers see, and the case of every unit.

    A field that no record of the review has is left out.

    Raises
    ------
    StorageError
        R443 when the sheets do not fit the units and their candidates.
    """
    path = review.folder / "sheets.parquet"
    rows = _rows(path)
    columns = rows[0].keys() - {"unit", "rank"} if rows else set()
    held = {name for name in columns if any(row[name] for row in rows)}
    names = tuple(name for name in (rows[0] if rows else ()) if name in held)
    sheets: dict[int, dict[int, tuple[str | None, ...]]] = {number: {} for number in review.units}
    for row in rows:
        sheets.setdefault(row["unit"], {})[row["rank"]] = tuple(row[name] or None for name in names)
    cases = {}
    for number, unit in review.units.items():
        ranks = range(1, len(review.listed[number]) + 1)
        if set(sheets[number]) != {0, *ranks}:
            raise damaged(path)
        sheet = sheets[number]
        cases[number] = Case(unit, sheet[0], tuple(sheet[rank] for rank in ranks))
    return names, cases


def damaged(path: Path, line: int | None = None) -> StorageError:
    """Return the fault of a file of a review that does not hold what was written to it."""
    return StorageError(
        Fault(
            "R443",
            "a file of the review is damaged",
            "put it back from a copy of the run; what reviewers decided is kept nowhere else",
            file=path,
            line=line,
        )
    )


def _design(path: Path) -> dict[str, Any]:
    with storage(path, "reading the design of the review"):
        data = path.read_bytes()
    try:
        design = json.loads(data)
        return {"seed": design["seed"], "strata": design["strata"], "run": design.get("run")}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise damaged(path) from None


def _rows(path: Path) -> Sequence[dict[str, Any]]:
    with storage(path, "reading the review"):
        try:
            rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        except pa.ArrowException:
            raise damaged(path) from None
    return rows


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        row["unit"],
        row["unit_type"],
        row["stratum"],
        row["source"],
        row["record"],
        row["other"],
        row["partner_shown"],
        row["double"],
    )


def _stratum(row: Mapping[str, Any]) -> Stratum:
    return Stratum(row["group"], row["N"], row["n"])
