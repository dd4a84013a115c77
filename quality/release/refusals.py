"""Why a release is not approved: who asks, what stands in the register, what nobody may read."""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkage.errors import ApprovedError, Fault, RefusedError
from linkage.runs.storage import storage
from quality.release.listed import APPROVAL, read_record
from quality.release.register import Released, unseen


@dataclass(frozen=True)
class Release:
    """A release that waits: its files in ``folder``, of the run in ``run``.

    ``table`` is the id of a table asked for by itself, None for the release of the run.
    """

    run: Path
    table: str | None

    @property
    def folder(self) -> Path:
        """The folder of its files."""
        asked = self.run if self.table is None else self.run / "asked" / self.table
        return asked / "for_release"


def refuse_unreadable(of: Release) -> None:
    """Refuse a user who may not read the release.

    Raises
    ------
    RefusedError
        R466, with what the runner has to set.
    """
    closed = [of.folder] if _is_closed(of.folder) else filter(_is_closed, _below(of.folder))
    for path in closed:
        raise RefusedError(_closed(path, "this user may not read the release"))


def refuse_unwritable(releases: Path) -> None:
    """Refuse a user who may not write to the register.

    Raises
    ------
    RefusedError
        R466, with what the runner has to set.
    """
    if not os.access(releases, os.R_OK | os.W_OK | os.X_OK):
        raise RefusedError(_closed(releases, "this user may not write to the register of releases"))


def refuse_runner(of: Release, manifest: Mapping[str, Any]) -> None:
    """Refuse whoever ran it, or wrote any file of it: to check is for another person.

    Raises
    ------
    RefusedError
        R462.
    """
    record = of.run / "manifest.json"
    said = (read_record(record) or {}) if os.access(record, os.R_OK) else {}
    with storage(of.folder, "reading a release"):
        owners = {path.lstat().st_uid for path in (of.run, of.folder, *_below(of.folder))}
    runners = {*owners, manifest["runner"], said.get("user", manifest["runner"])}
    if not runners.isdisjoint({os.getuid(), os.geteuid()}):
        raise RefusedError(
            Fault(
                "R462",
                "who runs a linkage cannot approve its release, and this user ran it",
                "have another user of the release group approve it",
                file=of.folder,
            )
        )


def refuse_unnamed(of: Release, manifest: Mapping[str, Any]) -> None:
    """Refuse a user who is none of those whom the run names for it.

    Raises
    ------
    RefusedError
        R605.
    """
    named = manifest.get("releasers")
    if isinstance(named, list) and os.geteuid() not in named:
        raise RefusedError(
            Fault(
                "R605",
                "this user is none of those who release what this run found",
                "have one of the users approve it that governance.roles.release names",
                file=of.folder,
            )
        )


def refuse_held(of: Release, manifest: Mapping[str, Any]) -> None:
    """Refuse a release that could be set against an earlier one to tell who was deleted.

    Raises
    ------
    ApprovedError
        R491.
    """
    if manifest.get("held"):
        raise ApprovedError(
            Fault(
                "R491",
                "a person was deleted, and too few others have changed since: this release and an "
                "earlier one would tell what was said of them",
                "leave the earlier release standing, and have a later batch approved",
                file=of.folder,
            )
        )


def refuse_waiting(of: Release, manifest: Mapping[str, Any]) -> None:
    """Refuse the release of a run that is held until a person has looked at what drifts in it.

    Raises
    ------
    ApprovedError
        R623.
    """
    if manifest.get("waits"):
        raise ApprovedError(
            Fault(
                "R623",
                "the run is held: its records are not as those before, and nobody has accepted it",
                "have whoever ran it look at the alarms, and accept them or have the records "
                "delivered again",
                file=of.folder,
            )
        )


def refuse_repeated(entry: Path) -> None:
    """Refuse a release that stands in the register as ``entry``.

    Raises
    ------
    ApprovedError
        R463.
    """
    if entry.exists():
        said = read_record(entry / APPROVAL) or {}
        when = f", since {said['approved']}" if "approved" in said else ""
        raise ApprovedError(
            Fault(
                "R463",
                f"this release is approved already{when}; nothing was changed",
                "use what stands in the register",
                file=entry,
            )
        )


def refuse_unseen(releases: Sequence[Released], manifest: Mapping[str, Any]) -> None:
    """Refuse a release whose audit could not know of what was approved since its run began.

    Raises
    ------
    RefusedError
        R467 for each that was.
    """
    faults = [
        Fault(
            "R467",
            f"{each.folder.name} was approved after this run began, so this release was not "
            "audited against it: together they may tell a small count",
            "run again, and have the new run approved",
            file=each.folder,
        )
        for each in unseen(releases, manifest)
    ]
    if faults:
        raise RefusedError(faults)


def _below(folder: Path) -> Iterable[Path]:
    return sorted(folder.rglob("*"))


def _is_closed(path: Path) -> bool:
    """Say whether this user may not read ``path``; what is not there is not closed."""
    try:
        mode = path.lstat().st_mode
    except PermissionError:
        return True
    except OSError:
        return False
    wanted = os.R_OK | os.X_OK if stat.S_ISDIR(mode) else os.R_OK
    return not stat.S_ISLNK(mode) and not os.access(path, wanted)


def _closed(path: Path, message: str) -> Fault:
    return Fault(
        "R466",
        message,
        "whoever ran it sets disclosure.release_group to a group that both users belong to, and "
        "runs again",
        file=path,
    )
