"""Atomic publish: a reader sees the old file or the new one, never a part of either."""

import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from linkage.runs.storage import storage

_SUFFIX = ".part"
_BUFFER = 1 << 20


@contextmanager
def publishing(path: Path, verify: Callable[[Path], None] | None = None) -> Iterator[BinaryIO]:
    """Give a file to write that becomes ``path`` when the block ends well, and nothing when not.

    ``verify`` is shown the finished temporary file, and may refuse it by raising.
    """
    with storage(path, "writing"):
        private_folder(path.parent)
        writer = f"{os.getpid()}-{secrets.token_hex(4)}"
        temporary = path.with_name(f".{path.name}.{writer}{_SUFFIX}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o600)
        try:
            with os.fdopen(descriptor, "wb", buffering=_BUFFER) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if verify is not None:
                verify(temporary)
            os.replace(temporary, path)  # noqa: PTH105 - one name for the call that commits
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(path.parent)


def publish(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` atomically, readable by its owner only."""
    with publishing(path) as file:
        file.write(data)


def republish(path: Path, data: bytes) -> None:
    """Publish ``data`` as ``path``, which stays whose it was, for whom it was."""
    before = path.stat()
    publish(path, data)
    os.chown(path, before.st_uid, before.st_gid)
    path.chmod(stat.S_IMODE(before.st_mode))


def private_folder(path: Path) -> None:
    """Make ``path`` and the folders above it, where they are missing, for their owner only."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)  # mkdir's mode passes through the umask


def sync_folder(path: Path) -> None:
    """Make the names in ``path`` durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep_temporaries(folder: Path) -> int:
    """Remove what a killed process left half written below ``folder``; return how many."""
    orphans = [path for path in folder.rglob(f".*{_SUFFIX}") if not path.is_dir()]
    for path in orphans:
        path.unlink()
    return len(orphans)


def sweep_dead(folder: Path) -> None:
    """Remove what killed processes left half written in ``folder`` itself.

    What one that lives is writing there stays: no lock need be held to publish beside the runs.
    """
    for path in folder.glob(f".*{_SUFFIX}"):
        writer = path.name.removesuffix(_SUFFIX).rpartition(".")[2].partition("-")[0]
        if path.is_file() and not path.is_symlink() and not _lives(writer):
            path.unlink(missing_ok=True)


def _lives(writer: str) -> bool:
    """Say whether the process of this number lives: we are not another that had it before us."""
    if not writer.isdigit() or int(writer) == os.getpid():
        return False
    with suppress(PermissionError):  # it is somebody else's
        try:
            os.kill(int(writer), 0)
        except ProcessLookupError:
            return False
    return True
