"""Whom a link was found for least, and whether that is missed matches or non-coverage."""

from collections.abc import Iterator

from quality import measures
from quality.bias.link_rate_parts import MISSED_MORE, NON_COVERAGE
from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.measured import SHOWN
from quality.report.numbers import percent
from quality.report.sections.gaps import cause_of
from quality.report.sections.headline import with_interval
from quality.report.sections.missed import below, name
from quality.report.wording import group_label


def linked_less(lookup: Lookup) -> Iterator[str]:
    """Yield, for each characteristic whose groups are linked less often, whom most and why.

    Only where coverage was measured: a gap in the link rate alone says nothing of its cause.
    """
    for source, other in lookup.pairs(measures.LINK_RATE_GAP):
        for characteristic in lookup.every_characteristic():
            rows = lookup.by_group(measures.LINK_RATE_GAP, source, other, characteristic)
            lower = [row for row in rows if below(row) and cause_of(row) is not None]
            if lower:
                yield _of(lookup, lower)


def _of(lookup: Lookup, lower: list[Estimate]) -> str:
    least = min(lower, key=lambda row: row.estimate or 0.0)
    rate = lookup.of_group(
        measures.LINK_RATE, least.source, least.other, least.characteristic, least.group
    )
    figure = ""
    if rate is not None and rate.status in SHOWN:
        figure = f": {with_interval(rate, percent)}"
    by = lookup.characteristic_label(least.characteristic or "")
    reference = group_label(least.reference or "the reference group")
    groups = "1 group has" if len(lower) == 1 else f"{len(lower)} groups have"
    return (
        f"By {by}, {groups} a link less often than {reference}, least {name(lookup, least)}"
        f"{figure}. {_causes(lookup, lower)}"
    )


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
