"""A person's decision that a run is as it should be, with the reason, kept beside the run."""

import json
import os
from pathlib import Path

from linkage.runs.audit import append_audit
from linkage.runs.events import Event, now
from linkage.runs.folder import point_latest
from linkage.runs.holding import ACCEPTED, waiting
from linkage.runs.publish import publish


def accept(run: Path, reason: str) -> None:
    """Write down that this user accepts ``run``; where it waits, it becomes the newest.

    The lock of its home must be held. The reason comes first: no run is the newest without it, and
    one that was interrupted here still waits, to be accepted again.
    """
    said = {"by": os.getuid(), "at": now(), "reason": reason}
    text = json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False)
    publish(run / "restricted" / f"{ACCEPTED}.json", f"{text}\n".encode())
    append_audit(run / "restricted" / "audit.jsonl", Event("drift_accepted", run.name))
    if waiting(run.parent) == run:
        point_latest(run.parent, run.name)
