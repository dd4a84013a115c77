"""What an owner says beside the encodings: whose they are, how they were made, that they are whole.

Nothing in it is secret and nothing tells of one person: the number of records is rounded, rates
passed disclosure control, and of the key only a check leaves, which 32 random bytes do not follow
from.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linkage.config.kinds import RUN_PATTERN, SOURCE_PATTERN
from linkage.privacy.schema import FORMAT

ENCODED, SCHEMA, MANIFEST = "encoded.parquet", "schema.json", "manifest.json"
"""The files of an encoded folder; nothing else stands in it."""

RECORD_ID = "rid"
"""The column of ``encoded.parquet`` that names a record: 128 random bits in hexadecimal."""

GROUP = "group_"
"""How the columns of groups begin: the only ones that are not encoded."""

_LONGEST = 80


@dataclass(frozen=True)
class Stated:
    """What the manifest states of a file, so that damage on the way shows."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """The manifest of one delivery.

    Parameters
    ----------
    schema
        The hash of the schema that every owner of the project shares.
    key_check
        16 hexadecimal digits that owners with one key have in common.
    n
        How many records there are, rounded to 5.
    missing
        The share of records without a value by column; a rate that may not be told is left out.
    groups
        The labels that each group column may hold.
    readable
        The columns whose values the linkage unit can work out: coarse tokens.
    files
        ``encoded.parquet`` and ``schema.json`` as they were written.
    """

    schema: str
    project: str
    key_check: str
    source: str
    delivery: int
    n: int
    missing: Mapping[str, float]
    groups: Mapping[str, tuple[str, ...]]
    readable: tuple[str, ...]
    files: Mapping[str, Stated]
    versions: Mapping[str, str]

    def as_json(self) -> str:
        """Return the manifest as the text of ``manifest.json``."""
        record = {"format": FORMAT, **asdict(self)}
        return json.dumps(record, sort_keys=True, indent=2) + "\n"


def manifest_of(record: Mapping[str, Any]) -> Manifest:
    """Return the manifest that :meth:`Manifest.as_json` wrote.

    Raises
    ------
    AttributeError, KeyError, TypeError, ValueError
        When ``record`` is no manifest of this format.
    """
    if record["format"] != FORMAT:
        raise ValueError("another format")
    named = (record["project"], RUN_PATTERN), (record["source"], SOURCE_PATTERN)
    if not all(re.fullmatch(pattern, name) and len(name) <= _LONGEST for name, pattern in named):
        raise ValueError("no name")  # files of the linkage unit are called by them
    return Manifest(
        schema=str(record["schema"]),
        project=str(record["project"]),
        key_check=str(record["key_check"]),
        source=str(record["source"]),
        delivery=int(record["delivery"]),
        n=int(record["n"]),
        missing={str(name): float(rate) for name, rate in record["missing"].items()},
        groups={str(name): tuple(map(str, labels)) for name, labels in record["groups"].items()},
        readable=tuple(map(str, record["readable"])),
        files={
            str(name): Stated(str(each["sha256"]), int(each["bytes"]))
            for name, each in record["files"].items()
        },
        versions={str(name): str(each) for name, each in record["versions"].items()},
    )
