"""Whom a link was found for least, and whether that is missed matches or non-coverage."""

from collections.abc import Iterator

from quality import measures
from quality.bias.link_rate_parts import MISSED_MORE, NON_COVERAGE
from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.measured import SHOWN
from quality.report.numbers import percent, unsigned_points
from quality.report.sections.gaps import cause_of
from quality.report.sections.headline import with_interval
from quality.report.sections.missed import name
from quality.report.wording import group_label

_POINT = 0.01
"""Rounding that moves a rate by less is not worth a word beside it."""


def linked_less(lookup: Lookup) -> Iterator[str]:
    """Yield, for each characteristic whose groups are linked less often, whom most and why.

    Only where coverage was measured: a gap in the link rate alone says nothing of its cause.
    """
    for source, other in lookup.pairs(measures.LINK_RATE_GAP):
        for characteristic in lookup.every_characteristic():
            rows = lookup.by_group(measures.LINK_RATE_GAP, source, other, characteristic)
            lower = [row for row in rows if _is_lower(row)]
            if lower:
                yield _of(lookup, lower)


def _is_lower(row: Estimate) -> bool:
    """Say whether a gap lies below zero and was told apart: only then has it a cause."""
    return row.status in SHOWN and (row.estimate or 0.0) < 0 and cause_of(row) is not None


def _of(lookup: Lookup, lower: list[Estimate]) -> str:
    least = min(lower, key=lambda row: row.estimate or 0.0)
    rate = lookup.of_group(
        measures.LINK_RATE, least.source, least.other, least.characteristic, least.group
    )
    figure = ""
    if rate is not None and rate.status in SHOWN:
        figure = f": {with_interval(rate, percent)}{_rounded(lookup, rate)}"
    by = lookup.characteristic_label(least.characteristic or "")
    reference = group_label(least.reference or "the reference group")
    groups = "1 group has" if len(lower) == 1 else f"{len(lower)} groups have"
    return (
        f"By {by}, {groups} a link less often than {reference}{_small(lookup, lower)}, least "
        f"{name(lookup, least)}{figure}. {_causes(lookup, lower)}"
    )


def _small(lookup: Lookup, lower: list[Estimate]) -> str:
    """Say for how many of some groups the gap is sure and small."""
    small = sum(row.finding == measures.NO_MATERIAL_GAP for row in lower)
    margin = unsigned_points(lookup.config.quality.material_gap).text
    of_them = "" if small == len(lower) else f"for {small} of them "
    return f" ({of_them}by less than {margin} points)" if small else ""


def _rounded(lookup: Lookup, rate: Estimate) -> str:
    """Say how far rounding alone moves a rate, from a point on."""
    base = lookup.config.disclosure.rounding
    moved = base / rate.n_records if base > 1 and rate.n_records else 0.0
    if moved < _POINT:
        return ""
    return f", which rounding counts to {base} moves by up to {unsigned_points(moved).text} points"


def _causes(lookup: Lookup, lower: list[Estimate]) -> str:
    """Say for how many of some groups each cause of their gap was told apart."""
    held, missed = (
        sum(cause in (cause_of(row) or "") for row in lower)
        for cause in (NON_COVERAGE, MISSED_MORE)
    )
    if not held and not missed:
        return "What that comes from was not told apart."
    other = lookup.source_label(lower[0].other)
    return (
        f"People whom {other} does not hold were told apart as a cause for {held or 'none'} of "
        f"them, missed matches for {missed or 'none'}."
    )
