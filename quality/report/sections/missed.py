"""The groups whose matches were found less often than those of the reference, as measured."""

from linkage.config.group_names import UNKNOWN
from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.measured import SHOWN

_LEAST = 0.0005
"""Smaller gaps are printed as none."""


def recall_gaps(lookup: Lookup) -> list[Estimate]:
    """Return the measured gaps in recall of every group of one characteristic, if shown."""
    return [row for row in all_recall_gaps(lookup) if row.status in SHOWN]


def all_recall_gaps(lookup: Lookup) -> tuple[Estimate, ...]:
    """Return the measured gaps in recall, those that are held back among them."""
    return lookup.by_method(*measures.MEASURED).uncrossed().of(measures.RECALL_GAP)


def missed_more(lookup: Lookup) -> list[Estimate]:
    """Return the gaps of groups whose matches were found less often, the surest largest first.

    They are ranked by the limit nearer zero: chance alone gives small groups the largest figures.
    """
    return sorted((row for row in recall_gaps(lookup) if below(row)), key=nearest_zero)


def likely_missed(lookup: Lookup) -> list[Estimate]:
    """Return the gaps of groups whose matches were found less often, told apart or not.

    The largest figure comes first. Records of which the group is not known are no group.
    """
    gaps = [
        row
        for row in recall_gaps(lookup)
        if row.group != UNKNOWN and row.estimate is not None and row.estimate <= -_LEAST
    ]
    return sorted(gaps, key=lambda row: (row.estimate or 0.0, row.characteristic or ""))


def unproven(lookup: Lookup) -> list[Estimate]:
    """Return the gaps of which none was found and a material one is not ruled out."""
    return [row for row in recall_gaps(lookup) if row.finding != measures.NO_MATERIAL_GAP]


def below(row: Estimate) -> bool:
    """Say whether a gap was found to lie below zero, and has a figure."""
    return row.finding == measures.LOWER and row.status in SHOWN and row.estimate is not None


def nearest_zero(row: Estimate) -> tuple[float, str, str]:
    """Return what gaps below zero are ranked by: the limit nearer zero, then their names."""
    return row.upper or 0.0, row.characteristic or "", row.group or ""


def recall_of(lookup: Lookup, gap: Estimate, group: str | None) -> Estimate | None:
    """Return the recall of a group, by the method and in the place that a gap has."""
    by_method = lookup.by_method(gap.method)
    row = by_method.of_group(measures.RECALL, gap.source, gap.other, gap.characteristic, group)
    return row if row is not None and row.status in SHOWN else None


def name(lookup: Lookup, row: Estimate) -> str:
    """Return what the group of a row is called in a sentence."""
    if row.group == UNKNOWN:
        label = lookup.characteristic_label(row.characteristic or "")
        return f"records of which the {label} is not known"
    return row_label(row)


def opening(text: str) -> str:
    """Return words of the page's own as the first of a line; names of groups stay as they are."""
    return text[:1].upper() + text[1:]


def name_first(lookup: Lookup, row: Estimate) -> str:
    """Return what the group of a row is called where that opens a sentence."""
    return opening(name(lookup, row)) if row.group == UNKNOWN else name(lookup, row)
