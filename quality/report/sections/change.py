"""What changed since the newest release of this configuration, and what the last ones said."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, points, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import (
    QUALITY,
    assumptions_part,
    finding_cell,
    interval_words,
    p_cell,
    quality_cells,
    with_limits,
)
from quality.report.wording import METHODS, isolate, title

_NOTHING = (
    "No release of this configuration was approved before this run, so there is nothing to set it "
    "against."
)
_MEANING = (
    "Each rate less that of the earlier release, in percentage points. A change is called higher "
    "or lower only where it is more than chance would make, with all changes of this chapter seen "
    "together; equivalent, where it surely is too small to matter. Everything else tells neither "
    "that a rate changed nor that it stayed."
)


def change_section(lookup: Lookup) -> Section:
    """Return the chapter: changes of all records and by group, then the last releases."""
    parts = [*_changes(lookup), *_trends(lookup)]
    if parts:
        parts += assumptions_part(each for name in measures.CHANGES for each in lookup.of(name))
    else:
        parts = [Part(paragraphs=(_NOTHING,))]
    return Section("change", "Change since the last release", tuple(parts))


def _changes(lookup: Lookup) -> Iterator[Part]:
    shown = _of(lookup, measures.CHANGES)
    overall = [row for row in shown if row.characteristic is None]
    if not shown:
        return
    run = next(row.reference for row in shown)
    heading = f"Since run {run}"
    yield Part(heading=heading, paragraphs=(_MEANING,))
    if overall:
        yield Part(table=_table("change", f"{heading}: all records", overall, "Rate"))
    for characteristic in dict.fromkeys(
        name for measure in measures.CHANGES for name in lookup.characteristics(measure)
    ):
        by = lookup.characteristic_label(characteristic)
        rows = [
            row
            for measure in measures.CHANGES
            for pair in lookup.pairs(measure)
            for row in lookup.by_group(measure, *pair, characteristic)
        ]
        name = anchor("change", characteristic)
        yield Part(heading=f"By {by}", table=_table(name, f"{heading}, by {by}", rows, title(by)))


def _of(lookup: Lookup, names: Sequence[str]) -> list[Estimate]:
    """Return the estimates of several measures."""
    return [row for name in names for row in lookup.of(name)]


def _table(identity: str, caption: str, rows: Sequence[Estimate], first: str) -> Table:
    of_groups = any(row.characteristic is not None for row in rows)
    tests = max((row.n_tests or 0 for row in rows), default=0)
    return Table(
        id=identity,
        caption=caption,
        detail=f"{interval_words(rows)} {tests} tests of this chapter are seen together.",
        columns=(
            *((Column("group", first),) if of_groups else ()),
            Column("rate", "Rate"),
            Column("change", "Change, points (interval)"),
            Column("p", "Adjusted p", numeric=True),
            Column("finding", "What it shows"),
            *QUALITY,
        ),
        rows=tuple(_row(row, of_groups) for row in rows),
        headers=2 if of_groups else 1,
    )


def _row(row: Estimate, of_groups: bool) -> tuple[Cell, ...]:
    return (
        *((words(row_label(row)),) if of_groups else ()),
        words(_rate(row)),
        with_limits(row, points),
        p_cell(row),
        finding_cell(row),
        *quality_cells(row),
    )


def _rate(row: Estimate) -> str:
    """Return the name of the rate, and how it was measured where there are several ways."""
    name = title(row.measure.removesuffix(f"_{measures.CHANGE}"))
    return f"{name}, by {METHODS[row.method].lower()}" if row.method in METHODS else name


def _trends(lookup: Lookup) -> Iterator[Part]:
    """Yield a rate of the last releases beside this run's, by group, where there are two or more.

    One release stands in the changes already.
    """
    for measure, earlier in measures.EARLIER.items():
        runs = sorted({row.variable or "" for row in lookup.of(earlier)})
        if len(runs) < 2:
            continue
        for source, other in lookup.pairs(earlier):
            places = (None, *lookup.characteristics(earlier))
            for characteristic in places:
                now = _now(lookup, measure, (source, other), characteristic)
                if now:
                    yield _trend(lookup, earlier, runs, now)


def _now(
    lookup: Lookup, measure: str, pair: tuple[str | None, str | None], characteristic: str | None
) -> tuple[Estimate, ...]:
    rows = lookup.by_method(*_METHODS)
    if characteristic is None:
        found = rows.overall(measure, *pair)
        return () if found is None else (found,)
    return rows.by_group(measure, *pair, characteristic)


_METHODS = (measures.WILSON, measures.SURVEY_WEIGHTED, *measures.MEASURED)


def _trend(lookup: Lookup, earlier: str, runs: Sequence[str], now: Sequence[Estimate]) -> Part:
    first = now[0]
    by = lookup.characteristic_label(first.characteristic or "")
    of = f"by {by}" if first.characteristic else "all records"
    name = f"{title(first.measure)} of the last releases, {of}"
    told = {
        (row.variable, row.source, row.other, row.group): row
        for row in lookup.of(earlier)
        if (row.characteristic, row.method) == (first.characteristic, first.method)
    }
    return Part(
        table=Table(
            id=anchor(earlier, first.source, first.other, first.characteristic),
            caption=name,
            detail="Limits in brackets. Each release as it was, the oldest first.",
            columns=(
                Column("group", title(by) if by else "Of"),
                *(Column(f"run_{run}", f"Run {isolate(run)}") for run in runs),
                Column("now", "This run"),
            ),
            rows=tuple(
                (
                    words(row_label(row)),
                    *(_then(told.get((run, row.source, row.other, row.group))) for run in runs),
                    with_limits(row, percent),
                )
                for row in now
            ),
        )
    )


def _then(row: Estimate | None) -> Cell:
    return NOT_AVAILABLE if row is None else with_limits(row, percent)
