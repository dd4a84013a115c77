"""Every count that a run releases, in one table: what audits of later releases read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from linkage.runs.workspace import Workspace
from quality.release.files import FOLDER, as_csv
from quality.release.naming import Place
from quality.tally import Tally

COUNTS = FOLDER / "tables" / "counts.csv"

COLUMNS = (
    "measure",
    "source",
    "other",
    "variable",
    "stage",
    "characteristic",
    "group",
    "n",
    "k",
    "status",
    "base",
)
"""``k`` of ``n`` records; both are rounded to ``base``, or empty where they are held back."""


def write_counts(
    workspace: Workspace, controlled: Iterable[Tally], names: Mapping[Place, str], base: int
) -> None:
    """Write the tallies that passed disclosure control as ``tables/counts.csv``.

    Every count of a run stands there once: a reader has no other from which to work one out.

    Parameters
    ----------
    names
        What the groups are called that are too small to name.
    base
        What the counts are rounded to.
    """
    rows = [_row(each, base) for each in dict.fromkeys(_named(controlled, names))]
    rows.sort(key=lambda row: [str(row[column] or "") for column in COLUMNS])
    workspace.publish(COUNTS, as_csv(rows, COLUMNS))


def _named(controlled: Iterable[Tally], names: Mapping[Place, str]) -> Iterator[Tally]:
    for each in controlled:
        place = each.characteristic, each.group
        yield replace(each, group=names[place], k=None, n=None) if place in names else each


def _row(tally: Tally, base: int) -> dict[str, object]:
    columns: Sequence[str] = COLUMNS[:9]
    row: dict[str, object] = {name: getattr(tally, name) for name in columns}
    return {**row, "status": "suppressed" if tally.k is None else "ok", "base": base}
