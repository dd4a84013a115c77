"""Whether the clock went back: runs are named by it, and say when they were made."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from linkage.errors import Fault

_NAMED = "%Y%m%dT%H%M%SZ"


def went_back(home: Path, now: datetime) -> Fault | None:
    """Return a warning when the newest run in ``home`` ended later than it is now."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads((home / "latest" / "manifest.json").read_bytes())
        if datetime.fromisoformat(said["finished"]) > now:
            return Fault(
                "R631",
                f"the clock went back: the newest run ended at {said['finished']}",
                "set the clock; times of this run are not to be trusted",
                file=home,
                severity="warning",
            )
    return None


def naming_time(home: Path, now: datetime) -> str:
    """Return the time that a run is named by: never before that of the newest run in ``home``."""
    with suppress(OSError, ValueError):
        newest = (home / "latest").readlink().name.partition("-")[0]
        after = datetime.strptime(newest, _NAMED).replace(tzinfo=now.tzinfo)
        if after > now:
            now = after + timedelta(seconds=1)
    return f"{now:{_NAMED}}"
