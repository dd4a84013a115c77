"""How the last run of a configuration went: a record beside the folders of runs.

``status.json`` holds it for ``link status``, ``metrics.prom`` for a monitor that reads Prometheus'
text format. Neither holds a count of people, a path, or a name but that of the linkage.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

from linkage.errors import Exit
from linkage.runs.publish import publish
from linkage.runs.storage import storage

STATUS, METRICS = "status.json", "metrics.prom"


@dataclass(frozen=True)
class Outcome:
    """How a run went.

    Parameters
    ----------
    run
        The id of the finished run; None where none was finished.
    codes
        The codes of the faults it ended with.
    stages
        The seconds that each stage took that was done, by name.
    succeeded
        When a run last ended with exit code 0: this one, or one before it.
    approved_until
        The last day of the approvals it rests on.
    """

    name: str
    exit_code: int
    started: str
    ended: str
    seconds: float
    run: str | None = None
    codes: tuple[str, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict)
    succeeded: str | None = None
    approved_until: str | None = None


def last_outcome(home: Path) -> Outcome | None:
    """Return how the last run in ``home`` went, None where nothing that can be understood says so.

    Raises
    ------
    StorageError
        When the system refuses to read it.
    """
    with storage(home / STATUS, "reading how the last run went"):
        try:
            said = json.loads((home / STATUS).read_bytes())
            known = {each.name for each in fields(Outcome)}
            of = {name: value for name, value in said.items() if name in known}
            return Outcome(**{**of, "codes": tuple(of["codes"])})
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return None


def write_outcome(home: Path, outcome: Outcome) -> None:
    """Write ``outcome`` into ``home``, where it takes the place of the one before."""
    publish(home / STATUS, f"{json.dumps(asdict(outcome), indent=2)}\n".encode())
    publish(home / METRICS, "".join(f"{line}\n" for line in metrics(outcome)).encode())


def is_ours(home: Path) -> bool:
    """Say whether ``home`` is a folder and this user's: an outcome is written nowhere else."""
    try:
        found = home.stat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def metrics(outcome: Outcome) -> Iterator[str]:
    """Yield the lines of ``outcome`` in Prometheus' text format."""
    of = f'linkage="{outcome.name}"'
    yield from _gauge("exit_code", "Exit code of the last run.", {of: outcome.exit_code})
    yield from _gauge("duration_seconds", "Seconds the last run took.", {of: outcome.seconds})
    for name, what, at in (
        ("start", "the last run started", outcome.started),
        ("end", "the last run ended", outcome.ended),
        ("success", "a run last ended with exit code 0", outcome.succeeded),
        ("approval_end", "the day ends until which it is approved", outcome.approved_until),
    ):
        if at is not None:
            help_text = f"Unix time when {what}."
            yield from _gauge(f"{name}_timestamp_seconds", help_text, {of: _unix(at)})
    stages = {f'{of},stage="{stage}"': took for stage, took in outcome.stages.items()}
    yield from _gauge("stage_duration_seconds", "Seconds a stage of the last run took.", stages)


def _gauge(name: str, about: str, samples: Mapping[str, float]) -> Iterator[str]:
    if samples:
        yield f"# HELP linkage_{name} {about}"
        yield f"# TYPE linkage_{name} gauge"
        yield from (f"linkage_{name}{{{labels}}} {value:.15g}" for labels, value in samples.items())


def _unix(at: str) -> float:
    """Return the Unix time of a moment; of a day, the one at which it ends."""
    moment = datetime.fromisoformat(at if len(at) > 10 else f"{at}T23:59:59+00:00")
    return moment.astimezone(UTC).timestamp()


def succeeded(exit_code: int, ended: str, before: Outcome | None) -> str | None:
    """Return when a run last succeeded, from how this one ended and what is known of others."""
    if exit_code == Exit.DONE:
        return ended
    return None if before is None else before.succeeded
