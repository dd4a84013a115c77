"""An encoded folder as the linkage unit receives it: opened, and set against the other owners'.

Nothing here reads a record: what the columns are, and whether owners encoded alike, stands in the
schema and the manifest.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkage.errors import DataError, Fault
from linkage.privacy.keys import same_check
from linkage.privacy.manifest import ENCODED, MANIFEST, SCHEMA, Manifest, manifest_of
from linkage.privacy.schema import Schema, schema_of

_LARGEST = 1_000_000
"""Bytes. A schema or manifest says a few lines a column; what is larger is something else."""

_AGAIN = "let the owner encode the source anew with link encode, and copy the whole folder"


@dataclass(frozen=True)
class Delivery:
    """An encoded folder: where it is, how its columns were made, and what its owner states."""

    path: Path
    schema: Schema
    manifest: Manifest


def opened(name: str, path: Path) -> Delivery:
    """Return the delivery of the source called ``name`` in the folder at ``path``.

    Raises
    ------
    DataError
        D400 with everything that keeps the folder from being one.
    """
    if not path.is_dir():
        message = "there is no folder here" if not path.exists() else "this is not a folder"
        raise DataError(_no_folder(name, path, message, "give the folder that link encode wrote"))
    faults = [
        _no_folder(name, path / file, f"{file} is not there", _AGAIN)
        for file in (ENCODED, SCHEMA, MANIFEST)
        if not (path / file).is_file()
    ]
    if faults:
        raise DataError(faults)
    schema, manifest = _schema(path / SCHEMA), _manifest(path / MANIFEST)
    if schema is None or manifest is None:
        broken = {SCHEMA: schema, MANIFEST: manifest}
        raise DataError(
            [
                _no_folder(name, path / file, f"{file} is not one that this version reads", _AGAIN)
                for file, read in broken.items()
                if read is None
            ]
        )
    return Delivery(path, schema, manifest)


def set_against(deliveries: Mapping[str, Delivery]) -> list[tuple[str, Fault]]:
    """Return how owners differ who must not, by source: in project, schema or key.

    The first source is the measure: who is wrong, the unit cannot know.
    """
    (first, one), *others = deliveries.items()
    return [(name, f) for name, other in others for f in _against(first, one, name, other)]


def _against(first: str, one: Delivery, name: str, other: Delivery) -> Iterator[Fault]:
    if other.schema.project != one.schema.project:
        message = f"{first} and {name} were encoded for different projects"
        fix = "let both owners write the same  privacy: project:  and use that project's key"
        yield fault("D406", name, message, fix, other.path)
        return
    drifted = [*_drifted(one.schema, other.schema)]
    if drifted:
        message = f"{first} and {name} were encoded in different ways: {', '.join(drifted)}"
        fix = "let both owners write the same privacy section and use one version of the toolkit"
        yield fault("D405", name, message, fix, other.path)
    elif not same_check(other.manifest.key_check, one.manifest.key_check):
        message = f"{first} and {name} were encoded with different keys"
        fix = "let the owners compare  link key show-id  and encode again with one key"
        yield fault("D406", name, message, fix, other.path)


def _drifted(one: Schema, other: Schema) -> Iterator[str]:
    """Yield in what two schemas of one project differ; names of settings and columns alone."""
    if one.profile != other.profile:
        yield f"profile {one.profile} and {other.profile}"
    if one.standardisation != other.standardisation:
        yield "the version of the cleaning rules"
    ways, others = ({each.name: each for each in s.columns} for s in (one, other))
    for column in dict.fromkeys([*ways, *others]):
        if column not in ways or column not in others:
            yield f"only one has {column}"
        elif ways[column] != others[column]:
            yield f"how {column} is made"
    if [*ways] != [*others] and set(ways) == set(others):
        yield "the order of the columns"


def fault(code: str, name: str, message: str, fix: str, file: Path) -> Fault:
    """Return a fault of the encoded source called ``name``."""
    return Fault(code, f"source {name}: {message}", fix, file=file, path=f"sources.{name}")


def _no_folder(name: str, path: Path, message: str, fix: str) -> Fault:
    return fault("D400", name, message, fix, path)


def _schema(path: Path) -> Schema | None:
    try:
        return schema_of(_json(path))
    except (KeyError, TypeError, ValueError, AttributeError, OSError):
        return None


def _manifest(path: Path) -> Manifest | None:
    try:
        return manifest_of(_json(path))
    except (KeyError, TypeError, ValueError, AttributeError, OSError):
        return None


def _json(path: Path) -> Any:  # noqa: ANN401 - JSON has no one type
    if path.stat().st_size > _LARGEST:
        raise ValueError("too large")
    return json.loads(path.read_bytes())
