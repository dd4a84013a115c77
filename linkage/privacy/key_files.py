"""The file of a key: made, read, replaced and destroyed. Nothing else ever holds a key.

One file a key, of three lines: what it is, its project and generation, and its bytes. Only its
owner may read it, and no name leads to it in a roundabout way.
"""

import os
import re
import secrets
import stat
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from linkage.config.kinds import RUN_PATTERN
from linkage.errors import Fault, RefusedError
from linkage.privacy.keys import BYTES, Key
from linkage.privacy.sealing import seal
from linkage.runs.publish import private_folder, publish, sync_folder
from linkage.runs.storage import storage

_FIRST = "link key 1"
_WRITTEN = re.compile(
    rf"{_FIRST}\nproject (?P<project>\S{{1,80}}) generation (?P<generation>[1-9]\d{{0,5}})\n"
    rf"(?P<secret>[0-9a-f]{{{2 * BYTES}}})\n"
)
_PROJECT = re.compile(RUN_PATTERN)
_LONGEST = 1024
_SHORTEST = 32


def make_key(path: Path, project: str, generation: int = 1) -> Key:
    """Write a new key of 32 random bytes to ``path``, and return it. The process is sealed.

    What cannot be written whole is removed again.

    Raises
    ------
    RefusedError
        R505 when something stands at ``path``; R503 when the project has no name to go by.
    """
    if not _PROJECT.fullmatch(project) or len(project) > 80:
        message = "a project is named by letters, digits, points, hyphens and underscores"
        raise _refused("R503", message, "write it as in  --project P-2026-014", path)
    seal()
    secret = secrets.token_bytes(BYTES)
    text = f"{_FIRST}\nproject {project} generation {generation}\n{secret.hex()}\n"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with storage(path, "writing a key"):
        private_folder(path.parent)
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileExistsError:
            fix = "give a path where nothing is: a key is never written over"
            raise _refused("R505", "something stands there already", fix, path) from None
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink()
            raise
        sync_folder(path.parent)
    return Key(project, generation, secret)


def read_key(path: Path) -> Key:
    """Return the key in the file at ``path``. From here on the process is sealed.

    Raises
    ------
    RefusedError
        R500 when there is no such file, R501 when others may read or change it, R502 when it is no
        plain file of this user's, R503 when it does not hold a key.
    """
    seal()
    written = _WRITTEN.fullmatch(_text(path))
    if written is None:
        fix = "give the file that  link key new  wrote, whole and unchanged"
        raise _refused("R503", "the file does not hold a key", fix, path)
    secret = bytes.fromhex(written["secret"])
    return Key(written["project"], int(written["generation"]), secret)


def read_secret(path: Path) -> bytes:
    """Return the secret of another tool: a line of text in a file that is as safe as a key's.

    Raises
    ------
    RefusedError
        As :func:`read_key`; R503 when it is too short to be anything but a passphrase.
    """
    seal()
    secret = _text(path).strip()
    if len(secret) < _SHORTEST:
        message = f"a secret is at least {_SHORTEST} characters long"
        fix = "draw it at random, as in  openssl rand -hex 32 , and share it as a key is shared"
        raise _refused("R503", message, fix, path)
    return secret.encode()


def rotate_key(path: Path, new: Path) -> Key:
    """Write the next generation of the key at ``path`` to ``new``; the old one stays as it is."""
    old = read_key(path)
    return make_key(new, old.project, old.generation + 1)


def destroy_key(path: Path) -> Path:
    """Overwrite and remove the key at ``path``; return the note of it that is left beside.

    Overwriting reaches this file alone: not copies, backups, snapshots, or the cells that a
    solid-state disk has put aside.
    """
    key = read_key(path)
    with storage(path, "destroying a key"):
        flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags), "wb") as file:
            file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)
    on = datetime.now(UTC).isoformat(timespec="seconds")
    note = path.with_name(f"{path.name}.destroyed")
    lines = (f"project {key.project} generation {key.generation}", f"check {key.check}", f"on {on}")
    publish(note, "".join(f"{line}\n" for line in lines).encode())
    return note


def _text(path: Path) -> str:
    """Return what stands in a file that is safe to hold a key; empty where it cannot be text."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    if path.is_symlink():
        fix = "give the path of the file itself"
        raise _refused("R502", "the key file is a symbolic link", fix, path)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        fix = "give the path of a key file that this user may read"
        message = f"there is no key to read: {os.strerror(error.errno or 0)}"
        raise _refused("R500", message, fix, path) from None
    try:
        _require_private(os.fstat(descriptor), path)
        with suppress(UnicodeDecodeError):
            return os.read(descriptor, _LONGEST).decode("ascii")
    finally:
        os.close(descriptor)
    return ""


def _require_private(status: os.stat_result, path: Path) -> None:
    """Refuse what others may read or change, and what is not this user's."""
    if not stat.S_ISREG(status.st_mode):
        raise _refused("R502", "the key is no plain file", "give the file of the key", path)
    if status.st_uid != os.geteuid():
        fix = "run as the user who owns the key; do not copy it"
        raise _refused("R502", "the key file belongs to another user", fix, path)
    if stat.S_IMODE(status.st_mode) & 0o177:
        message = "the key file is open to others than its owner"
        fix = "ask who could have read it, and rotate the key; or else make it private (chmod 600)"
        raise _refused("R501", message, fix, path)
    if status.st_nlink != 1:
        fix = "find its other names (find -samefile), and remove all but one"
        raise _refused("R502", "the key file has a second name", fix, path)


def _refused(code: str, message: str, fix: str, path: Path) -> RefusedError:
    return RefusedError(Fault(code, message, fix, file=path))
