"""What to do about the stage that lost most of a group's matches, and by which field."""

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.wording import plain

_NOT_SEEN = (
    "Which fields fail in them this run cannot say, as it compared only pairs that a rule brought "
    "together: look at lost pairs inside the secure area first. No threshold brings them back."
)
_NO_FIELD = "No single field stands out for this group in the pairs that were compared."


def which_field(lookup: Lookup, row: Estimate, stage: str) -> str:
    """Return which field costs the group of a row most, or that this run cannot say."""
    if stage == "blocking":
        return _NOT_SEEN
    place = (row.source, row.other, row.characteristic or "")
    costs = [
        each
        for each in lookup.by_group(measures.FIELD_COST_GAP, *place)
        if each.group == row.group and (each.lower or 0.0) > 0
    ]
    if not costs:
        return _NO_FIELD
    most = max(costs, key=lambda each: (each.lower or 0.0) + (each.upper or 0.0))
    return f"Of the fields of compared pairs, {plain(most.variable or '')} costs this group most."
