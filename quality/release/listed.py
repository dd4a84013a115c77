"""The files of a release against the manifest that lists them."""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from linkage.runs.storage import storage

MANIFEST = "release-manifest.json"
APPROVAL = "approval.json"


def read_record(path: Path) -> dict[str, Any] | None:
    """Return the JSON object in the file ``path``; None where there is none, or no such file.

    Raises
    ------
    StorageError
        R402 when this user may not read it.
    """
    with storage(path, "reading a file of a release"):
        try:
            found = json.loads(path.read_bytes())
        except (FileNotFoundError, ValueError, RecursionError):
            return None
    return found if isinstance(found, dict) else None


def sha256(data: bytes) -> str:
    """Return the hash under which a file is listed."""
    return hashlib.sha256(data).hexdigest()


def entries(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]] | None:
    """Return what the manifest says of each file, by its path; None where it is no list of files.

    A path is relative to the folder of the release and stays below it.
    """
    listed = manifest.get("files")
    if not isinstance(listed, list):
        return None
    found: dict[str, Mapping[str, Any]] = {
        str(each.get("path")): each for each in listed if isinstance(each, dict)
    }
    whole = len(found) == len(listed) and all(map(_is_below, found))
    return found if whole else None


def differences(folder: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield ``(path, what is wrong with it)`` for every file that is not as it was listed.

    Changed, missing, not listed, and whatever is neither a file nor a folder: a link may point out
    of the release.
    """
    listed = entries(manifest)
    if listed is None:
        yield MANIFEST, "does not list the files"
        return
    unlisted = {MANIFEST, *([APPROVAL] if manifest.get("state") == "approved" else [])}
    found = {path: mode for path, mode in _found(folder) if path not in unlisted}
    for path in sorted(listed.keys() | found.keys()):
        mode = found.get(path)
        if mode is None:
            yield path, "is listed and missing"
        elif not stat.S_ISREG(mode):
            yield path, "is not a plain file"
        elif path not in listed:
            yield path, "is not listed"
        elif _has_changed(folder / path, listed[path]):
            yield path, "is not what was listed: its hash or size differs"


def _found(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield every name below ``folder`` that is no folder, with its mode."""
    with storage(folder, "reading a release"):
        for root, folders, files in os.walk(folder, onerror=_refuse):
            for name in [*files, *(each for each in folders if (Path(root) / each).is_symlink())]:
                path = Path(root) / name
                yield path.relative_to(folder).as_posix(), path.lstat().st_mode


def _refuse(error: OSError) -> None:
    raise error


def _has_changed(path: Path, listed: Mapping[str, Any]) -> bool:
    with storage(path, "reading a file of a release"):
        data = path.read_bytes()
    return (sha256(data), len(data)) != (listed.get("sha256"), listed.get("bytes"))


def _is_below(path: str) -> bool:
    parts = Path(path).parts
    return bool(parts) and not Path(path).is_absolute() and ".." not in parts
