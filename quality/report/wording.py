"""What codes of the tables are called on the page."""

import unicodedata
from typing import Final

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

COVERS: Final = {"sampling only": "chance in sampling only, not errors in the links"}
"""What an interval covers, in the words of a caption."""

REASONS: Final = {
    "not_answered": "not answered",
    "not_stated": "not stated",
    "prefer_not_to_say": "preferred not to say",
    "does_not_apply": "does not apply",
    "placeholder": "stand-in value",
    "invalid": "not a possible value",
    "missing_in_source": "not held by the source",
    "suppressed": "suppressed in the source",
}

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
    """Return what a group is called in tables and figures."""
    if group == UNKNOWN:
        return "Group not known"
    return isolate(CROSS.join("not known" if p == UNKNOWN else p for p in group.split(CROSS)))


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
