"""Grade C put to the test: does the range over models, widened, hold the truth?

The range is widened by a factor that is tuned on populations of their own and scored on others.
Numbers of errors are widened, not rates of success: a range from a to b errors becomes one from
a / f - 1 (or none) to f (b + 1), so that a range without width, and one of a few errors, gains too.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.coverage.reviews import OVERALL
from quality import measures
from quality.grades import grade_of

Reals = npt.NDArray[np.float64]
Rows = Sequence[Sequence[Any]]
"""measure, group, truth, lower, upper, n."""

TUNED, SCORED = 10, 20
"""Populations of each scenario on which the factor is tuned, and on which it is scored."""

LEAST_SHARE = 0.9
"""Of the cells, group by measure, whose range has to hold the truth, in every scenario."""

WIDEST = {measures.PRECISION: 0.05, measures.RECALL_IN_BLOCKS: 0.08, measures.RECALL: 0.08}
"""The median width, over the cells of all scenarios, that is still worth printing."""

FACTORS = np.round(np.geomspace(1.0, 20.0, 80), 2)
_AIM = 0.97
"""Share of the tuning populations' cells, in every scenario: above the bar, for luck."""

MODELLED_CODE = (
    *(f"quality/errors/{name}.py" for name in ("label_free", "variants", "group_fit")),
    *(f"quality/errors/{name}.py" for name in ("match_class", "chance_pairs", "candidacy")),
    "quality/errors/capture_recapture.py",
    "linkage/uncertainty/gibbs.py",
    *(f"linkage/model/{name}.py" for name in ("training", "normalise")),
    *(f"benchmarks/coverage/{name}.py" for name in ("worlds", "pairs", "linking", "modelled")),
)
"""The code that the ranges come from."""


def score_models(tuning: Mapping[str, Rows], scoring: Mapping[str, Rows]) -> list[dict[str, Any]]:
    """Return a record for each scenario and measure, unwidened and widened.

    One factor a measure serves all scenarios: nobody who links knows which world is theirs.
    """
    records = []
    for measure, widest in WIDEST.items():
        factor = tuned(tuning.values(), measure)
        own = [
            _record(name, rows, measure, f)
            for name, rows in scoring.items()
            for f in (None, factor)
            if any(row[0] == measure for row in rows)
        ]
        least = min(each["coverage"] for each in own if each["factor"] is not None)
        _, lower, upper = ranges(
            [row for rows in scoring.values() for row in rows], measure, factor
        )
        width = float(np.median(upper - lower))
        stands = least >= LEAST_SHARE and width <= widest
        verdict = {"verdict": "stands" if stands else "withdrawn", "median_width_of_all": width}
        records += [each | verdict for each in own]
    return records


def _record(scenario: str, rows: Rows, measure: str, factor: float | None) -> dict[str, Any]:
    truth, lower, upper = ranges(rows, measure, factor)
    inside = holds(truth, lower, upper)
    return {
        "scenario": scenario,
        "method": measures.MODEL_RANGE,
        "grade": grade_of(measures.MODEL_RANGE),
        "plan": "as fitted" if factor is None else "widened",
        "measure": measure,
        "group": "all and groups",
        "coverage": float(inside.mean()),
        "coverage_of_groups": _share([row for row in rows if row[1] != OVERALL], measure, factor),
        "standard_error": None,
        "mean_width": float((upper - lower).mean()),
        "median_width": float(np.median(upper - lower)),
        "exact_width": None,
        "bias": float(((upper + lower) / 2 - truth).mean()),
        "truth": float(truth.mean()),
        "factor": factor,
        "repeats": len(truth),
        "populations": SCORED,
    }


def tuned(scenarios: Iterable[Rows], measure: str) -> float:
    """Return the least factor with which the aim is met in every scenario; the last if none is."""
    held = list(scenarios)
    for factor in FACTORS:
        if all(_share(rows, measure, float(factor)) >= _AIM for rows in held):
            return float(factor)
    return float(FACTORS[-1])


def _share(rows: Rows, measure: str, factor: float | None) -> float:
    inside = holds(*ranges(rows, measure, factor))
    return float(inside.mean()) if len(inside) else 1.0


def holds(truth: Reals, lower: Reals, upper: Reals) -> npt.NDArray[np.bool_]:
    """Return which ranges hold the truth."""
    return (lower <= truth + 1e-9) & (truth <= upper + 1e-9)


def ranges(rows: Rows, measure: str, factor: float | None) -> tuple[Reals, Reals, Reals]:
    """Return truth, lower and upper end of a measure's rows, widened by ``factor``."""
    own = [row[2:] for row in rows if row[0] == measure]
    truth, lower, upper, n = np.array(own, dtype=np.float64).reshape(-1, 4).T
    if factor is None:
        return truth, lower, upper
    return truth, *widened(lower, upper, n, factor)


def widened(lower: Reals, upper: Reals, n: Reals, factor: float) -> tuple[Reals, Reals]:
    """Return a range of success rates, its numbers of errors among ``n`` widened by ``factor``."""
    most = np.minimum(factor * ((1 - lower) * n + 1), n)
    least = np.maximum((1 - upper) * n / factor - 1, 0.0)
    return 1 - most / n, 1 - least / n
