"""The mark that a stage is done: its key and the hashes of what it wrote, published last."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from linkage.runs.fingerprints import file_hash
from linkage.runs.publish import publish

FOLDER = ".stages"
"""Where the marks stand in a folder under construction."""


@dataclass(frozen=True)
class Done:
    """A finished stage. ``outputs`` maps each file, relative to the run folder, to its sha256."""

    stage: str
    key: str
    outputs: Mapping[str, str]
    seconds: float

    def holds(self, root: Path) -> bool:
        """Say whether every file it wrote is still there, byte for byte."""
        return all(
            (root / name).is_file() and file_hash(root / name) == sha256
            for name, sha256 in self.outputs.items()
        )


def mark_path(root: Path, stage: str) -> Path:
    """Return where the mark of ``stage`` stands in the folder ``root``."""
    return root / FOLDER / f"{stage}.ok"


def write_done(root: Path, done: Done) -> None:
    """Publish the mark of a stage whose outputs are all published."""
    publish(mark_path(root, done.stage), json.dumps(asdict(done), indent=2).encode())


def every_done(root: Path) -> Iterator[Done]:
    """Yield the mark of every stage that is done in the folder ``root``."""
    for path in sorted((root / FOLDER).glob("*.ok")):
        if (done := read_done(root, path.stem)) is not None:
            yield done


def read_done(root: Path, stage: str) -> Done | None:
    """Return the mark of ``stage``, or None where there is none that can be read."""
    try:
        return Done(**json.loads(mark_path(root, stage).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
