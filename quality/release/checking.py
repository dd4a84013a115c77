"""A release by itself, with nothing else at hand: is it what its manifest says, and safe to leave.

Needs no configuration, no database and nothing of the run. What it cannot do is count people: that
no small count can be worked out of a release was audited where the exact counts are.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from linkage.errors import ConfigError, DataError, Fault
from linkage.runs.storage import storage
from quality.release import checked_asked, checked_margins, checked_page, checked_tables
from quality.release.files import TABLES
from quality.release.listed import MANIFEST, differences, entries, read_record
from quality.release.manifest import (
    APPROVED,
    PENDING,
    counts_of_rows,
    held_back,
    read_header,
    read_rows,
    table_of,
)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEXTS = ("config", "run", "purpose", "started")


def release_in(folder: Path) -> dict[str, Any]:
    """Return the manifest of the release in ``folder``.

    Raises
    ------
    ConfigError
        R460 when no release is there.
    DataError
        R464 when the manifest does not say what it has to.
    """
    if not (folder / MANIFEST).is_file():
        raise no_release(folder)
    manifest = read_record(folder / MANIFEST)
    wrong = list(_incomplete(manifest)) if manifest is not None else ["is damaged"]
    if manifest is None or wrong:
        raise DataError([_differs(folder, MANIFEST, what) for what in wrong])
    return manifest


def no_release(folder: Path) -> ConfigError:
    """Return the fault of a folder that holds no release."""
    return ConfigError(
        Fault(
            "R460",
            f"there is no release here: no {MANIFEST}",
            "give a folder for_release of a finished run, or a copy of one",
            file=folder,
        )
    )


def check(folder: Path, shown: Path | None = None) -> dict[str, Any]:
    """Check the release in ``folder`` and return its manifest.

    Parameters
    ----------
    shown
        What the folder is called in a message; ``folder`` itself when None.

    Raises
    ------
    ConfigError
        R460 when no release is there.
    DataError
        R464 for every file that is not as it was listed, R465 for everything in the files that
        breaks a rule: all at once.
    """
    manifest = release_in(folder)
    place = shown or folder
    faults = [_differs(place, path, what) for path, what in differences(folder, manifest)]
    if not faults:
        files = _read(folder, manifest)
        faults += [_breaks(place, path, what) for path, what in _broken(files, manifest)]
    if faults:
        raise DataError(faults)
    return manifest


def _incomplete(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a manifest does not say, or not in the way that it has to."""
    if manifest.get("state") not in (PENDING, APPROVED):
        yield "does not say whether the release is pending or approved"
    yield from (f"has no {name}" for name in _TEXTS if not isinstance(manifest.get(name), str))
    if not isinstance(manifest.get("runner"), int):
        yield "does not say who ran it"
    rules, sources = _set(manifest.get("rules")), _set(manifest.get("sources"))
    numbers = [rules.get(name) for name in ("threshold", "rounding")]
    if not all(isinstance(each, int) and each >= 1 for each in numbers):
        yield "does not say the threshold and the rounding base"
    if not sources or not all(_SHA256.fullmatch(str(each)) for each in sources.values()):
        yield "does not hold the hash of every source"
    if entries(manifest) is None:
        yield "does not list the files"
    if not isinstance(manifest.get("suppressed"), list):
        yield "does not say what was held back"


def _set(found: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON has no one type
    return found if isinstance(found, dict) else {}


def _read(folder: Path, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    with storage(folder, "reading a release"):
        return {path: (folder / path).read_bytes() for path in entries(manifest) or ()}


def _broken(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield ``(path, what is wrong)`` for the content of every file that can be judged alone."""
    unread = [path for path, data in files.items() if not _is_readable(path, data)]
    if unread:
        yield from ((path, "cannot be read as what its name says") for path in unread)
        return
    threshold, rounding = (manifest["rules"][name] for name in ("threshold", "rounding"))
    yield from _broken_tables(files, threshold, rounding)
    for path, data in files.items():
        if path.endswith(".html"):
            yield from ((path, what) for what in checked_page.page(data.decode()))
        elif path.endswith("report.json"):
            found = checked_page.record(json.loads(data), threshold, rounding)
            yield from ((path, what) for what in found)
    yield from _misdescribed(files, manifest)


def _broken_tables(
    files: Mapping[str, bytes], threshold: int, rounding: int
) -> Iterator[tuple[str, str]]:
    tables = {path: read_rows(data) for path, data in files.items() if table_of(path)}
    estimates = tables.get("estimates.csv")
    for path, rows in tables.items():
        header = read_header(files[path])
        if path == checked_asked.ASKED:
            wrong = list(checked_tables.ragged(rows))
            wrong = wrong or list(checked_asked.asked(header, rows, threshold))
            yield from ((path, what) for what in wrong)
            continue
        wrong = [*checked_tables.columns(str(table_of(path)), header), *checked_tables.ragged(rows)]
        yield from ((path, what) for what in wrong)
        if wrong:
            continue
        yield from ((path, what) for what in checked_tables.kept(rows, threshold, rounding))
        if table_of(path) in TABLES and estimates is not None:
            yield from ((path, what) for what in checked_tables.repeated(rows, estimates))
    counts = tables.get("tables/counts.csv", [])
    told = checked_margins.told(counts, threshold, rounding)
    yield from (("tables/counts.csv", what) for what in told)
    if estimates is not None:
        agreeing = checked_tables.agree(counts, estimates)
        yield from (("estimates.csv", what) for what in agreeing)


def _misdescribed(
    files: Mapping[str, bytes], manifest: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield where the checker's view is not what the files themselves say."""
    for path, listed in (entries(manifest) or {}).items():
        said = counts_of_rows(path, files[path])
        if any(listed.get(name) != value for name, value in said.items()):
            yield MANIFEST, f"does not count the rows of {path} as they are"
    if manifest["suppressed"] != list(held_back(files)):
        yield MANIFEST, "does not say what was held back as the tables do"


def _is_readable(path: str, data: bytes) -> bool:
    try:
        if table_of(path):
            read_rows(data)
        elif path.endswith(".json"):
            json.loads(data)
        elif path.endswith(".html"):
            data.decode()
    except (ValueError, RecursionError):
        return False
    return True


def _differs(folder: Path, path: str, what: str) -> Fault:
    fix = "take the release anew from the folder of the run; do not mend it by hand"
    return Fault("R464", f"{path} {what}", fix, file=folder)


def _breaks(folder: Path, path: str, what: str) -> Fault:
    fix = "do not release this; run again with this version, or ask whoever maintains it"
    return Fault("R465", f"{path}: {what}", fix, file=folder)
