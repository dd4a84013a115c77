"""How a linkage stands, for operators: its newest run, who holds the lock, what is alarming."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from linkage.config.schema import Config
from linkage.errors import Exit
from linkage.governance.retention import overdue
from linkage.governance.standing import standing
from linkage.operation.heartbeat import EVERY
from linkage.operation.outcome import STATUS, Outcome, last_outcome
from linkage.runs import events
from linkage.runs.clock import went_back
from linkage.runs.finished import SETTINGS, manifest_of, runs_of, settings_of
from linkage.runs.folder import BUILDING
from linkage.runs.holding import is_accepted, is_held
from linkage.runs.lock import holder
from linkage.runs.sharing import REGISTER, entry_name
from linkage.runs.storage import storage

SILENT = timedelta(seconds=6 * EVERY)
"""After so long without a sign of life a run is not trusted to go on."""

State = Literal[
    "never run", "running", "killed", "done", "held", "gate failed", "failed", "refused", "stopped"
]
_ENDS: dict[int, State] = {
    Exit.DONE: "done",
    Exit.GATE: "gate failed",
    Exit.PERMISSION: "refused",
    Exit.INTERRUPTED: "stopped",
    Exit.TERMINATED: "stopped",
}


@dataclass(frozen=True)
class Status:
    """How a linkage stands.

    Parameters
    ----------
    state
        Of the run under way, or of how the last one ended.
    run, finished
        The newest finished run, and when it was.
    release
        What has become of its release.
    lock
        What whoever holds the lock says of itself; empty where nobody does.
    """

    name: str
    state: State
    run: str | None
    finished: str | None
    release: Literal["none", "pending", "held", "approved"]
    outcome: Outcome | None
    lock: dict[str, Any]
    alarms: tuple[str, ...]


def homes_in(folder: Path) -> list[Path]:
    """Return the folders of linkages that ``folder`` is, holds, or is a run of."""
    folder = folder.resolve()
    if _is_home(folder):
        return [folder]
    if _is_home(folder.parent):
        return [folder.parent]
    with storage(folder, "looking for linkages"):
        return sorted(each for each in folder.iterdir() if each.is_dir() and _is_home(each))


def status_of(home: Path, config: Config | None = None) -> Status:
    """Return how the linkage with the folder ``home`` stands.

    Parameters
    ----------
    config
        Its configuration as it is now; as the newest run had it where None.
    """
    with storage(home, "reading the lock"):
        said, held = holder(home) if home.is_dir() else ({}, False)
    runs = runs_of(home) if home.is_dir() else []
    newest = runs[-1] if runs else None
    outcome = last_outcome(home)
    if config is None and newest is not None and (newest / SETTINGS).is_file():
        config = settings_of(newest)
    return Status(
        name=home.name,
        state=_state(said, held, outcome, newest),
        run=None if newest is None else newest.name,
        finished=None if newest is None else manifest_of(newest).get("finished"),
        release=_release(home, newest),
        outcome=outcome,
        lock=said if held else {},
        alarms=tuple(_alarms(home, said, held, runs, config)),
    )


def _is_home(folder: Path) -> bool:
    marks = (STATUS, "latest", BUILDING)
    return (folder / ".lock").exists() and any((folder / each).exists() for each in marks)


def _state(said: dict[str, Any], held: bool, outcome: Outcome | None, newest: Path | None) -> State:
    if held:
        return "running"
    if said:  # an ordinary end leaves nothing said
        return "killed"
    if newest is not None and is_held(newest):
        return "held"
    if outcome is not None:
        return _ENDS.get(outcome.exit_code, "failed")
    return "never run" if newest is None else "done"


def _release(home: Path, run: Path | None) -> Literal["none", "pending", "held", "approved"]:
    if run is None:
        return "none"
    if (home.parent / REGISTER / entry_name(home.name, run.name)).exists():
        return "approved"
    manifest = _read(run / "for_release" / "release-manifest.json")
    if not manifest:
        return "none"
    return "held" if manifest.get("held") or manifest.get("waits") else "pending"


def _alarms(
    home: Path,
    said: dict[str, Any],
    held: bool,
    runs: list[Path],
    config: Config | None,
) -> Iterator[str]:
    """Yield what somebody has to look at, in words."""
    now = datetime.now(UTC)
    if held and now - datetime.fromisoformat(said.get("at", now.isoformat())) > SILENT:
        yield f"no sign of life since {said['at']}"
    if said and not held:
        yield f"process {said['pid']} was killed in {said.get('stage') or 'no stage'}"
    if runs:
        yield from _of_run(runs[-1])
    if (behind := went_back(home, now)) is not None:
        yield behind.message
    if config is not None:
        yield from _of_approval(config, events.today())
        yield from _of_retention(home, config, now)


def _of_run(run: Path) -> Iterator[str]:
    restricted = run / "restricted"
    if is_held(run):
        yield "the newest run waits for a person to accept it"
    n = 0 if is_accepted(run) else len(_read(restricted / "drift.json").get("alarms", ()))
    if n:
        yield f"{n} alarm{'' if n == 1 else 's'} of drift"
    if _read(restricted / "gates.json").get("failed"):
        yield "a quality gate failed"


def _of_approval(config: Config, day: date) -> Iterator[str]:
    found = standing(config, day)
    if not found.complete:
        yield "no approval of everything holds today"
    elif found.ends_soon(day):
        yield f"approved until {found.until}"


def _of_retention(home: Path, config: Config, now: datetime) -> Iterator[str]:
    """Yield how many runs hold records for longer than they may."""
    late = overdue(home, config, now)
    if late:
        yield f"{len(late)} run{'' if len(late) == 1 else 's'} past retention, from {late[0].name}"


def _read(path: Path) -> dict[str, Any]:
    """Return what a JSON file holds; nothing where it is not there, or closed to this user."""
    try:
        said = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
