"""The spine on disk: the names of its files, what each batch added, and what is written anew."""

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.batches.mapped import numbers, read_mapped
from linkage.errors import DataError, Fault, StorageError
from linkage.runs.fingerprints import file_hash, marks
from linkage.runs.finished import manifest_of
from linkage.runs.outputs import Marks
from linkage.runs.publish import private_folder, publish
from linkage.runs.storage import storage, undamaged

FOLDER = "restricted/spine"
FORMAT = 1
_RECORD = "spine.json"

Rows = npt.NDArray[np.int32]


@dataclass(frozen=True)
class SourceState:
    """How many rows each batch added to a source; in the order of their batches.

    ``full`` is the highest number of a full delivery, ``records`` how many records ever were.
    """

    batches: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()
    records: int = 0
    full: int = 0

    @property
    def n(self) -> int:
        """How many rows there are."""
        return sum(self.rows)

    def grown(self, batch: int, rows: int, records: int, full: int) -> "SourceState":
        """Return the state after a batch."""
        if not rows:
            return replace(self, full=full)
        return SourceState((*self.batches, batch), (*self.rows, rows), records, full)


@dataclass(frozen=True)
class Spine:
    """What is known of a spine; ``root`` is the folder of its run.

    Parameters
    ----------
    batch
        The number of the batch that made it.
    model
        The version of its model.
    pairs
        The batches that added pairs, for each pair of sources.
    links
        The batches that decided links.
    told
        The batches that told entities and sums: the first of all rows, later ones what they
        changed.
    entities
        How many entities were ever named.
    taken
        The deliveries taken so far, as the register keeps them.
    settings
        Hashes of what the configuration said of sources and linkage.
    pending
        Rows to be decided anew by the next batch: they shared a candidate with someone deleted.
    held
        Cells that someone deleted was in, and how many people have yet to change in each before it
        may be published again.
    proved
        Hashes of its files, by their marks, where they have been proven.
    """

    root: Path
    batch: int
    model: int
    sources: dict[str, SourceState]
    pairs: tuple[tuple[int, ...], ...] = ()
    links: tuple[int, ...] = ()
    told: tuple[int, ...] = ()
    entities: int = 0
    taken: tuple[Mapping[str, Any], ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    pending: dict[str, list[int]] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    deletions: int = 0
    proved: Mapping[Marks, str] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path) -> Self:
        """Return the spine of the run in ``root``."""
        path = root / FOLDER / _RECORD
        with storage(path, "reading the spine"), undamaged(path):
            said = json.loads(path.read_bytes())
            sources = {
                name: SourceState(tuple(s["batches"]), tuple(s["rows"]), s["records"], s["full"])
                for name, s in said.pop("sources").items()
            }
            said["pairs"] = tuple(map(tuple, said["pairs"]))
            said |= {name: tuple(said[name]) for name in ("links", "told")}
            said["taken"] = tuple(said["taken"])
            del said["format"]
            return cls(root=root, sources=sources, **said)

    def write(self) -> None:
        """Publish it, the last of the spine's files."""
        said = {"format": FORMAT, **asdict(self)}
        del said["root"], said["proved"]
        text = json.dumps(said, indent=1, sort_keys=True)
        publish(self.folder / _RECORD, f"{text}\n".encode())

    @property
    def folder(self) -> Path:
        """Where its files stand."""
        return self.root / FOLDER

    def path(self, *parts: object) -> Path:
        """Return the path of a file: ("ids", "census", 1) is ids-census-1.arrow."""
        return self.folder / f"{'-'.join(map(str, parts))}.arrow"

    def segments(self, kind: str, source: str) -> Iterator[tuple[int, pa.Table]]:
        """Yield what each batch added to a source, with the first of its rows."""
        state, first = self.sources[source], 0
        for batch, n in zip(state.batches, state.rows, strict=True):
            yield first, read_mapped(self.path(kind, source, batch))
            first += n

    def array(self, kind: str, source: str) -> npt.NDArray[np.int32]:
        """Return an array over all rows of a source: ``versions``."""
        return numbers(read_mapped(self.path(kind, source)), kind)

    def column(self, kind: str, source: str, name: str) -> pa.ChunkedArray:
        """Return a column of all rows of a source, read where it lies."""
        parts = [table[name].chunk(0) for _, table in self.segments(kind, source)]
        return pa.chunked_array(parts)

    def paths(self, kind: str, source: str) -> list[Path]:
        """Return the files of a kind that batches added to a source."""
        return [self.path(kind, source, batch) for batch in self.sources[source].batches]

    def carried(self) -> list[Path]:
        """Return the files that a batch takes over as they are, relative to the folder."""
        anew = {f"{kind}-{source}.arrow" for kind in ANEW for source in self.sources}
        with storage(self.folder, "reading the spine"):
            names = sorted(path.name for path in self.folder.iterdir())
        return [Path(name) for name in names if name not in {*anew, _RECORD}]


ANEW: tuple[str, ...] = ("versions", "withdrawn")
"""Of every source: files that every batch writes anew."""


def carry(
    before: Spine, root: Path, kinds: tuple[str, ...], without: tuple[str, ...] = ()
) -> list[str]:
    """Take the unchanged files of a spine over into the run folder ``root``, by hard link.

    ``kinds`` are what the names of those that are taken over begin with, ``without`` those of
    others that are not.
    """
    folder = root / FOLDER
    names = [each.name for each in before.carried() if each.name.startswith(kinds)]
    names = [name for name in names if not name.startswith(without)]
    with storage(folder, "carrying the spine over"):
        private_folder(folder)
        for name in names:
            (folder / name).unlink(missing_ok=True)
            os.link(before.folder / name, folder / name, follow_symlinks=False)
    return names


def _proved(root: Path) -> dict[Marks, str]:
    """Prove that every file of the spine of the run in ``root`` is what its manifest says.

    Returns their hashes by marks.

    The files carry no checksums of their own, and a flipped bit would make other links.

    Raises
    ------
    StorageError
        R633, with every file that is missing or another.
    """
    stages = manifest_of(root)["stages"]
    said = {file: about["sha256"] for each in stages for file, about in each["outputs"].items()}
    files = sorted(file for file in said if file.startswith(f"{FOLDER}/"))
    with storage(root / FOLDER, "reading the spine"), ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda file: _marked(root / file), files))
        faults = [
            Fault(
                "R633",
                "a file of the spine is damaged",
                "check the disk, and put the file back from a copy of the run",
                file=root / file,
            )
            for file, (_, sha256) in zip(files, found, strict=True)
            if sha256 != said[file]
        ]
    if faults:
        raise StorageError(faults)
    return {marked: sha256 for marked, sha256 in found if sha256 is not None}


def _marked(path: Path) -> tuple[Marks, str | None]:
    """Return the marks of a file before it is read, and its hash; None where there is none."""
    return (marks(path), file_hash(path)) if path.is_file() else ((), None)


def spine_of(home: Path) -> Spine | None:
    """Return the spine of the newest run in ``home``, None where no batch has been linked.

    Raises
    ------
    DataError
        When the newest run is not a batch: it would be hidden by one.
    StorageError
        With every file of the spine that is not what was written.
    """
    latest = home / "latest"
    if not latest.exists():
        return None
    root = latest.resolve()
    if (root / FOLDER / _RECORD).is_file():
        proved = _proved(root)
        return replace(Spine.read(root), proved=proved)
    raise DataError(
        Fault(
            "R455",
            "the newest run of this configuration is not a batch",
            "give the configuration with batches another name or output",
            file=root,
        )
    )
