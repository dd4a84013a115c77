"""Intervals beside the truth, as the benchmark's records: coverage, width, bias, power."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.coverage.population import GAPS
from benchmarks.coverage.reviews import OVERALL
from quality import measures
from quality.grades import grade_of

Record = Mapping[str, Any]
Reals = npt.NDArray[np.float64]

LEAST_COVERAGE = 0.93
MOST_WIDTH = 1.3
"""Times the exact interval's mean width."""

COLUMNS = "plan measure group truth findable value lower upper n_reviewed whole exact".split()
_SLACK = 1e-9


def rows_of(populations: Iterable[Record]) -> pl.DataFrame:
    """Return the intervals of populations as one table, with the population of each."""
    columns: dict[str, list[Any]] = {name: [] for name in (*COLUMNS, "population")}
    for each in populations:
        for row in each["rows"]:
            for name, value in zip(COLUMNS, row, strict=True):
                columns[name].append(value)
        columns["population"] += [each["seed"]] * len(each["rows"])
    return pl.DataFrame(columns, schema_overrides={"exact": pl.Float64}, strict=False)


def scored(scenario: str, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return a record for each plan, measure and group of a scenario.

    ``without_figure`` counts reviews that had nothing to say of a cell.
    """
    keys = ("plan", "measure", "group")
    reviews = rows.filter(pl.col("group") == OVERALL).group_by("plan", "measure").len()
    n = {(plan, measure): count for plan, measure, count in reviews.iter_rows()}
    return [
        _record(scenario, dict(zip(keys, key, strict=True)), cell)
        | {"without_figure": n.get(key[:2], len(cell)) - len(cell)}
        for key, cell in rows.group_by(keys, maintain_order=True)
    ]


def _record(scenario: str, key: Mapping[str, Any], cell: pl.DataFrame) -> dict[str, Any]:
    """Score one cell; reviews that saw every record are counted apart, for nothing can miss."""
    partial = cell.filter(~pl.col("whole"))
    truth, value, lower, upper = (
        partial[name].to_numpy() for name in ("truth", "value", "lower", "upper")
    )
    inside = (lower <= truth + _SLACK) & (truth <= upper + _SLACK)
    coverage, error = clustered(inside.astype(np.float64), partial["population"].to_numpy())
    findable = partial["findable"].to_numpy()
    beside = partial.filter(pl.col("exact").is_not_null())
    is_gap = key["measure"] in GAPS.values()
    told = ((lower > 0) | (upper < 0)).astype(np.float64)
    return {
        "scenario": scenario,
        "method": measures.REVIEW,
        "grade": grade_of(measures.REVIEW),
        "plan": key["plan"],
        "measure": key["measure"],
        "group": "all" if key["group"] == OVERALL else f"group {key['group']}",
        "coverage": coverage,
        "standard_error": error,
        "coverage_of_findable": _mean((lower <= findable + _SLACK) & (findable <= upper + _SLACK)),
        "mean_width": _mean(upper - lower),
        "exact_width": _mean(beside["exact"].to_numpy()),
        "width_beside_exact": _mean((beside["upper"] - beside["lower"]).to_numpy()),
        "bias": _mean(value - truth),
        "truth": _mean(truth),
        "n_reviewed": _mean(partial["n_reviewed"].to_numpy()),
        "power": _mean(told[np.abs(truth) > _SLACK]) if is_gap else None,
        "repeats": len(partial),
        "populations": partial["population"].n_unique(),
        "whole": len(cell) - len(partial),
    }


def _mean(values: npt.NDArray[Any]) -> float | None:
    return float(np.mean(values)) if len(values) else None


def clustered(values: Reals, cluster: npt.NDArray[Any]) -> tuple[float | None, float | None]:
    """Return the mean, and its standard error where the values of a cluster hang together.

    The error is that of a ratio of sums over clusters (Cochran 1977, section 6.3, linearised).
    """
    if not len(values):
        return None, None
    _, place = np.unique(cluster, return_inverse=True)
    mean = float(values.mean())
    residual = np.bincount(place, values - mean)
    n = len(residual)
    if n < 2:
        return mean, None
    return mean, float(np.sqrt(n / (n - 1) * (residual**2).sum())) / len(values)


def covers(record: Record) -> bool | None:
    """Say whether a record meets the bar of coverage; None where nothing was counted."""
    if record["coverage"] is None:
        return None
    return bool(record["coverage"] >= LEAST_COVERAGE - 2 * (record["standard_error"] or 0.0))


def narrow(record: Record) -> bool | None:
    """Say whether a record meets the bar of width; None where no exact interval was worked out."""
    if not record["exact_width"]:
        return None
    return bool(record["width_beside_exact"] <= MOST_WIDTH * record["exact_width"])


def failures(records: Sequence[Record]) -> list[Record]:
    """Return the records of rates that fail the bar of coverage."""
    return [r for r in records if r["measure"] in GAPS and covers(r) is False]
