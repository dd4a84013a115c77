"""How the missing values of a source hang together: influx, outflux, monotony, Cramer's V.

No test is made: with ten thousand records every test of missingness at random rejects, so the size
of the dependence is what is given, and whether values are missing at random or not cannot be tested
with the values that are there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals
from linkage.runs.workspace import Workspace
from quality import measures
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.missingness.patterns import ALL, Patterns, patterns

_UNTESTABLE = (
    "a count of every record: what would move in other records of the same kind is not in it",
    "whether values are missing for reasons that the records show (at random) or for others cannot "
    "be tested with these records",
)


@dataclass(frozen=True)
class Flux:
    """Influx and outflux of each variable (k,), and the share of records in a monotone pattern."""

    influx: Reals
    outflux: Reals
    monotone: float


def flux_rows(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield influx and outflux of each identifier and variable, and how it hangs on each group.

    Of each source: also (variable None) the share of records whose pattern is monotone. Nothing is
    said of a source in which nothing is missing.
    """
    del drawn  # every record is counted
    for source in config.sources:
        found = patterns(workspace, config, source)
        if found is None or not any(found.counts[ALL].keys() - {0}):
            continue
        n = sum(found.counts[ALL].values())
        made = flux(found)
        yield _row(source, None, measures.MONOTONE_PATTERN, None, made.monotone, n)
        for at, name in enumerate(found.names):
            yield _row(source, name, measures.INFLUX, None, float(made.influx[at]), n)
            yield _row(source, name, measures.OUTFLUX, None, float(made.outflux[at]), n)
            for characteristic, table in _tables(found, at).items():
                v = cramers_v(table)
                if v is not None:
                    yield _row(source, name, measures.CRAMERS_V, characteristic, v, n)


def flux(found: Patterns) -> Flux:
    """Return influx and outflux, from the patterns of all records.

    *Formula*: with r_ij = 1 where variable j of record i is observed, influx of j =
    sum_k sum_i (1 - r_ij) r_ik / sum_k sum_i r_ik, and outflux of j = sum_k sum_i r_ij (1 - r_ik) /
    sum_k sum_i (1 - r_ik). A pattern is monotone where, with the variables ordered by how often
    they are missing, what is missing comes last.

    Notes
    -----
    Source: van Buuren (2018), Flexible Imputation of Missing Data, 2nd ed., section 4.1.3, as the
    documentation of ``mice::flux`` gives it.
    """
    everyone = found.counts[ALL]
    codes = np.array([*everyone], dtype=np.int64)
    n = np.array([*everyone.values()], dtype=np.float64)
    missing = (codes[:, None] >> np.arange(len(found.names)) & 1).astype(np.float64)
    in_record, k = missing.sum(axis=1), len(found.names)
    pairs_in = n @ (missing * (k - in_record)[:, None])
    pairs_out = n @ ((1 - missing) * in_record[:, None])
    observed, lacking = float(n @ (k - in_record)), float(n @ in_record)
    order = np.argsort(n @ missing, kind="stable")
    rising = (np.diff(missing[:, order], axis=1) >= 0).all(axis=1)
    return Flux(
        pairs_in / observed if observed else np.ones(k),
        pairs_out / lacking,
        float(n @ rising / n.sum()),
    )


def cramers_v(table: Index) -> float | None:
    """Return Cramer's V of a table of counts (2, groups): 0 for no dependence, 1 for all there is.

    *Formula*: sqrt(chi-squared / n), since the smaller side of the table is 2. None where no value,
    or every value, is missing, or there is one group.

    Notes
    -----
    Source: Cramér (1946), Mathematical Methods of Statistics, section 21.9 (not checked in the
    book; agrees with ``scipy.stats.contingency.association``).
    """
    table = table[:, table.sum(axis=0) > 0]
    n, of_row, of_group = float(table.sum()), table.sum(axis=1), table.sum(axis=0)
    if table.shape[1] < 2 or not of_row.all():
        return None
    expected = np.outer(of_row, of_group) / n
    return sqrt(float(((table - expected) ** 2 / expected).sum()) / n)


def _tables(found: Patterns, at: int) -> Mapping[str, Index]:
    """Return the table of missing or not by group, (2, groups), of each characteristic.

    Records whose group is not known are left out: an age cannot be known where the date of birth is
    missing.
    """
    columns: dict[str, list[tuple[int, int]]] = {}
    for (characteristic, group), counts in found.counts.items():
        if characteristic is not None and group != UNKNOWN:
            missing = sum(n for pattern, n in counts.items() if pattern >> at & 1)
            columns.setdefault(characteristic, []).append((missing, sum(counts.values()) - missing))
    return {name: np.array(each, dtype=np.int64).T for name, each in columns.items()}


def _row(
    source: str, variable: str | None, measure: str, stage: str | None, value: float, n: int
) -> Estimate:
    return Estimate(
        measure=measure,
        method=measures.FLUX,
        source=source,
        variable=variable,
        stage=stage,
        estimate=value,
        grade=grade_of(measures.FLUX),
        n_records=n,
        status="ok",
        assumptions=_UNTESTABLE,
    )
