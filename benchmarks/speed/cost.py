"""The cost model: what a record, a pair and a candidate cost, fitted on the measured sizes.

Each stage's seconds are a sum of non-negative terms in what the stage goes through; relative errors
are least in squares (``scipy.optimize.nnls`` on rows divided by what was measured), so that a small
size counts as much as a large one. Blocking light and heavy at one size tells pairs from records.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import nnls

Record = Mapping[str, Any]

TERMS: Mapping[str, tuple[str, ...]] = {
    "start": ("run",),
    "ingest": ("run", "record"),
    "standardise": ("run", "record"),
    "block": ("run", "record"),
    "count": ("run", "record", "counted pair"),
    "train": ("run",),
    "score": ("run", "record", "pair"),
    "decide": ("run", "record", "candidate"),
    "estimate": ("run", "record"),
    "control": ("run",),
    "report": ("run",),
}
"""What each stage's time depends on. Training and u see samples, so they do not grow."""

MEMORY = ("run", "record", "pair", "candidate")
PEAK = "peak memory"


@dataclass(frozen=True)
class Sized:
    """One measured run: how much of everything it went through, and its records by stage."""

    n: Mapping[str, float]
    stages: Mapping[str, Record]

    @property
    def peak_bytes(self) -> float:
        """Return the most memory of any stage."""
        return max(float(each["peak_mb"]) for each in self.stages.values()) * 1e6


def sized(records: Iterable[Record]) -> Sized:
    """Return one engine's records at one size."""
    stages = {record["stage"]: record for record in records}
    return Sized(
        {
            "run": 1.0,
            "record": 2.0 * stages["score"]["n_per_side"],
            "counted pair": float(stages["count"]["pairs"]),
            "pair": float(stages["score"]["pairs"]),
            "candidate": float(stages["decide"]["pairs"]),
        },
        stages,
    )


def fitted(runs: Sequence[Sized]) -> list[dict[str, object]]:
    """Return a record for every stage and term: seconds by the wall and on all cores, or bytes."""
    rows: list[dict[str, object]] = []
    for stage, terms in TERMS.items():
        design = np.array([[run.n[term] for term in terms] for run in runs])
        walls, cpus = (
            _least(design, np.array([float(run.stages[stage][name]) for run in runs]))
            for name in ("wall_s", "cpu_s")
        )
        rows += [
            {"stage": stage, "term": term, "wall_s": wall, "cpu_s": cpu, "bytes": None}
            for term, wall, cpu in zip(terms, walls, cpus, strict=True)
        ]
    design = np.array([[run.n[term] for term in MEMORY] for run in runs])
    peaks = _least(design, np.array([run.peak_bytes for run in runs]))
    empty = {"stage": PEAK, "wall_s": None, "cpu_s": None}
    rows += [{**empty, "term": t, "bytes": b} for t, b in zip(MEMORY, peaks, strict=True)]
    return rows


def predicted(rows: Iterable[Record], n: Mapping[str, float]) -> dict[str, float]:
    """Return what a run of this much would take: ``wall_s``, ``cpu_s`` and ``bytes``."""
    total = {"wall_s": 0.0, "cpu_s": 0.0, "bytes": 0.0}
    for row in rows:
        for name in total:
            total[name] += (row[name] or 0.0) * n[row["term"]]
    return total


def _least(design: np.ndarray[Any, Any], measured: np.ndarray[Any, Any]) -> list[float]:
    """Fit non-negative costs to the measured, relative errors least in squares."""
    weights = 1 / np.maximum(measured, 1e-3)
    scale = design.max(axis=0)
    solution, _ = nnls(design * weights[:, None] / scale, measured * weights)
    return [float(f"{cost:.4g}") for cost in solution / scale]
