"""A person accepts that records are no longer as they were: from here on that is how they are."""

from pathlib import Path

from linkage.errors import ConfigError, Fault
from linkage.runs.accepting import accept
from linkage.runs.holding import waiting
from linkage.runs.lock import hold
from linkage.runs.publish import republish
from quality.drift.state import newest, read_state
from quality.release.listed import MANIFEST, read_record
from quality.release.manifest import encoded


def accept_drift(home: Path, reason: str) -> Path:
    """Accept the run in ``home`` that waits, or else the newest with its alarms; return it.

    A run that waited becomes the newest, and its release may be approved.

    Raises
    ------
    ConfigError
        R621 when there is nothing to accept, R622 when no reason is given.
    LockedError
        When a run is going on.
    """
    if not reason.strip():
        raise ConfigError(
            Fault(
                "R622",
                "no reason is given why the records are as they should be",
                'write  --accept-drift "what was found, and who decided"',
                path="--accept-drift",
            )
        )
    with hold(home):
        run = waiting(home) or _alarming(home)
        if run is None:
            raise ConfigError(
                Fault(
                    "R621",
                    "there is no drift to accept: no run waits, and no alarm is open",
                    "leave out  --accept-drift",
                    file=home,
                    path="--accept-drift",
                )
            )
        accept(run, reason.strip())
        _let_go(run / "for_release" / MANIFEST)
        return run


def _alarming(home: Path) -> Path | None:
    """Return the newest run where alarms are open in it."""
    run = newest(home)
    return run if run is not None and read_state(run).alarms else None


def _let_go(path: Path) -> None:
    """Take from the manifest of a release that its run waits."""
    manifest = read_record(path)
    if manifest is not None and manifest.pop("waits", None):
        republish(path, encoded(manifest))
