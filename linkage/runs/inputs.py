"""The sources as they stand when a run starts: their hashes, and whether they stay the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.runs.fingerprints import marked_hash, marks


@dataclass(frozen=True)
class Input:
    """A source's file: its hash, and the marks by which a change since would show."""

    path: Path
    sha256: str
    marks: tuple[int, ...]


def hash_inputs(sources: Mapping[str, Source]) -> dict[str, Input]:
    """Return every source's file, hashed.

    Raises
    ------
    DataError
        Naming every file that cannot be read.
    """
    inputs, faults = {}, []
    for name, source in sources.items():
        try:
            inputs[name] = _hashed(source.path)
        except OSError:
            faults.append(_unreadable(name, source.path))
    if faults:
        raise DataError(faults)
    return inputs


def check_unchanged(inputs: Mapping[str, Input]) -> None:
    """Prove that no source's file was written to since it was hashed.

    Raises
    ------
    DataError
        Naming every file that was: what was read may be half old and half new.
    """
    faults = [
        Fault(
            "D390",
            f"source {name}: the file changed while the run was reading it",
            "wait until it is no longer written to, then run again",
            file=each.path,
            path=f"sources.{name}",
        )
        for name, each in inputs.items()
        if not each.path.is_file() or marks(each.path) != each.marks
    ]
    if faults:
        raise DataError(faults)


def _hashed(path: Path) -> Input:
    if not path.is_file():  # to open a named pipe would wait for ever
        raise FileNotFoundError
    before = marks(path)
    return Input(path, marked_hash(path, before), before)


def _unreadable(name: str, path: Path) -> Fault:
    return Fault(
        "D303" if path.exists() else "D301",
        f"source {name}: the file {'cannot be read' if path.exists() else 'does not exist'}",
        "check path:",
        file=path,
        path=f"sources.{name}",
    )
