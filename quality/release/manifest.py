"""The manifest of a release: every file, every rule, and what was held back and why.

Made from the files as they stand, so that whoever has only these can make it again and compare.
"""

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkage.config.schema import Disclosure
from linkage.runs.holding import is_held
from linkage.runs.publish import publish
from linkage.runs.storage import storage
from quality.release.listed import MANIFEST, read_record, sha256
from quality.release.reasons import reason

PENDING, APPROVED = "pending", "approved"
SUPPRESSED = "suppressed"

_FORMAT = 1
_SPINE = Path("restricted") / "spine" / "spine.json"
"""What a batch says of people deleted: see :mod:`linkage.batches.deletion`."""


@dataclass(frozen=True)
class About:
    """Which run a release is of: what a manifest says before it comes to the files.

    Parameters
    ----------
    runner
        The user id of whoever ran it: another one has to approve.
    started
        When the run began, in UTC: what was approved before, its audit took into account.
    sources
        The sha256 of each source's file, by the name of the source.
    releasers
        The user ids of those who alone may approve it; nothing where any other than the runner may.
    held
        Whether too few people have changed since someone was deleted for it to be released.
    waits
        Whether the run is held until a person has looked at it.
    """

    config: str
    run: str
    purpose: str
    runner: int
    started: str
    sources: Mapping[str, str]
    releasers: Sequence[int] = ()
    held: bool = False
    waits: bool = False


def about(root: Path) -> About:
    """Return what the run in the folder ``root``, finished or not, says of itself."""
    said = read_record(root / "manifest.json") or {}
    return About(
        config=said.get("name", ""),
        run=said.get("run", ""),
        purpose=said.get("purpose", ""),
        runner=said.get("user", os.getuid()),
        started=said.get("started", ""),
        sources={name: each["sha256"] for name, each in said.get("inputs", {}).items()},
        releasers=said.get("governance", {}).get("roles", {}).get("release", ()),
        held=bool((read_record(root / _SPINE) or {}).get("held")),
        waits=is_held(root),
    )


def write_manifest(
    folder: Path, of: About, rules: Disclosure, also: Mapping[str, str] | None = None
) -> None:
    """Write the manifest of everything in ``folder``: a checker approves exactly these files.

    The last thing written, since it holds the hash of every other file.

    Parameters
    ----------
    folder
        A run's ``for_release/``, or that of a table asked for by itself.
    also
        Rules applied beyond those of every release, by name, in words.
    """
    files = _files(folder)
    manifest = {
        "format": _FORMAT,
        "state": PENDING,
        "config": of.config,
        "run": of.run,
        "purpose": of.purpose,
        "runner": of.runner,
        "started": of.started,
        "sources": dict(of.sources),
        "rules": {**said_rules(rules), **(also or {})},
        "files": [_entry(path, data) for path, data in files.items()],
        "suppressed": list(held_back(files)),
        **({"releasers": list(of.releasers)} if of.releasers else {}),
        **({"held": True} if of.held else {}),
        **({"waits": True} if of.waits else {}),
    }
    publish(folder / MANIFEST, encoded(manifest))


def encoded(record: Mapping[str, Any]) -> bytes:
    """Return a record of a release as the bytes of its file."""
    return f"{json.dumps(record, indent=2, ensure_ascii=False)}\n".encode()


def said_rules(rules: Disclosure) -> dict[str, int | str]:
    """Return the rules of disclosure control that every release keeps, by name."""
    return {
        "threshold": rules.threshold,
        "rounding": rules.rounding,
        "zeros": "count as small",
        "figures": "rates, gaps, intervals and p-values are made from rounded counts",
        "reviews": "a figure from a review is shown where the group and the number reviewed pass",
        "secondary": "counts that would give a small one away are held back too, under one mark",
        "audit": "each small count may lie anywhere in a range as wide as the threshold, "
        "by linear programming over all published sums",
    }


def table_of(path: str) -> str | None:
    """Return the name of the table that the file ``path`` holds, None when it holds none."""
    return Path(path).stem if path.endswith(".csv") else None


def read_rows(data: bytes) -> list[dict[str, str]]:
    """Return the rows of a table of a release.

    Raises
    ------
    ValueError
        When it is no UTF-8 text, or no CSV.
    """
    try:
        return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except csv.Error:
        raise ValueError from None


def read_header(data: bytes) -> list[str]:
    """Return the columns of a table of a release."""
    return next(csv.reader(io.StringIO(data.decode("utf-8"), newline="")), [])


def held_back(files: Mapping[str, bytes]) -> Iterator[dict[str, object]]:
    """Yield the checker's view: how many rows of each table were held back, and why.

    Parameters
    ----------
    files
        The content of each file, by its path.
    """
    for path, data in sorted(files.items()):
        name = table_of(path)
        counted = Counter(_told(read_rows(data))) if name else Counter[tuple[str, str]]()
        for (what, why), rows in sorted(counted.items()):
            yield {"table": name, "what": what, "why": why, "rows": rows}


def counts_of_rows(path: str, data: bytes) -> dict[str, object]:
    """Return what is said of a table beside its hash: its name, its rows, those held back."""
    name = table_of(path)
    if name is None:
        return {}
    rows = read_rows(data)
    n_held_back = sum(row.get("status") == SUPPRESSED for row in rows)
    return {"table": name, "rows": len(rows), "rows_suppressed": n_held_back}


def _told(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if row.get("status") == SUPPRESSED:
            measure = row.get("measure", "")
            yield measure, reason(measure, row.get("method", ""))


def _entry(path: str, data: bytes) -> dict[str, object]:
    hashed = {"path": path, "sha256": sha256(data), "bytes": len(data)}
    return {**hashed, **counts_of_rows(path, data)}


def _files(folder: Path) -> dict[str, bytes]:
    """Return every file of the release but its manifest, by its path within."""
    with storage(folder, "reading a release"):
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in found
            if path != folder / MANIFEST
        }
