"""The tables asked of a run before: what they were, and which of their cells they show."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.config.group_names import CROSS
from linkage.config.schema import Config
from linkage.runs.storage import storage, undamaged
from quality.asked.request import Request, named
from quality.asked.table import ALL, TABLE
from quality.release.cell import Place

FOLDER = Path("asked")
"""Where the tables of a run lie, from the folder of the run."""

REQUEST = "request.json"


@dataclass(frozen=True)
class Earlier:
    """A table that was asked for before, and where it lies."""

    folder: Path
    request: Request


def asked_before(root: Path) -> list[Earlier]:
    """Return the tables asked of the run in the folder ``root``, the first one first."""
    paths = sorted((root / FOLDER).glob(f"*/{REQUEST}"))
    return [Earlier(path.parent, _read(path)) for path in paths]


def as_json(request: Request) -> bytes:
    """Return the request as the content of its file."""
    said = {
        "by": list(request.by),
        "measure": request.measure,
        "source": request.source,
        "other": request.other,
    }
    return f"{json.dumps(said, indent=2, ensure_ascii=False)}\n".encode()


def shown_places(earlier: Earlier, config: Config) -> frozenset[Place]:
    """Return the places of which the table shows its figures."""
    return frozenset(
        _place(row, earlier.request, config)
        for row in read_table(earlier.folder / TABLE)
        if row["status"] == "ok"
    )


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table that was written, as text."""
    with storage(path, "reading a table asked for before"), undamaged(path):
        text = path.read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _place(row: Mapping[str, str], request: Request, config: Config) -> Place:
    groups = {name: row[name] for name in request.by if row[name] != ALL}
    if not groups:
        return None, None
    order = named(list(groups), config)
    return CROSS.join(order), CROSS.join(groups[name] for name in order)


def _read(path: Path) -> Request:
    with storage(path, "reading what was asked for before"), undamaged(path):
        said = json.loads(path.read_bytes())
        return Request(tuple(said["by"]), said["measure"], said["source"], said["other"])


def free_folder(root: Path) -> Path:
    """Return the folder of the next table: numbers, so that no name of a group is in a path."""
    taken: Iterator[int] = (
        int(path.name) for path in (root / FOLDER).glob("*") if path.name.isdecimal()
    )
    return root / FOLDER / f"{max(taken, default=0) + 1:03}"
