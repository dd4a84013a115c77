"""The finding that matters as the title of the page: how many links are right, who is missed."""

from quality import measures
from quality.estimate import Estimate
from quality.gates import pairs_of
from quality.report.lookup import Lookup
from quality.report.measured import measured_rates
from quality.report.numbers import percent, unsigned_points
from quality.report.sections.headline import overall_rates, what
from quality.report.sections.missed import (
    missed_more,
    name,
    opening,
    recall_gaps,
    recall_of,
    unproven,
)
from quality.report.wording import listed


def heading(lookup: Lookup) -> str:
    """Return the finding in one line.

    What was measured: precision, and the group missed most, or recall where no group was told
    apart. Where nothing was measured, that; then how many records have a link.
    """
    rows = measured_rates(lookup)
    worst = missed_more(lookup)[:1]
    pair = next(iter((*worst, *rows)), None)
    if pair is None:
        return _unmeasured(lookup)
    own = [row for row in rows if (row.source, row.other) == (pair.source, pair.other)]
    found = _worst(lookup, worst[0]) if worst else _recall(lookup, own)
    said = f"{_precision(own)}; {found}"
    return f"{_of(lookup, pair)}{said}" if _of(lookup, pair) else opening(said)


def _of(lookup: Lookup, row: Estimate) -> str:
    """Name the sources of a finding where the run has several pairs of them."""
    if len(pairs_of(lookup.config)) == 1:
        return ""
    towards = "" if row.other is None else f" to {lookup.source_label(row.other)}"
    return f"{lookup.source_label(row.source)}{towards}: "


def _precision(rows: list[Estimate]) -> str:
    told = [row for row in rows if row.measure == measures.PRECISION]
    return f"{_figure(told[0])} of links are right" if told else "precision was not measured"


def _recall(lookup: Lookup, rows: list[Estimate]) -> str:
    told = [row for row in rows if row.measure == measures.RECALL]
    if not told:
        return "missed matches were not measured"
    found = f"{_figure(told[0])} of matches were found"
    if not recall_gaps(lookup):
        return f"{found}, by group not measured"
    return f"{found} overall, by group not proven" if unproven(lookup) else found


def _worst(lookup: Lookup, gap: Estimate) -> str:
    rate = recall_of(lookup, gap, gap.group)
    of = name(lookup, gap)
    if rate is None or rate.status != "ok":
        if gap.status == "ok" and gap.estimate is not None:
            fewer = unsigned_points(gap.estimate).text
            return f"for {of}, {fewer} points fewer matches were found"
        return f"matches are missed most for {of}"
    return f"for {of}, {_figure(rate)} of matches were found"


def _figure(row: Estimate) -> str:
    """Return a rate in words; from its limits where they are too far apart for one figure."""
    if row.status == "ok" and row.estimate is not None:
        return percent(row.estimate).text
    return f"between {percent(row.lower or 0.0).text} and {percent(row.upper or 1.0).text}"


def _unmeasured(lookup: Lookup) -> str:
    for row in overall_rates(lookup):
        if row.status == "ok" and row.estimate is not None:
            rate = f"{percent(row.estimate).text} {what(lookup, row)}"
            return f"{rate}; how many links are wrong was not measured"
    names = listed([lookup.source_label(each) for each in lookup.config.sources])
    return f"Linkage of {names}: nothing was measured, and no link rate can be shown"
