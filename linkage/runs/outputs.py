"""The files of a run folder: which of them a stage means by a name, and which it has written."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from linkage.runs.fingerprints import marks
from linkage.runs.storage import storage

Marks = tuple[int, ...]

OWN = frozenset({"config.yaml", "config.resolved.yaml", "manifest.json"})
"""What no stage writes: what the run says of itself."""


def is_named(file: str, name: str) -> bool:
    """Say whether ``file``, relative to the run folder, is what a stage calls ``name``."""
    if "/" in name or "." in name:
        return fits(file, name)
    places = (f"restricted/{name}.parquet", f"restricted/{name}.json", f"{name}.json")
    return any(fits(file, place) for place in places)


def fits(name: str, pattern: str) -> bool:
    """Say whether ``name`` is ``pattern``, in which ``*`` may stand for anything."""
    # most patterns are plain names: no regular expression is compiled for them
    return name == pattern or ("*" in pattern and fnmatchcase(name, pattern))


def files(root: Path) -> dict[str, Marks]:
    """Return the files below ``root`` that stages write, with marks that change when one does.

    Hidden files and folders are the run's own, and so are the logs and what ``OWN`` names.
    """
    found: dict[str, Marks] = {}
    for path in root.rglob("*"):
        name = path.relative_to(root)
        hidden = any(part.startswith(".") for part in name.parts)
        own = hidden or name.as_posix() in OWN
        if not own and path.suffix != ".jsonl" and path.is_file():
            found[name.as_posix()] = marks(path)
    return found


def remove(root: Path, names: Iterable[str]) -> None:
    """Remove files of the run folder, and the folders that are empty without them."""
    with storage(root, "clearing the run folder"):
        for name in names:
            path = root / name
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder.parent == root or any(folder.iterdir()):
                    break
                folder.rmdir()
