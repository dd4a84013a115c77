"""What limits the figures of the page most, and what their intervals leave out."""

from quality.measures import PRECISION, RECALL
from quality.report.inputs import Inputs
from quality.report.lookup import Lookup
from quality.report.measured import unmeasured_pairs
from quality.report.page import Part, Section
from quality.report.sections.answer_missed import unseen_gaps
from quality.report.sections.warning import left_out
from quality.uncertainty.calibration import Calibration


def limits_section(lookup: Lookup, inputs: Inputs) -> Section:
    """Return the limits that matter most, then what intervals cover and leave out."""
    found = limitations(lookup, inputs)
    parts = [Part(bullets=found)] if found else []
    parts.append(
        Part(
            heading="What the intervals cover, and what they leave out", paragraphs=left_out(lookup)
        )
    )
    return Section("limitations", "What limits these figures most", tuple(parts))


def limitations(lookup: Lookup, inputs: Inputs) -> tuple[str, ...]:
    """Return the few limits that matter most."""
    decision = inputs.training.decision
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
    elif unseen := unseen_gaps(lookup):
        found.append(
            "The review is too small to see every gap that matters. The smallest that four in five "
            f"such reviews find, depending on the group: {'; '.join(unseen)}."
        )
    found += _of_model(inputs.calibration) if decision is not None and lookup.config.groups else []
    return tuple(found)


def _of_model(calibration: Calibration | None) -> list[str]:
    """Say that labels did not train the model, and how far its probabilities are off."""
    text = (
        "The threshold, and every probability behind it, comes from a model trained without labels"
    )
    slope = None if calibration is None else calibration.overall.scored.get("slope")
    if slope is None or slope.upper >= 1:
        return [f"{text}."]
    return [
        f"{text}, and is too sure: the slope of its probabilities is {slope.value:.2f} "
        f"({slope.level:.0%} interval {slope.lower:.2f} to {slope.upper:.2f}), where 1 is right."
    ]
