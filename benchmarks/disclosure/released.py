"""What a reader holds: the rows of a release's counts, as its file has them."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from quality.proportion import Interval

COUNTS = Path("tables") / "counts.csv"


class Key(NamedTuple):
    """Which count a row is of; empty columns are empty text."""

    measure: str
    source: str
    other: str
    variable: str
    stage: str
    characteristic: str
    group: str


@dataclass(frozen=True)
class Counted:
    """The two counts of a row; None where the file has no figure."""

    n: int | None
    k: int | None


@dataclass(frozen=True)
class Tree:
    """Public knowledge of a classification: under which group of ``above`` each of ``below`` is."""

    source: str
    below: str
    above: str
    parents: Mapping[str, str]


class Place(NamedTuple):
    """A group, of which source and towards which other: empty text for all records."""

    source: str
    other: str
    characteristic: str
    group: str


@dataclass(frozen=True)
class Printed:
    """A rate that truth gives of every record, as it is printed.

    With ``gap``, the difference to everyone outside the group, which gives their rate.
    """

    rate: str
    place: Place
    own: Interval
    gap: Interval | None = None


@dataclass(frozen=True)
class Release:
    """One release, with the rules that stand in its manifest.

    ``files`` says of each source which file its records are from: counts of the same file are the
    same counts. ``grows`` names the sources whose files are successive deliveries of a register
    that never loses a record. ``printed`` are rates of error, and ``published`` the numbers of
    records they were cut into bands by: of a source, characteristic and group.
    """

    rows: Mapping[Key, Counted]
    threshold: int
    rounding: int
    trees: tuple[Tree, ...] = ()
    files: Mapping[str, str] | None = None
    printed: tuple[Printed, ...] = ()
    published: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


def exact(release: Release, truth: Mapping[Key, Counted]) -> Release:
    """Return the release with what it shows as it is, not rounded.

    No figure made of the counts shown, be it a rate, a limit or an indicator, can say more of them.
    """
    rows = {
        key: Counted(
            None if row.n is None else truth[key].n, None if row.k is None else truth[key].k
        )
        for key, row in release.rows.items()
    }
    return replace(release, rows=rows, rounding=1)


def unprinted(rows: Iterable[Key]) -> dict[Key, Counted]:
    """Return rows of which no figure is printed."""
    return dict.fromkeys(rows, Counted(None, None))


def with_printed(release: Release, printed: tuple[Printed, ...]) -> Release:
    """Return the release with rates of error, cut into bands by the numbers that it prints."""
    published = {
        (key.source, key.characteristic, key.group): row.n
        for key, row in release.rows.items()
        if key.measure == "records" and row.n is not None
    }
    return replace(release, printed=printed, published=published)


def rows_of(text: Iterable[str]) -> dict[Key, Counted]:
    """Read the lines of a file of counts."""
    found: dict[Key, Counted] = {}
    for row in csv.DictReader(text):
        key = Key(*(row[name] or "" for name in Key._fields))
        n, k = (int(float(row[name])) if row[name] else None for name in ("n", "k"))
        found[key] = Counted(n, k)
    return found


def read(folder: Path) -> dict[Key, Counted]:
    """Read the counts of a release's folder."""
    with (folder / COUNTS).open(encoding="utf-8", newline="") as lines:
        return rows_of(lines)
