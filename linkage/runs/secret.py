"""The secret of an output folder: made once, known to who may read it, written nowhere else."""

import os
import secrets
import stat
from pathlib import Path

from linkage.errors import Fault, RefusedError
from linkage.runs.publish import private_folder, sync_folder
from linkage.runs.storage import damaged, storage

NAME = ".record-key-secret"
"""The file, in the output folder that all runs of all configurations share."""

_BYTES = 32


def output_secret(output: Path) -> bytes:
    """Return the secret of the folder ``output``, made when it is first asked for.

    Raises
    ------
    RefusedError
        R489 when others than the owner may read or change the file.
    """
    path = output / NAME
    with storage(path, "reading the secret of the output folder"):
        if not path.exists():
            _make(path)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            secret = file.read()
    if stat.S_IMODE(mode) & 0o077:
        raise RefusedError(
            Fault(
                "R489",
                "the secret of the output folder is open to others than its owner",
                "make it private again (chmod 600), and ask who could have read it",
                file=path,
            )
        )
    if len(secret) != _BYTES:
        raise damaged(path)
    return secret


def _make(path: Path) -> None:
    """Write a new secret; of two processes that do so at once, the first one's stands."""
    private_folder(path.parent)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return
    finally:
        temporary.unlink()
    sync_folder(path.parent)
