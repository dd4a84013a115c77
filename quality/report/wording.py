"""What codes of the tables are called on the page."""

import unicodedata
from typing import Final

from linkage.characteristics.standards import short_name
from linkage.config.group_names import CROSS, UNKNOWN

GRADES: Final = {
    "A": "A: measured",
    "B": "B: measured and modelled",
    "C": "C: model only",
    "D": "D: not valid",
    "E": "E: not identified",
}

STATUSES: Final = {
    "ok": "shown",
    "too_few_to_tell": "too few to tell",
    "suppressed": "suppressed",
    "not_identified": "not identified by the data",
}

COVERS: Final = {
    "sampling only": "chance in sampling only, not errors in the links",
    "sampling and the measured precision": "chance in sampling and in what was measured of links",
    "sampling and imputation": "chance in sampling, in the values filled in and in the links drawn",
    "capture only": "chance in who is in the sources, as if the links were right",
    "capture and linkage": "chance in who is in the sources, and in what was reviewed of the links",
}
"""What an interval covers, in the words of a caption."""

REVIEW_COVERS: Final = {
    "sampling only": "which records happened to be reviewed, not errors of reviewers",
    "sampling and reviewer": "which records happened to be reviewed, and what a reviewer overlooks "
    "or is not shown",
}
"""What an interval from a review covers."""

LIMITS_ARE: Final = {
    "sampling only": "interval",
    "sampling and reviewer": "interval",
    "model parameters only": "spread of one model",
    "range over models": "range over models",
    "truth": "interval",
}
"""What the limits of an error rate are, by what they cover, in a cell."""

LIMITS_MEAN: Final = {
    "sampling only": "chance in which records were reviewed; errors of reviewers are left out",
    "sampling and reviewer": "chance in which records were reviewed, and what a reviewer overlooks "
    "or is not shown. A limit may equal its figure: errors that were found are certain, and what "
    "nobody reviewed may hold none",
    "model parameters only": "how far the model's own parameters could move; not an interval",
    "range over models": "from the lowest to the highest of several models; not an interval",
    "bound": "on one side; the truth is likely to lie beyond it",
    "truth": "how far the rate would vary in another sample of such records, as finely as may be "
    "told",
}
"""What limits mean, by what they cover, printed under every table that has them."""

MODELLED: Final = "modelled, not measured"
"""Stands in the caption of every table and figure of a group's figure that nobody measured."""

METHODS: Final = {
    "review": "Review",
    "truth": "Truth file",
    "review_and_counts": "Review and counts",
    "coverage_given": "Coverage from outside, and counts",
    "counted_stages": "Counts alone",
    "calibrated": "Calibrated model",
    "model_normalised": "Model, one partner each",
    "model_two_quality": "Model, good and bad records",
    "model_two_quality_both": "Model, good and bad records, groups of both",
    "fabl": "Model, drawn linkages",
    "model_range": "Model range",
    "capture_recapture": "Capture-recapture",
    "impossible_links": "Impossible links",
}
"""What the methods of error rates are called in a cell."""

METHODS_MEAN: Final = {
    "review": "people reviewed a designed sample, each record beside its best candidates of the "
    "whole other source",
    "truth": "the links were compared with a file of true matches",
    "review_and_counts": "what reviewers found of the links, with counts of what they lead to",
    "coverage_given": "coverage by group was given, links and values were counted",
    "counted_stages": "links and values were counted, right or wrong",
    "calibrated": "the model's probabilities, put right by what reviewers found",
    "model_normalised": "the probabilities of the links, where each record has one partner at most",
    "model_two_quality": "as before, with good and bad records, and chance agreement (u) by the "
    "groups of the source whose records look for a partner",
    "model_two_quality_both": "as before, with chance agreement by the groups of both sources",
    "fabl": "whole linkages drawn from the model",
    "model_range": "from the lowest to the highest of the models here",
    "capture_recapture": "matches found by several blocking rules tell how many none of them found",
    "impossible_links": "links that cannot be right, such as an event after death",
}
"""What each method did, printed under every table that uses it."""

MEASURES: Final = {
    "precision": "Precision",
    "recall": "Recall",
    "false_link_rate": "False links",
    "missed_match_rate": "Missed matches",
    "recall_in_blocks": "Recall among pairs compared",
    "blocking_recall": "Matches that blocking compared",
    "coverage": "Coverage (held by the other source)",
    "expected_matches": "Number of matches",
    "blocking_loss": "Lost at blocking",
    "threshold_loss": "Lost at the threshold",
    "assignment_loss": "Lost to a wrong partner",
}
"""What error rates are called in the first column of a table."""

REASONS: Final = {
    "not_answered": "not answered",
    "not_stated": "not stated",
    "prefer_not_to_say": "preferred not to say",
    "does_not_apply": "does not apply",
    "placeholder": "stand-in value",
    "unknown_code": "a code its list does not hold",
    "invalid": "not a possible value",
    "missing_in_source": "not held by the source",
    "suppressed": "suppressed in the source",
}

STAGES: Final = {
    "covered": "has a partner in the other source",
    "blocked": "compared with it",
    "linked": "linked to it",
    "linked_at_all": "linked, to it or to another",
    "asked": "asked for the value",
    "answered": "gave a value",
}
"""What it means to have passed a stage, among those who passed the one before."""

OUTCOMES: Final = {
    "observed_from_link": "value seen through a link",
    "not_linked_undetermined": "no link: not known why",
    "not_covered": "no partner in the other source",
    "blocked_out": "never compared with its partner",
    "missed_by_threshold": "compared, not linked",
    "missed_by_assignment": "linked to another person",
    "not_asked": "rightly linked, not asked",
    "not_answered": "rightly linked, no answer",
}
"""What became of a value of another source; other outcomes are reasons of that source."""

KINDS: Final = {
    "census": "Census",
    "administrative": "Administrative data",
    "survey": "Survey",
}

LINKAGE_TYPES: Final = {
    "link": "Records of different sources are linked",
    "deduplicate": "Records of one source are linked to each other, to find duplicates",
    "link_and_deduplicate": "Records are linked within and between sources",
}

ASSIGNMENTS: Final = {
    "one_to_one": "One to one: no record of either source has more than one link",
    "many_to_one": "Many to one: several records may link to the same record",
    "clusters": "Clusters: all records thought to be of one person form one entity",
}


def title(code: str) -> str:
    """Return a code as the first words of a line: ``date_of_birth`` is "Date of birth"."""
    text = plain(code)
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return words as a sentence, with its capital and its full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def plain(code: str) -> str:
    """Return a code as words in a line: ``date_of_birth`` is "date of birth"."""
    return code.replace("_", " ")


def group_label(group: str) -> str:
    """Return what a group is called in tables and figures: its short name where it has one."""
    if group == UNKNOWN:
        return "Group not known"
    parts = group.split(CROSS)
    return isolate(CROSS.join("not known" if p == UNKNOWN else short_name(p) for p in parts))


def isolate(name: str) -> str:
    """Keep a name written from right to left from turning the words around it.

    A name without such letters comes back as it is; another between FIRST STRONG ISOLATE and POP
    DIRECTIONAL ISOLATE.
    """
    turns = {"R", "AL", "RLE", "RLO", "LRE", "LRO", "RLI", "LRI", "FSI", "AN"}
    if not any(unicodedata.bidirectional(character) in turns for character in name):
        return name
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


def listed(names: list[str]) -> str:
    """Return names as a list in a sentence.

    Examples
    --------
    >>> listed(["age", "sex", "race"])
    'age, sex and race'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
