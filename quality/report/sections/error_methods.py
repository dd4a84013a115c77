"""The error rates of all records: every measure by every method, one beneath the other."""

from collections.abc import Iterable, Iterator, Mapping

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.numbers import SUPPRESSED_LIMIT, Cell, count, percent, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import (
    LIMITS,
    QUALITY,
    figure_cell,
    limit_cells,
    quality_cells,
)
from quality.report.wording import (
    LIMITS_ARE,
    LIMITS_MEAN,
    MEASURES,
    METHODS,
    METHODS_MEAN,
    listed,
    sentence,
)

_SHOWN = (
    measures.PRECISION,
    measures.FALSE_LINK_RATE,
    measures.RECALL,
    measures.MISSED_MATCH_RATE,
    measures.RECALL_IN_BLOCKS,
    measures.BLOCKING_RECALL,
    *measures.LOSSES,
    measures.COVERAGE,
    measures.EXPECTED_MATCHES,
)
ORDER = (
    *measures.MEASURED,
    measures.CALIBRATED,
    measures.MODEL_RANGE,
    *(method for method in measures.MODELLED if method != measures.MODEL_RANGE),
    measures.CAPTURE_RECAPTURE,
    measures.IMPOSSIBLE_LINKS,
)
"""The methods in the order of the page: what measured stands first."""

_COMPLEMENTS = {
    measures.FALSE_LINK_RATE: measures.PRECISION,
    measures.MISSED_MATCH_RATE: measures.RECALL,
}


_NARROW = (
    "The calibrated number of matches has a narrow interval as it leans on the model for every "
    "record that nobody reviewed, and takes reviewers to be right. The share held by the other "
    "source, times the records, needs no model: where the two differ, rely on its wider interval."
)


def methods_part(lookup: Lookup, source: str, other: str | None) -> Iterator[Part]:
    """Yield the table of all records of one pair of sources, where there is anything in it."""
    rows = [*_rows(lookup, source, other)]
    if rows:
        towards = "" if other is None else f" to {lookup.source_label(other)}"
        name = f"{lookup.source_label(source)}{towards}: all records, by every method"
        yield Part(heading=name, table=_table(anchor("errors", source, other), name, rows))


def _rows(lookup: Lookup, source: str, other: str | None) -> Iterator[Estimate]:
    by_method = {method: lookup.by_method(method) for method in ORDER}
    for measure in _SHOWN:
        for method in ORDER:
            row = by_method[method].overall(measure, source, other)
            if row is None or row.status == "not_identified":
                continue
            said = by_method[method].overall(_COMPLEMENTS.get(measure, ""), source, other)
            # a model's rate of error is one less its rate of success, which stands above
            if (said is None or method in measures.MEASURED) and not _elsewhere(row, by_method):
                yield row


def _elsewhere(row: Estimate, by_method: Mapping[str, Lookup]) -> bool:
    """Say whether a single model's figure can be left to chapter 8: it was measured, too."""
    if row.method not in measures.MODELLED or row.method == measures.MODEL_RANGE:
        return False
    methods = (*measures.MEASURED, measures.CALIBRATED)
    place = row.measure, row.source, row.other
    measured = any(by_method[method].overall(*place) is not None for method in methods)
    return measured and by_method[measures.MODEL_RANGE].overall(*place) is not None


def _table(identity: str, name: str, rows: list[Estimate]) -> Table:
    measured = any(row.method in measures.MEASURED for row in rows)
    reviewed = any(row.n_reviewed is not None for row in rows)
    detail = (
        "Rows of grade A or B were measured; the others are modelled and no interval holds them."
        if measured
        else "Every row is modelled and none was measured: no limit here is that of an interval."
    )
    return Table(
        id=identity,
        caption=name,
        detail=detail,
        columns=(
            Column("measure", "Figure"),
            Column("method", "Method"),
            Column("estimate", "Estimate", numeric=True),
            *LIMITS,
            Column("covers", "Limits are"),
            *((Column("reviewed", "Reviewed", numeric=True),) if reviewed else ()),
            *QUALITY,
        ),
        rows=tuple(_row(row, reviewed=reviewed) for row in rows),
        notes=(*_methods_mean(rows), *meanings(rows), *_number_of_matches(rows)),
        headers=2,
    )


def _number_of_matches(rows: Iterable[Estimate]) -> tuple[str, ...]:
    """Say why the calibrated number of matches is closer than the share that was reviewed."""
    found = {(row.measure, row.method) for row in rows}
    counted = (measures.EXPECTED_MATCHES, measures.CALIBRATED)
    held = (measures.COVERAGE, measures.REVIEW)
    return (_NARROW,) if {counted, held} <= found else ()


def _row(row: Estimate, *, reviewed: bool) -> tuple[Cell, ...]:
    write = count if row.measure == measures.EXPECTED_MATCHES else percent
    return (
        words(MEASURES[row.measure]),
        words(METHODS[row.method]),
        figure_cell(row, write),
        *limit_cells(row, write),
        limits_are(row),
        *((reviewed_cell(row),) if reviewed else ()),
        *quality_cells(row),
    )


def reviewed_cell(row: Estimate) -> Cell:
    """Return how many records were reviewed for a figure, rounded."""
    if row.status == "suppressed":
        return SUPPRESSED_LIMIT
    return words("none") if row.n_reviewed is None else count(row.n_reviewed)


def limits_are(row: Estimate) -> Cell:
    """Return what the limits of an error rate are, in a word or two: see :func:`meanings`."""
    if row.status == "suppressed":
        return SUPPRESSED_LIMIT
    covers = _covers(row)
    if covers is None:
        return words("no limits")
    kind = LIMITS_ARE.get(covers, covers)
    return words(f"{row.level:.0%} {kind}" if kind == "interval" else kind)


def _covers(row: Estimate) -> str | None:
    """Return the key of what a row's limits mean; None where it has none to show."""
    if row.status == "suppressed" or (row.lower is None and row.upper is None):
        return None
    if row.lower is None or row.upper is None:
        return "bound"
    return "truth" if row.method == measures.TRUTH else row.interval_covers


def meanings(rows: Iterable[Estimate]) -> tuple[str, ...]:
    """Return what the limits of a table's rows mean, each kind once.

    Where intervals of one table cover different things, it is said which are which.
    """
    rows = list(rows)
    used = dict.fromkeys(covers for row in rows if (covers := _covers(row)) is not None)
    mixed = sum(LIMITS_ARE.get(covers) == "interval" for covers in used) > 1
    notes = []
    for covers in (each for each in LIMITS_MEAN if each in used):
        kind = LIMITS_ARE.get(covers, covers)
        if mixed and kind == "interval":
            named = dict.fromkeys(MEASURES[r.measure].lower() for r in rows if _covers(r) == covers)
            kind = f"interval of {listed([*named])}"
        notes.append(sentence(f"{kind}: {LIMITS_MEAN[covers]}"))
    return tuple(notes)


def _methods_mean(rows: Iterable[Estimate]) -> tuple[str, ...]:
    used = {row.method for row in rows}
    return tuple(
        sentence(f"{METHODS[method]}: {meaning}")
        for method, meaning in METHODS_MEAN.items()
        if method in used
    )
