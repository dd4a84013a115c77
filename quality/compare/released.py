"""The estimates that a run or a release let out, read from its folder."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa

from linkage.errors import ConfigError, DataError, Fault
from linkage.runs.storage import storage
from linkage.tables import ESTIMATES
from quality.estimate import Estimate

ESTIMATES_FILE = "estimates.csv"
_FOR_RELEASE = "for_release"
_RUN_MANIFEST, _RELEASE_MANIFEST = "manifest.json", "release-manifest.json"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: which run it is, and the estimates that it let out.

    ``root`` is the folder of the run, None where only a release is at hand; ``sources`` holds the
    hash of the file of each source, as far as the folder says.
    """

    folder: Path
    root: Path | None
    run: str | None
    config: str | None
    sources: Mapping[str, str]
    estimates: tuple[Estimate, ...]


def read_side(folder: Path) -> Side:
    """Read the folder of a finished run, its ``for_release``, or an approved release.

    Raises
    ------
    ConfigError
        R470 when the folder holds no released estimates.
    DataError
        R471 when these, or a manifest, do not hold what was written to them.
    """
    inner = folder / _FOR_RELEASE
    release = inner if (inner / ESTIMATES_FILE).is_file() else folder
    path = release / ESTIMATES_FILE
    if not path.is_file():
        raise ConfigError(
            Fault(
                "R470",
                "this folder holds no released estimates",
                "give the folder of a finished run, or of a release",
                file=folder,
            )
        )
    root = release.resolve().parent if release.resolve().name == _FOR_RELEASE else None
    said = {} if root is None else read_manifest(root / _RUN_MANIFEST)
    released = read_manifest(release / _RELEASE_MANIFEST)
    hashes = {name: str(each["sha256"]) for name, each in said.get("inputs", {}).items()}
    return Side(
        folder=folder,
        root=root,
        run=said.get("run") or released.get("run"),
        config=said.get("name") or released.get("config"),
        sources=hashes or dict(released.get("sources", {})),
        estimates=read_estimates(path),
    )


def read_manifest(path: Path) -> dict[str, Any]:
    """Return what a manifest says; nothing where there is none."""
    if not path.is_file():
        return {}
    with storage(path, "reading a manifest"):
        data = path.read_bytes()
    try:
        found = json.loads(data)
    except ValueError:
        raise _damaged(path) from None
    if not isinstance(found, dict):
        raise _damaged(path)
    return found


def read_estimates(path: Path) -> tuple[Estimate, ...]:
    """Return the rows of an ``estimates.csv``."""
    with storage(path, "reading released estimates"):
        data = path.read_bytes()
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        return tuple(map(_estimate, reader))
    except (ValueError, KeyError, TypeError, csv.Error):
        raise _damaged(path) from None


def _estimate(row: Mapping[str, str]) -> Estimate:
    return Estimate(**dict(_values(row)))


def _values(row: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for each in fields(Estimate):
        text, kind = row[each.name], ESTIMATES.columns[each.name]
        if each.name == "assumptions":
            yield each.name, tuple(text.split("; ")) if text else ()
        elif text == "":
            yield each.name, None
        elif pa.types.is_floating(kind):
            yield each.name, _finite(text)
        else:
            yield each.name, int(text) if pa.types.is_integer(kind) else _plain(text)


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError("a figure that is no number")
    return value


def _plain(text: str) -> str:
    """Take off the mark that keeps a spreadsheet from taking a name for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULAS else text


def _damaged(path: Path) -> DataError:
    return DataError(
        Fault(
            "R471",
            "this file does not hold what was written to it",
            "put it back from a copy of the run or the release",
            file=path,
        )
    )
