"""The quality gates of a finished run, and whether it is held, told on the screen."""

import json
from collections.abc import Iterator
from pathlib import Path

from linkage.errors import Fault, GateError
from linkage.runs.holding import is_held, waiting
from linkage.runs.storage import storage
from quality.drift import DRIFT
from quality.gates import GATES, Verdict, from_record


def hold_to_gates(folder: Path) -> None:
    """End with exit code 4 where the run in ``folder`` falls short of a quality gate, or is held.

    A message holds no figure of the run: those stand in the report, as far as they may be shown,
    and in ``restricted/gates.json`` and ``restricted/drift.json``.

    Raises
    ------
    GateError
        With every gate that failed.
    """
    faults = [*_of_gates(folder)]
    if is_held(folder) or waiting(folder.parent) == folder:  # an acceptance may be interrupted
        faults.append(
            Fault(
                "R620",
                "the run is held, and not the newest: its records are not as those before",
                "look at the alarms; then call this again with  --accept-drift REASON , or have "
                "the records delivered again",
                file=folder / "restricted" / f"{DRIFT}.json",
                path="quality.gates.drift",
            )
        )
    if faults:
        raise GateError(faults)


def _of_gates(folder: Path) -> Iterator[Fault]:
    """Yield the gates that failed; a batch without a report has none."""
    path = folder / "restricted" / f"{GATES}.json"
    if not path.is_file():
        return
    with storage(path, "reading the verdicts of the quality gates"):
        verdicts = from_record(json.loads(path.read_bytes()))
    yield from _faults(verdicts, folder / "for_release" / "report.html")


def _faults(verdicts: tuple[Verdict, ...], report: Path) -> Iterator[Fault]:
    for each in verdicts:
        if each.fails:
            unmeasured = each.outcome == "unmeasured"
            yield Fault(
                "G502" if unmeasured else "G501",
                f"{_of(each)}: {_why(each)}",
                _MEASURE_IT if unmeasured else "read the report",
                file=report,
                path=f"quality.gates.{each.gate}",
            )


_MEASURE_IT = "review a sample, or write  unmeasured: allow"


def _of(verdict: Verdict) -> str:
    """Say what the figure is of; a group whose figures are held back is not named."""
    if verdict.source is None:
        return "draws of the links"
    pair = " to ".join(name for name in (verdict.source, verdict.other) if name is not None)
    if verdict.characteristic is None:
        return f"{pair}, all records"
    group = verdict.group if verdict.named else "a group whose figures are held back"
    return f"{pair}, {verdict.characteristic}, {group}"


def _why(verdict: Verdict) -> str:
    if verdict.outcome == "unmeasured":
        measure = verdict.gate.removesuffix("_lower")
        return f"{measure} was not measured, so it cannot be held against {verdict.limit:g}"
    if verdict.gate.endswith("_lower"):
        return f"the lower limit is below {verdict.limit:g}"
    return f"{'below' if verdict.gate == 'effective_draws' else 'above'} {verdict.limit:g}"
