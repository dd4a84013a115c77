"""Runs that hold records for longer than they may, and what is left of them after that.

What stays of a run says how it was made and can be made again, where the sources still are: its
configuration, its model, the hashes of all that it read and wrote. What it released stands.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from linkage.config.schema import Config
from linkage.runs.audit import append_audit
from linkage.runs.events import Event
from linkage.runs.finished import manifest_of, runs_of
from linkage.runs.scratch import sweep_scratch
from linkage.runs.storage import storage

LOGS = frozenset({"audit.jsonl", "log.jsonl"})
"""Of the restricted half of a run, what never holds a record."""


def overdue(home: Path, config: Config, now: datetime) -> list[Path]:
    """Return the runs in ``home`` that hold records for longer than they may, oldest first."""
    days = config.governance.retention_days
    if days is None:
        return []
    return [
        run for run in runs_of(home) if _ended(run) + timedelta(days) < now and _holds_records(run)
    ]


def remove_restricted(run: Path, temp: Path | None, kept: frozenset[str] = LOGS) -> None:
    """Remove the restricted half of a run but what is ``kept``, and write that into its audit log.

    The log comes first: an interrupted removal is told of, and done to the end when repeated. What
    killed readers of the run spilled goes too, from ``temp`` where that is ``engine.temp``.
    """
    restricted = run / "restricted"
    if not restricted.is_dir():
        return
    with storage(run, "removing the records of a run"):
        append_audit(restricted / "audit.jsonl", Event("records_removed", run.name))
        for place in restricted.iterdir():
            if place.name in kept:
                continue
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink()
        sweep_scratch(run, temp)


def _holds_records(run: Path) -> bool:
    restricted = run / "restricted"
    return restricted.is_dir() and any(each.name not in LOGS for each in restricted.iterdir())


def _ended(run: Path) -> datetime:
    return datetime.fromisoformat(manifest_of(run)["finished"])
