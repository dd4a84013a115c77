"""What a stage's result depends on, as one hash: its key.

A stage is done over again when its settings, what it reads, a library or our code has changed.
"""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import import_module, metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from operator import itemgetter
from pathlib import Path

from pydantic import BaseModel

import linkage
from linkage.runs.events import canonical

_LIBRARIES = ("duckdb", "pyarrow", "numpy", "scipy", "jellyfish")


def file_hash(path: Path) -> str:
    """Return the sha256 of a file's content, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def marks(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is written to or replaced, cheaper to have than its hash."""
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def digest(value: object) -> str:
    """Return the sha256 of ``value`` as canonical JSON."""
    return hashlib.sha256(canonical(_plain(value))).hexdigest()


def stage_key(
    name: str,
    settings: object,
    read: Mapping[str, str],
    code: tuple[str, ...],
) -> str:
    """Return the key of the stage called ``name``.

    Parameters
    ----------
    settings
        The part of the configuration that it depends on: models, dataclasses and plain values. A
        path to a file counts by what the file holds, not by where it stands.
    read
        Each thing it reads, with the sha256 of its content.
    code
        Our packages, or a module that is in none, whose code makes the result.
    """
    return digest(
        {
            "stage": name,
            "settings": settings,
            "read": dict(read),
            "versions": versions(),
            "code": {module: code_hash(module) for module in code},
        }
    )


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python, of the toolkit and of the libraries that shape a result."""
    return {
        "python": platform.python_version(),
        "linkage": linkage.__version__,
        **{library: metadata.version(library) for library in _LIBRARIES},
    }


@cache
def code_hash(module: str) -> str:
    """Return the sha256 of a module's files: the version says too little in a checkout."""
    imported = import_module(module)
    if not hasattr(imported, "__path__"):
        return file_hash(Path(str(imported.__file__)))
    hashes = hashlib.sha256()
    for name, file in sorted(_walk(files(module), module), key=itemgetter(0)):
        hashes.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return hashes.hexdigest()


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for each in folder.iterdir():
        name = f"{prefix}/{each.name}"
        if each.is_dir() and each.name != "__pycache__":
            found += _walk(each, name)
        elif each.is_file() and not each.name.endswith(".pyc"):
            found.append((name, each))
    return found


def _plain(value: object) -> object:
    """Return ``value`` in the types of JSON."""
    if isinstance(value, Path):
        return {"sha256": marked_hash(value, marks(value))} if value.is_file() else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    named = _named(value)
    if named is not None:
        return {name: _plain(getattr(value, name)) for name in named}
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=64)
def marked_hash(path: Path, marks: tuple[int, ...]) -> str:
    """Return the hash of a file, read once while its marks stay: the run and stages ask for it."""
    return file_hash(path)


def _named(value: object) -> tuple[str, ...] | None:
    """Return the names of the fields of a model or dataclass, None for anything else."""
    if isinstance(value, BaseModel):
        return tuple(type(value).model_fields)
    if is_dataclass(value) and not isinstance(value, type):
        return tuple(field.name for field in fields(value))
    return None
