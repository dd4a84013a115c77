"""What limits the figures of the page most, and what their intervals leave out."""

from quality.measures import PRECISION, RECALL
from quality.report.inputs import Decision
from quality.report.lookup import Lookup
from quality.report.measured import unmeasured_pairs
from quality.report.page import Part, Section
from quality.report.sections.warning import left_out


def limits_section(lookup: Lookup, decision: Decision | None) -> Section:
    """Return the limits that matter most, then what intervals cover and leave out."""
    parts = [Part(bullets=limitations(lookup, decision))] if limitations(lookup, decision) else []
    parts.append(Part(heading="What the intervals leave out", paragraphs=left_out(lookup)))
    return Section("limitations", "What limits these figures most", tuple(parts))


def limitations(lookup: Lookup, decision: Decision | None) -> tuple[str, ...]:
    """Return the two or three limits that matter most."""
    unmeasured = unmeasured_pairs(lookup, PRECISION), unmeasured_pairs(lookup, RECALL)
    found = []
    if any(unmeasured):
        which = "Error rates are" if all(unmeasured) else "Some error rates are"
        found.append(
            f"{which} not measured. A reviewed sample of links would measure precision; a search "
            "for partners of a sample of unlinked records would measure missed matches."
        )
    if lookup.config.linkage.type != "deduplicate" and unmeasured[1]:
        found.append(
            "A record without a link may be a missed match or may have no partner to find. Gaps "
            "between groups mix the two."
        )
    if not lookup.config.groups:
        found.append("No characteristic was configured: whether groups differ is not known.")
    elif decision is not None:
        found.append(
            "The threshold, and every probability behind it, comes from a model trained without "
            "labels."
        )
    return tuple(found)
