"""A person's approval of a release: checked again, copied to the register, and never by the runner.

The folder of the run belongs to whoever ran it, so the register is the truth: what stands there is
approved. What is copied is what is checked, and one rename puts it there whole.
"""

import os
import re
import secrets
import shutil
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from linkage.errors import DataError, Fault, StorageError
from linkage.runs.audit import append_audit
from linkage.runs.events import Event, now
from linkage.runs.publish import publish, republish, sync_folder
from linkage.runs.sharing import entry_name
from linkage.runs.storage import storage, storage_error
from linkage.runs.users import user_name
from quality.release.checking import check, no_release, release_in
from quality.release.listed import APPROVAL, MANIFEST, sha256
from quality.release.manifest import APPROVED, encoded
from quality.release.refusals import (
    Release,
    refuse_held,
    refuse_repeated,
    refuse_runner,
    refuse_unnamed,
    refuse_unreadable,
    refuse_unseen,
    refuse_unwritable,
    refuse_waiting,
)
from quality.release.register import earlier, register_of

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")


def approve(run: Path, table: str | None = None, checker: str | None = None) -> Path:
    """Approve the release of ``run`` and return its folder in the register.

    Parameters
    ----------
    run
        The folder of a finished run.
    table
        The id of a table that was asked for by itself; None for the release of the run.
    checker
        A label for the approval. Who approves is the user of this process, whatever it says.

    Raises
    ------
    ConfigError
        R460 when no release is there.
    RefusedError
        R462 when the user is the one who ran it, R466 when this user may not read the release or
        write to the register, R605 when the run names others
        for it, R467 when its audit did not know of what was approved since.
    ApprovedError
        R463 when it is approved already, R491 when someone was deleted too short a time ago, R623
        when its run waits for a person to look at drift.
    DataError
        R461 when the register is damaged, R464 and R465 when the release is not what it should be.
    """
    of = Release(run.resolve(), table)
    if table is not None and not _ID.fullmatch(table):  # a name, never a way out
        raise no_release(of.folder)
    releases = register_of(of.run)
    entry = releases / entry_name(of.run.parent.name, of.run.name, of.table)
    refuse_unreadable(of)
    manifest = release_in(of.folder)
    refuse_runner(of, manifest)
    refuse_unnamed(of, manifest)
    refuse_held(of, manifest)
    refuse_waiting(of, manifest)
    refuse_unwritable(releases)
    refuse_repeated(entry)
    before = earlier(releases)
    refuse_unseen(before, manifest)
    temporary = entry.with_name(f".{entry.name}.{secrets.token_hex(4)}.part")
    try:
        _copy(of.folder, temporary)
        _sign(temporary, of, check(temporary, of.folder), checker, [e.folder.name for e in before])
        _open(temporary)
        _put(temporary, entry)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _note(of, entry)
    return entry


def _copy(folder: Path, target: Path) -> None:
    """Copy the plain files of a release; what is none is left for the check to name."""
    with storage(target, "writing to the register of releases"):
        target.mkdir(mode=0o700)
    for path in sorted(folder.rglob("*")):
        place = target / path.relative_to(folder)
        with storage(path, "reading a file of a release"):
            mode = path.lstat().st_mode
            data = _read(path) if stat.S_ISREG(mode) else b""
        with storage(place, "writing to the register of releases"):
            if stat.S_ISDIR(mode):
                place.mkdir(mode=0o700, exist_ok=True)
            elif stat.S_ISREG(mode):
                publish(place, data)
            else:
                place.symlink_to("not-a-plain-file")


def _read(path: Path) -> bytes:
    """Read a file that was plain a moment ago, and follow nothing that took its place."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags), "rb") as file:
        return file.read()


def _sign(
    folder: Path,
    of: Release,
    manifest: Mapping[str, Any],
    checker: str | None,
    before: Sequence[str],
) -> None:
    """Write into the checked copy that it is approved, by whom and when.

    It names all that stood in the register ``before``: if one of these goes, that shows.
    """
    if (manifest["config"], manifest["run"]) != (of.run.parent.name, of.run.name):
        raise DataError(
            Fault(
                "R464",
                f"{MANIFEST} is that of another run",
                "give the folder of the run as it was made, under the name that it was given",
                file=of.folder,
            )
        )
    pending = (folder / MANIFEST).read_bytes()
    approved = encoded({**manifest, "state": APPROVED})
    publish(folder / MANIFEST, approved)
    approval = {
        "format": 1,
        "config": manifest["config"],
        "run": manifest["run"],
        "table": of.table,
        "approved": now(),
        "uid": os.geteuid(),
        "user": user_name(os.geteuid()),
        "checker": checker,
        "manifest": sha256(approved),
        "pending_manifest": sha256(pending),
        "after": before,
    }
    publish(folder / APPROVAL, encoded(approval))


def _open(folder: Path) -> None:
    """Let all read the copy whom the register lets in, and nobody change it."""
    shared = folder.parent.stat().st_mode & 0o070
    modes = (0o750, 0o440) if shared else (0o755, 0o444)
    with storage(folder, "writing to the register of releases"):
        for path in (folder, *folder.rglob("*")):
            path.chmod(modes[0] if path.is_dir() else modes[1])


def _put(temporary: Path, target: Path) -> None:
    """Give the copy its name; whoever was faster keeps it."""
    try:
        temporary.rename(target)
    except OSError as error:
        refuse_repeated(target)
        raise storage_error(error, target, "writing to the register of releases") from None
    sync_folder(target.parent)


def _note(of: Release, entry: Path) -> None:
    """Write the approval down in the run's own folder too, where this user may: root may.

    What stands in the register is the truth: the folder of the run need not say it.
    """
    audit = of.run / "restricted" / "audit.jsonl"
    with suppress(StorageError, OSError):
        if os.access(audit, os.W_OK):
            append_audit(audit, Event("release_approved", of.run.name))
        if os.access(of.folder, os.W_OK):
            republish(of.folder / MANIFEST, (entry / MANIFEST).read_bytes())
