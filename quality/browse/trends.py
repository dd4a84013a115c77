"""How the groups of a characteristic fared over the runs of one configuration."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from quality import measures
from quality.browse.found import Found
from quality.compare.released import ESTIMATES_FILE, read_estimates
from quality.estimate import Estimate
from quality.report.figures.intervals import IntervalPlot, IntervalRow, interval_plot
from quality.report.numbers import NOT_AVAILABLE, SUPPRESSED, Cell, percent, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import figure_cell
from quality.report.wording import METHODS, group_label, isolate, plain, title

MEASURES = (
    measures.LINK_RATE,
    measures.RECALL,
    measures.PRECISION,
    measures.COVERAGE,
    measures.MISSING_AN_IDENTIFIER,
    measures.DUPLICATE_RATE,
)
"""Whose trends are shown: shares that are estimated of every group."""

MOST_RUNS = 8
"""The newest runs that one table holds side by side."""

_INTERVALS = "The estimate, and in brackets its interval; the oldest run first"
_RANGES = "Ranges over models: nothing here was measured, and none is an interval"

Place = tuple[str, str, str | None, str | None]
"""Measure, method, source and other source."""


@dataclass(frozen=True)
class Trends:
    """The estimates of the newest runs of a configuration, the oldest of them first."""

    runs: tuple[Found, ...]
    estimates: tuple[tuple[Estimate, ...], ...]

    @property
    def characteristics(self) -> tuple[str, ...]:
        """Return the characteristics of the newest run, and those that only older ones had."""
        named = (each.characteristic for rows in reversed(self.estimates) for each in rows)
        return tuple(dict.fromkeys(name for name in named if name is not None))


def trends_of(runs: Sequence[Found]) -> Trends:
    """Read what the runs of one name released.

    Parameters
    ----------
    runs
        The newest first.
    """
    shown = tuple(reversed(runs[:MOST_RUNS]))
    return Trends(shown, tuple(_of_shares(each.release / ESTIMATES_FILE) for each in shown))


def trend_sections(trends: Trends, characteristic: str) -> Iterator[Section]:
    """Yield a section for every measure of which a run says something by the characteristic."""
    for measure in MEASURES:
        places: dict[Place, None] = {}
        for rows in trends.estimates:
            for row in rows:
                if row.measure == measure and row.characteristic == characteristic:
                    places[row.measure, row.method, row.source, row.other] = None
        parts = tuple(_part(trends, characteristic, place) for place in places)
        if parts:
            yield Section(anchor("trend", measure), title(measure), parts)


def _part(trends: Trends, characteristic: str, place: Place) -> Part:
    of_run = [
        {
            str(row.group): row
            for row in rows
            if row.characteristic == characteristic
            and (row.measure, row.method, row.source, row.other) == place
        }
        for rows in trends.estimates
    ]
    groups = list(dict.fromkeys(name for rows in reversed(of_run) for name in rows))
    _, method, source, other = place
    towards = "" if other is None else f" to {isolate(other)}"
    name = f"{title(place[0])} of {isolate(source or '')}{towards} by {plain(characteristic)}"
    if method in METHODS:
        name += f": {METHODS[method].lower()}"
    identity = anchor("trend", *place, characteristic)
    plotted = [row for group in groups for row in _plotted(trends, of_run, group)]
    return Part(
        heading=name,
        figure=_figure(f"{identity}-plot", name, plotted) if plotted else None,
        table=_table(trends, of_run, groups, name, identity),
    )


def _figure(identity: str, name: str, rows: Sequence[IntervalRow]) -> IntervalPlot | None:
    return interval_plot(
        identity,
        name,
        rows,
        "Share of records",
        lambda share: percent(share).text,
        reference=None,
    )


def _plotted(
    trends: Trends, of_run: Sequence[Mapping[str, Estimate]], group: str
) -> Iterator[IntervalRow]:
    for run, rows in zip(trends.runs, of_run, strict=True):
        row = rows.get(group)
        if row is not None and row.lower is not None:
            yield IntervalRow(
                label=f"{group_label(group)}, {day(run)}",
                estimate=row.estimate,
                lower=row.lower,
                upper=row.upper,
                text="" if row.estimate is None else percent(row.estimate).text,
                wide=row.status == "too_few_to_tell",
                modelled=row.estimate is None,
            )


def _table(
    trends: Trends,
    of_run: Sequence[Mapping[str, Estimate]],
    groups: Sequence[str],
    name: str,
    identity: str,
) -> Table:
    runs = [Column(anchor(each.run), day(each), numeric=True) for each in trends.runs]
    shown = [row for rows in of_run for row in rows.values()]
    return Table(
        id=identity,
        caption=f"{name}, over runs",
        detail=_RANGES if all(_is_range(row) for row in shown) else _INTERVALS,
        columns=(Column("group", "Group"), *runs),
        rows=tuple(
            (words(group_label(group)), *(_cell(rows.get(group)) for rows in of_run))
            for group in groups
        ),
        notes=("A difference between two runs may be noise: link compare tells.",),
    )


def _is_range(row: Estimate) -> bool:
    return row.method == measures.MODEL_RANGE or row.status != "ok"


def _cell(row: Estimate | None) -> Cell:
    if row is None or row.status == "not_identified":
        return NOT_AVAILABLE
    if row.status == "suppressed":
        return SUPPRESSED
    limits = ""
    if row.lower is not None and row.upper is not None:
        limits = f" [{percent(row.lower).text} to {percent(row.upper).text}]"
    figure = words("") if row.estimate is None else figure_cell(row, percent)
    return Cell(f"{figure.text}{limits}".strip() or NOT_AVAILABLE.text, mark=figure.mark)


def day(run: Found) -> str:
    """Return when a run was made, for a heading: its id begins with the day and the time, UTC.

    Examples
    --------
    >>> from pathlib import Path
    >>> day(Found("census", "20261129T043020Z-e62406c9", "", Path(), None, None))
    '2026-11-29 04:30'
    """
    stamp = run.run
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]} {stamp[9:11]}:{stamp[11:13]}"


def _of_shares(path: Path) -> tuple[Estimate, ...]:
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4 * MOST_RUNS)
def _read(path: Path, changed: int) -> tuple[Estimate, ...]:
    """Return the estimates that trends are made of; ``changed`` forgets an older state."""
    return tuple(row for row in read_estimates(path) if row.measure in MEASURES)
