"""A run that waits for a person: finished, and not the newest until somebody has accepted it."""

import json
from pathlib import Path
from typing import Any

HELD = "held"
"""The JSON file in ``restricted/`` in which a stage says whether its run waits, and after which."""

ACCEPTED = "accepted"
"""The JSON file in ``restricted/`` in which a person says why a run is as it should be."""


def is_held(run: Path) -> bool:
    """Say whether the run in the folder ``run`` waits for a person."""
    return bool(_said(run, HELD).get("held")) and not is_accepted(run)


def is_accepted(run: Path) -> bool:
    """Say whether a person has accepted the run."""
    return (run / "restricted" / f"{ACCEPTED}.json").is_file()


def waiting(home: Path) -> Path | None:
    """Return the run in ``home`` that waits to follow the newest one, the last of several."""
    after = newest_name(home)
    runs = [run for run in home.iterdir() if not run.is_symlink() and run.name[:1] != "."]
    said = {run: _said(run, HELD) for run in runs}
    held = [run for run in runs if said[run].get("held") and said[run].get("after") == after]
    return max(held, key=lambda run: run.stat().st_mtime_ns, default=None)


def identity_of(run: Path) -> str | None:
    """Return the hash of what a finished run is about."""
    identity = _read(run / "manifest.json").get("identity")
    return identity if isinstance(identity, str) else None


def newest_name(home: Path) -> str | None:
    """Return the name of the newest run in ``home``, None where there is none."""
    latest = home / "latest"
    return latest.resolve().name if latest.exists() else None


def _said(run: Path, name: str) -> dict[str, Any]:
    return _read(run / "restricted" / f"{name}.json")


def _read(path: Path) -> dict[str, Any]:
    """Return what a JSON file holds; nothing where it is not there, or closed to this user."""
    try:
        said = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
