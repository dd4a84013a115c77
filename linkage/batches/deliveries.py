"""What lies in the folder of deliveries: which are new, and which cannot be taken.

A delivery is a folder ``<source>/<delivery>/`` with its files and a ``manifest.json`` that says
what they are. It is taken whole or not at all, and one that cannot be taken stops the batch.
"""

import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from linkage.errors import DataError, Fault
from linkage.runs.fingerprints import file_hash, marks
from linkage.runs.inputs import Input

MANIFEST = "manifest.json"
Kind = Literal["new", "corrected", "withdrawn", "full"]
KINDS: tuple[str, ...] = get_args(Kind)
_MOST_BYTES = 1_000_000
_MOST_NUMBER = 2**31 - 1
_LONGEST_NAME = 255
"""Bytes: no file system takes a longer one, and the system's refusal would pass for a full disk."""


@dataclass(frozen=True)
class Delivered:
    """A file of a delivery, as its manifest says it is."""

    path: Path
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True)
class Delivery:
    """A delivery: whose it is, its number among those of its source, and what its rows are.

    ``new`` and ``corrected`` rows are records as they are from now on, ``withdrawn`` rows name
    records that are no more, ``full`` holds all records that there are.
    """

    source: str
    name: str
    number: int
    kind: str
    files: tuple[Delivered, ...]
    sha256: str

    @property
    def key(self) -> str:
        """How it is called in manifests and messages."""
        return f"{self.source}/{self.name}"

    def as_record(self) -> dict[str, object]:
        """Return what the register keeps of it: nothing of its rows but how they were called."""
        return {
            "source": self.source,
            "delivery": self.name,
            "number": self.number,
            "kind": self.kind,
            "manifest_sha256": self.sha256,
            "files": {each.path.name: each.sha256 for each in self.files},
        }


def survey(folder: Path, sources: Collection[str]) -> list[Delivery]:
    """Return every delivery in ``folder`` by source and number; only manifests are read.

    Raises
    ------
    DataError
        Naming every delivery that has no manifest or one that cannot be followed.
    """
    if not folder.is_dir():
        raise DataError(
            Fault(
                "D350",
                "there is no folder of deliveries",
                "make it, with a folder for each source, or correct batch.deliveries",
                file=folder,
                path="batch.deliveries",
            )
        )
    found, faults = list[Delivery](), list[Fault]()
    for source in _folders(folder):
        if source.is_symlink():
            faults.append(_fault("R634", source, "the folder of a source is a link"))
            continue
        if source.name not in sources:
            faults.append(_fault("D357", source, "no source of the configuration is called so"))
            continue
        for each in _folders(source):
            read = _read(source.name, each)
            (found if isinstance(read, Delivery) else faults).append(read)  # type: ignore[arg-type]
    faults += _repeated(found)
    if faults:
        raise DataError(faults)
    order = list(sources)
    return sorted(found, key=lambda each: (order.index(each.source), each.number))


def outstanding(
    deliveries: Collection[Delivery], taken: Collection[Mapping[str, Any]]
) -> list[Delivery]:
    """Return the deliveries that are not in the register of those ``taken``.

    Raises
    ------
    DataError
        Naming every delivery that is another one now than when it was taken.
    """
    known = {f"{each['source']}/{each['delivery']}": each["manifest_sha256"] for each in taken}
    numbers = {(each["source"], each["number"]): each["delivery"] for each in taken}
    faults, new = [], []
    for each in deliveries:
        place = each.files[0].path.parent if each.files else Path(each.key)
        if each.key not in known:
            new.append(each)
            if (each.source, each.number) in numbers:
                message = f"its number, {each.number}, is that of a delivery taken before"
                faults.append(_fault("D355", place, message))
        elif known[each.key] != each.sha256:
            faults.append(_fault("D356", place, "its manifest has changed since it was taken"))
    if faults:
        raise DataError(faults)
    return new


def verify(deliveries: Collection[Delivery]) -> dict[str, Input]:
    """Return the files of ``deliveries``, each proved to be what its manifest says.

    Raises
    ------
    DataError
        Naming every file that is missing, cut off or damaged.
    """
    inputs, faults = {}, []
    for delivery in deliveries:
        for each in delivery.files:
            before = _marks(each.path)
            if before is None or each.path.stat().st_size != each.size:
                said = "is not there" if before is None else "has another size than its manifest"
                message = f"delivery {delivery.key}: the file {each.path.name} {said}"
                faults.append(Fault("D351", message, _AGAIN, file=each.path))
            elif (found := _hash(each.path)) != each.sha256:
                reason = "cannot be read" if found is None else "is not what its manifest says"
                message = f"delivery {delivery.key}: the file {each.path.name} {reason}"
                faults.append(Fault("D352", message, _AGAIN, file=each.path))
            else:
                inputs[f"{delivery.key}/{each.path.name}"] = Input(each.path, each.sha256, before)
    if faults:
        raise DataError(faults)
    return inputs


_AGAIN = "have it delivered again; nothing of any delivery was taken"


def _folders(folder: Path) -> list[Path]:
    """Return the folders in ``folder``; what is hidden is not ours."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if not entry.name.startswith(".")]
    return [folder / name for name in sorted(names) if (folder / name).is_dir()]


def _fault(code: str, place: Path, message: str) -> Fault:
    fix = {
        "D350": "wait until it is complete: its manifest.json comes last",
        "D355": "give each delivery of a source a number of its own",
        "D356": "put it back as it was, and deliver what is new under another number",
        "D357": "rename the folder, or add the source",
        "R634": "copy what it leads to into the folder of deliveries, if that is meant",
    }.get(code, _AGAIN)
    return Fault(code, f"delivery {place.parent.name}/{place.name}: {message}", fix, file=place)


def _read(source: str, folder: Path) -> Delivery | Fault:
    path = folder / MANIFEST
    if folder.is_symlink():
        return _fault("R634", folder, "its folder is a link")
    if _marks(path) is None:
        return _fault("D350", folder, "it has no manifest.json: it is not complete")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError
        said = json.loads(path.read_bytes())
        delivery = _delivery(source, folder, said, file_hash(path))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return _fault("D353", folder, f"its manifest.json cannot be followed; it says {_SAYS}")
    if delivery.source != said["source"]:
        return _fault("D353", folder, "its manifest.json is of another source than its folder")
    named = {MANIFEST, *(each.path.name for each in delivery.files)}
    if not {each.name for each in folder.iterdir() if not each.name.startswith(".")} <= named:
        return _fault("D354", folder, "it holds a file that its manifest.json does not name")
    return delivery


_SAYS = (
    "source, number (1 or more), kind (new, corrected, withdrawn or full) and files, each with "
    "name, sha256, bytes and rows"
)


def _delivery(source: str, folder: Path, said: Mapping[str, Any], sha256: str) -> Delivery:
    """Return the delivery that a manifest describes; anything unforeseen is a ValueError."""
    number, kind, files = said["number"], said["kind"], said["files"]
    if type(number) is not int or not 1 <= number <= _MOST_NUMBER or kind not in KINDS:
        raise ValueError
    if not isinstance(said["source"], str) or not isinstance(files, list) or not files:
        raise ValueError
    found = tuple(_file(folder, each) for each in files)
    if len({each.path for each in found}) < len(found):
        raise ValueError
    return Delivery(source, folder.name, number, kind, found, sha256)


def _file(folder: Path, said: Mapping[str, Any]) -> Delivered:
    name, sha256, size, rows = (said[key] for key in ("name", "sha256", "bytes", "rows"))
    plain = isinstance(name, str) and name == Path(name).name and not name.startswith(".")
    if not plain or len(os.fsencode(name)) > _LONGEST_NAME:
        raise ValueError
    if name == MANIFEST or not isinstance(sha256, str):
        raise ValueError
    if any(type(each) is not int or each < 0 for each in (size, rows)):
        raise ValueError
    return Delivered(folder / name, sha256.lower(), size, rows)


def _repeated(found: Collection[Delivery]) -> Iterator[Fault]:
    first: dict[tuple[str, int], str] = {}
    for each in found:
        other = first.setdefault((each.source, each.number), each.name)
        if other != each.name:
            message = f"its number, {each.number}, is that of {other} too"
            yield _fault("D355", each.files[0].path.parent, message)


def _marks(path: Path) -> tuple[int, ...] | None:
    """Return the marks of a plain file, None where there is none: links may lead anywhere."""
    return marks(path) if path.is_file() and not path.is_symlink() else None


def _hash(path: Path) -> str | None:
    try:
        return file_hash(path)
    except OSError:
        return None
