"""``link status``: how a linkage stands, in one line for whoever operates it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from linkage.operation.status import Status


def status(
    of: Annotated[
        Path,
        typer.Argument(help="A configuration, an output folder, or the folder of one linkage."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line in place of words.")
    ] = False,
) -> None:
    """Say how each linkage stands: its newest run, the lock, the release, and what is alarming.

    Reads what is there and changes nothing. Ends with 0 whatever it finds: alarms are in the line.
    """
    for each in _found(of):
        typer.echo(json.dumps(asdict(each)) if as_json else "; ".join(_words(each)))


def _found(of: Path) -> Iterator[Status]:
    from linkage.config.loader import load
    from linkage.errors import ConfigError, Fault
    from linkage.execution import home_of
    from linkage.operation.status import homes_in, status_of

    if not of.is_dir():
        config = load(of).config
        yield status_of(home_of(config), config)
        return
    homes = homes_in(of)
    if not homes:
        message, fix = "no linkage has run here", "give a configuration, or its output folder"
        raise ConfigError(Fault("R606", message, fix, file=of))
    yield from map(status_of, homes)


def _words(said: Status) -> Iterator[str]:
    codes = ", ".join(said.outcome.codes) if said.outcome is not None else ""
    of_codes = f" ({codes})" if codes and said.state not in {"running", "killed"} else ""
    yield f"{said.name}: {said.state}{of_codes}"
    if said.run is not None and said.finished is not None:
        yield f"newest run {said.run}, {_age(said.finished)} old"
        yield f"release {said.release}"
    yield f"lock {_lock(said)}"
    yield f"alarms: {', '.join(said.alarms)}" if said.alarms else "no alarm"


def _lock(said: Status) -> str:
    lock = said.lock
    if not lock:
        return "free"
    stage = f" in {lock['stage']}" if lock.get("stage") else ""
    return f"held by process {lock['pid']}{stage}, for {_age(lock['since'])}"


def _age(since: str) -> str:
    from cli.progress import duration

    seconds = max(0.0, (datetime.now(UTC) - datetime.fromisoformat(since)).total_seconds())
    days = int(seconds // 86_400)
    return f"{days} d" if days >= 2 else duration(seconds)
