"""A folder of opened records: what an owner lets an agreed review party see, and it alone."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import DataError, Fault
from linkage.privacy.manifest import RECORD_ID
from linkage.runs.fingerprints import file_hash
from linkage.runs.parquet import PARQUET
from linkage.runs.publish import publish, publishing
from linkage.runs.storage import storage

RECORDS, MANIFEST = "opened.parquet", "manifest.json"
"""The files of the folder."""

_FORMAT = "opened records 1"


@dataclass(frozen=True)
class Opened:
    """What is said of opened records.

    Parameters
    ----------
    review
        The review that asked for them.
    source
        The linkage unit's name for the source.
    to
        The review party for whom alone they are.
    n
        How many there are, rounded to 5; decoys count too.
    fields
        The columns of their values, as text.
    sha256
        Of the file of records.
    """

    review: str
    source: str
    project: str
    delivery: int
    to: str
    n: int
    fields: tuple[str, ...]
    sha256: str = ""


def write_opened(folder: Path, said: Opened, records: pa.Table) -> None:
    """Write ``records``, the record id and text by field, and what is said of them."""
    with publishing(folder / RECORDS) as file:
        pq.write_table(records, file, **PARQUET)
    record = {"format": _FORMAT, **asdict(said), "sha256": file_hash(folder / RECORDS)}
    publish(folder / MANIFEST, f"{json.dumps(record, indent=2)}\n".encode())


def read_opened(folder: Path) -> tuple[Opened, pa.Table]:
    """Return what is said of the opened records in ``folder``, and the records.

    Raises
    ------
    DataError
        D416 when it is no such folder, or not as its owner wrote it.
    """
    with storage(folder, "reading opened records"):
        try:
            said = _opened(json.loads((folder / MANIFEST).read_bytes()))
            if file_hash(folder / RECORDS) != said.sha256:
                raise ValueError
            table = pq.read_table(folder / RECORDS)
            kinds = pa.schema((name, pa.string()) for name in (RECORD_ID, *said.fields))
            return said, table.select(kinds.names).cast(kinds)
        except (
            FileNotFoundError, NotADirectoryError, KeyError, TypeError, ValueError,
            AttributeError, pa.ArrowException,
        ):  # fmt: skip
            message = "this is no folder of opened records, or not as its owner wrote it"
            fix = "copy the whole folder that link review open wrote again from its owner"
            raise DataError(Fault("D416", message, fix, file=folder)) from None


def _opened(said: Mapping[str, Any]) -> Opened:
    if said["format"] != _FORMAT:
        raise ValueError("another format")
    return Opened(
        review=str(said["review"]),
        source=str(said["source"]),
        project=str(said["project"]),
        delivery=int(said["delivery"]),
        to=str(said["to"]),
        n=int(said["n"]),
        fields=tuple(map(str, said["fields"])),
        sha256=str(said["sha256"]),
    )
