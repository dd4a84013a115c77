"""Whether a run may begin: asked before data are read, and a refusal is written down."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Literal

from linkage.config import nodes
from linkage.config.schema import Config
from linkage.errors import Fault, RefusedError, StorageError
from linkage.governance.standing import Faulting, disallowed, ending, unapproved
from linkage.runs import events
from linkage.runs.audit import append_audit
from linkage.runs.users import user_ids

AUDIT = "audit.jsonl"
"""The audit log beside the folders of runs: of what was refused before there was a run."""


def require_permission(
    config: Config, fault: Faulting | None = None, file: Path | None = None
) -> tuple[Fault, ...]:
    """Return warnings where ``config`` may be run today, by this user.

    Parameters
    ----------
    fault
        Makes faults; without the file's lines where None.
    file
        The configuration file, where there is one: it must be that of who settles the threshold.

    Raises
    ------
    RefusedError
        R600 for whatever no valid approval covers, R601 for what the roles do not allow.
    """
    say, day = fault or _unplaced, events.today()
    refused = [*unapproved(config, day, say), *_of_roles(config, say, file)]
    _refuse(config, refused)
    return tuple(ending(config, day, say))


def require_role(config: Config, fault: Faulting | None = None) -> None:
    """Refuse a user who may not see identifiers; no approval is needed to delete what is held.

    Raises
    ------
    RefusedError
        R601.
    """
    _refuse(config, [*disallowed(config, os.geteuid(), fault or _unplaced)])


def _of_roles(config: Config, fault: Faulting, file: Path | None) -> list[Fault]:
    faults = [*disallowed(config, os.geteuid(), fault)]
    roles = config.governance.roles
    if file is None or roles is None or not roles.set_threshold:
        return faults
    found = file.stat()
    if found.st_uid not in user_ids(roles.set_threshold) or found.st_mode & 0o022:
        faults.append(
            fault(
                "R601",
                ("governance", "roles", "set_threshold"),
                "this file could be written by others than those who settle the threshold",
                "have one of them own the file, and write to it alone:  chmod go-w",
            )
        )
    return faults


def _refuse(config: Config, faults: list[Fault]) -> None:
    if faults:
        _note(config.output / config.name, faults)
        raise RefusedError(faults)


def _note(home: Path, faults: list[Fault]) -> None:
    """Write a refusal into the audit log of a home that is ours; the refusal holds without it."""
    codes = tuple(fault.code for fault in faults)
    with suppress(StorageError, OSError):
        if home.stat().st_uid == os.geteuid():
            append_audit(home / AUDIT, events.Event("run_refused", "", codes=codes))


def _unplaced(
    code: str,
    path: nodes.Path,
    message: str,
    fix: str,
    *,
    severity: Literal["error", "warning"] = "error",
) -> Fault:
    words = ".".join(str(part) for part in path)
    return Fault(code, message, fix, path=words, severity=severity)
