"""The releases that wait for a person, as far as a user may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linkage.errors import StorageError
from linkage.runs.sharing import REGISTER, entry_name
from quality.release.listed import MANIFEST, read_record
from quality.release.manifest import PENDING


@dataclass(frozen=True)
class Waiting:
    """A release that is not approved: its run's or table's folder, and when the run began."""

    folder: Path
    started: str


def waiting(output: Path) -> list[Waiting]:
    """Return the pending releases below the output folder, in the order in which their runs began.

    A checker may go through the folder of runs and not list it: then there is nothing to show.
    """
    found = []
    for path in _manifests(output):
        try:
            manifest = read_record(path)
        except StorageError:
            continue
        if manifest is not None and manifest.get("state") == PENDING:
            found.append(Waiting(path.parent.parent, str(manifest.get("started", ""))))
    return sorted(found, key=lambda each: (each.started, each.folder))


def _manifests(output: Path) -> Iterator[Path]:
    """Yield the manifests of releases that do not stand in the register."""
    for pattern, depth in (("*/*", 2), ("*/*/asked/*", 4)):
        for path in output.glob(f"{pattern}/for_release/{MANIFEST}"):
            config, run, *rest = path.relative_to(output).parts[:depth]
            entry = entry_name(config, run, rest[-1] if rest else None)
            hidden = run.startswith(".") or (output / config / run).is_symlink()
            if not hidden and not (output / REGISTER / entry).exists():
                yield path
