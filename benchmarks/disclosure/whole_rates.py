"""Rates of error of a whole run whose truth is known: what is true, and what is printed of it."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.disclosure.facts import (
    BLOCKED_OUT,
    ELSEWHERE,
    MATCHES,
    RECORDS,
    RIGHT,
    UNDER_THRESHOLD,
)
from benchmarks.disclosure.released import Counted, Key, unprinted, with_printed
from benchmarks.disclosure.releasing import Held
from benchmarks.disclosure.truths import Counts, as_printed, rows_of_truth
from linkage.config.group_names import ROLLED_UP
from quality import measures
from quality.estimate import Estimate, from_table

_LOST = {
    BLOCKED_OUT: measures.BLOCKING_LOSS,
    UNDER_THRESHOLD: measures.THRESHOLD_LOSS,
    ELSEWHERE: measures.ASSIGNMENT_LOSS,
}
_Place = tuple[str | None, str | None]


def with_rates(held: Held, run: Path, focal: str) -> Held:
    """Return what a reader holds with the rates that truth gives of every record."""
    rows = from_table(pq.read_table(run / "restricted" / "error_rates.parquet"))
    exact = [row for row in rows if row.method == measures.TRUTH and row.source == focal]
    truth = dict[Key, Counted]()
    for other in sorted({row.other for row in exact if row.other}):
        of = [row for row in exact if row.other == other]
        truth |= rows_of_truth(dict(_counts(of, held.truth, focal, other)), other, focal)
    printed = as_printed(_released(run / "for_release" / "estimates.csv", focal))
    release = replace(held.release, rows={**held.release.rows, **unprinted(truth)})
    return replace(held, release=with_printed(release, printed), truth={**held.truth, **truth})


def _counts(
    rows: Iterable[Estimate], truth: Mapping[Key, Counted], focal: str, other: str
) -> Iterator[tuple[_Place, Counts]]:
    """Yield the true counts of every group: what has no row has nobody."""
    rates: dict[_Place, dict[str, Estimate]] = defaultdict(dict)
    for row in rows:
        rates[row.characteristic, row.group][row.measure] = row
    for key, counted in truth.items():
        if key.measure == RECORDS and key.source == focal:
            place = key.characteristic or None, key.group or None
            own = rates.get(place, {})
            recall = own.get(measures.RECALL)
            linked = Key("linked", focal, other, "", "decide", *key[-2:])
            if linked in truth and not key.characteristic.endswith(ROLLED_UP):
                matches = 0 if recall is None else recall.n_records or 0
                true = {MATCHES: matches, RIGHT: _people(recall)}
                true |= {name: _people(own.get(of)) for name, of in _LOST.items()}
                yield place, Counts(counted.k or 0, truth[linked].k or 0, true)


def _people(row: Estimate | None) -> int:
    return 0 if row is None else round((row.estimate or 0.0) * (row.n_records or 0))


def _released(file: Path, focal: str) -> Iterator[Estimate]:
    """Yield the figures of a release that truth gives."""
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if (row["method"], row["source"]) == (measures.TRUTH, focal) and row["estimate"]:
                yield Estimate(
                    measure=row["measure"],
                    method=measures.TRUTH,
                    source=focal,
                    other=row["other"],
                    characteristic=row["characteristic"] or None,
                    group=row["group"] or None,
                    estimate=float(row["estimate"]),
                    lower=float(row["lower"] or "nan"),
                    upper=float(row["upper"] or "nan"),
                    level=float(row["level"] or "nan"),
                    grade="A",
                    status="ok",
                )
