"""What a run says of itself in a few words: its main finding, and its quality gates."""

import json
from pathlib import Path
from typing import Any

from linkage.runs.storage import storage
from quality.browse.found import Found
from quality.gates import GATES
from quality.report.wording import plain, title

_OUTCOMES = {
    "passed": "passed",
    "failed": "failed",
    "unmeasured": "not measured",
    "too_few_to_tell": "too few to tell",
    "not_applicable": "does not apply",
}


def heading_of(run: Found) -> str:
    """Return the main finding of a run's report."""
    return str(_read(run.release / "report.json").get("heading", ""))


def in_a_word(run: Found) -> str:
    """Return how the quality gates of a run ended."""
    if run.restricted is None:
        return "see the report"
    said = _read(run.restricted / f"{GATES}.json")
    if not said.get("verdicts"):
        return "none set"
    return "failed" if said["failed"] else "passed"


def gates_of(run: Found) -> list[dict[str, str]]:
    """Return every gate of a run, its limit and its outcome; none to those who may not read it."""
    if run.restricted is None:
        return []
    return [
        {
            "name": title(str(each["gate"])),
            "of": _place(each),
            "limit": f"{each['limit']:g}",
            "outcome": _OUTCOMES[each["outcome"]],
        }
        for each in _read(run.restricted / f"{GATES}.json").get("verdicts", ())
    ]


def _place(verdict: dict[str, Any]) -> str:
    named = [verdict.get(key) for key in ("source", "other", "characteristic", "group")]
    return ", ".join(plain(str(each)) for each in named if each is not None) or "the run"


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    with storage(path, "reading what a run says of itself"):
        found: dict[str, Any] = json.loads(path.read_bytes())
    return found
