"""The quality gates of a finished run, told on the screen."""

import json
from collections.abc import Iterator
from pathlib import Path

from linkage.errors import Fault, GateError
from linkage.runs.storage import storage
from quality.gates import GATES, Verdict, from_record


def hold_to_gates(folder: Path) -> None:
    """End with exit code 4 where the finished run in ``folder`` falls short of a quality gate.

    A message holds no figure of the run: those stand in the report, as far as they may be shown,
    and in ``restricted/gates.json``.

    Raises
    ------
    GateError
        With every gate that failed.
    """
    path = folder / "restricted" / f"{GATES}.json"
    with storage(path, "reading the verdicts of the quality gates"):
        verdicts = from_record(json.loads(path.read_bytes()))
    faults = [*_faults(verdicts, folder / "for_release" / "report.html")]
    if faults:
        raise GateError(faults)


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
