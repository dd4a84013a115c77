"""What a finished run found of drift, told on the screen: one line an alarm, without a figure."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quality.drift.alarms import Alarm


def tell_drift(folder: Path) -> None:
    """Write a line to standard error for every alarm that is open in the run in ``folder``."""
    from linkage.runs.holding import is_accepted
    from quality.drift.state import path_in, read_state

    if not path_in(folder).is_file() or is_accepted(folder):
        return
    for each in read_state(folder).alarms:
        sys.stderr.write(f"{_line(each, folder.name)}\n")


def _line(alarm: "Alarm", run: str) -> str:
    """Say who drifts, since when, and what may be why; a group too small is not named."""
    since = "new" if alarm.since == run else f"open since {alarm.since}"
    causes = "; ".join(dict.fromkeys(_causes(alarm))) or "see restricted/drift.json"
    return f"drift: {', '.join(alarm.sources)}, {_who(alarm)} ({since}): {causes}"


def _who(alarm: "Alarm") -> str:
    if alarm.characteristic is None:
        return "all records"
    group = alarm.group if alarm.named else "a group too small to name"
    return f"{alarm.characteristic}, {group}"


def _causes(alarm: "Alarm") -> Iterator[str]:
    yield from (each.words for each in alarm.causes if each.sure)
    yield from (f"perhaps {each.words}" for each in alarm.causes if not each.sure)
