"""Counts that earlier releases published, as a reader holds them: rounded, some held back."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from linkage.disclosure import Limits, to_base
from linkage.errors import DataError, Fault
from linkage.runs.storage import storage
from quality.release.counts import COLUMNS, COUNTS
from quality.release.files import FOLDER, FORMULA
from quality.tally import Tally


class Release(Protocol):
    """A release that was approved: see ``quality.release.register``."""

    @property
    def folder(self) -> Path:
        """Its files, as they left."""

    @property
    def config(self) -> str:
        """The name of the configuration."""

    @property
    def run(self) -> str:
        """The run's id."""

    @property
    def sources(self) -> Mapping[str, str]:
        """The sha256 of the file of each source."""


@dataclass(frozen=True)
class Published:
    """A row of an earlier release: ``tally.k`` and ``tally.n`` are rounded to ``base``, or None."""

    tally: Tally
    base: int

    def is_of(self, exact: Tally) -> bool:
        """Say whether the exact counts are published so: else they are not of the same records."""
        pairs = ((self.tally.n, exact.n), (self.tally.k, exact.k))
        return all(said is None or to_base(n or 0, self.base) == said for said, n in pairs)

    def limits(self, count: int) -> Limits:
        """Return the least and the greatest count that is rounded to ``count``, halves up."""
        return max(0, count - self.base // 2), count + (self.base - 1) // 2


def published(release: Release) -> list[Published]:
    """Return every count of a release of a whole run.

    A table that was asked for by itself holds perturbed counts, which are no limits of the exact
    ones: it gives none.

    Raises
    ------
    DataError
        R490, where the release does not say what it published: nothing can be audited against it.
    """
    path = release.folder / COUNTS.relative_to(FOLDER)
    if not path.is_file() and release.folder.name != f"{release.config}-{release.run}":
        return []
    if not path.is_file():
        raise _unreadable(path)
    with storage(path, "reading an earlier release"), path.open(encoding="utf-8", newline="") as f:
        rows: Sequence[dict[str, str]] = list(csv.DictReader(f))
    try:
        return list(_rows(rows))
    except (KeyError, ValueError, TypeError):
        raise _unreadable(path) from None


def _rows(rows: Sequence[Mapping[str, str]]) -> Iterator[Published]:
    for row in rows:
        texts = {name: _text(row[name]) for name in COLUMNS[:7]}
        n, k = (int(row[name]) if row[name] else None for name in ("n", "k"))
        yield Published(Tally(**texts, n=n, k=k), int(row["base"]))  # type: ignore[arg-type]


def _text(cell: str) -> str | None:
    """Undo what keeps a spreadsheet from taking a name for a formula."""
    if cell[:1] == "'" and cell[1:2] in FORMULA:
        return cell[1:]
    return cell or None


def _unreadable(path: Path) -> DataError:
    return DataError(
        Fault(
            "R490",
            "an approved release does not say which counts it published",
            "put its tables/counts.csv back from a copy; a release made before this table was "
            "written has to be made and approved again, or taken out of the register by whoever "
            "answers for what it gave away",
            file=path,
        )
    )
