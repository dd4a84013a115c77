"""What an official linkage report holds, item by item, and where; what is not there is said so."""

from quality import measures
from quality.report.lookup import Lookup
from quality.report.measured import measured_by_group, measured_rates, modelled
from quality.report.numbers import Cell, words
from quality.report.page import Column, Part, Section, Table

ABSENT = "not supplied"


def checklist_section(lookup: Lookup) -> Section:
    """Return the items of the list with what this page holds of each."""
    config = lookup.config
    rates = "measured" if measured_by_group(lookup) else "not measured"
    groups = f"link rates, gaps and missing values; error rates by group {rates}"
    purpose = "purpose given; legal gateway, owner and approvals not supplied"
    held = {
        "01": purpose if config.purpose else ABSENT,
        "02": "kind and filters given; coverage, extraction date and provider checks not supplied",
        "03": "completeness by group given; validity checks not supplied",
        "04": "given",
        "05": "given",
        "06": _quality(lookup),
        "07": _approaches(lookup),
        "08": "given" if _floor(lookup) else ABSENT,
        "09": groups if config.groups else f"{ABSENT}: no characteristic was configured",
        "10": ABSENT,
        "11": ABSENT,
        "12": ABSENT,
        "13": "intervals given; each table says what they cover",
        "14": ABSENT,
        "15": "given",
        "16": "given",
        "17": "given",
        "18": ABSENT,
    }
    table = Table(
        id="checklist-table",
        caption="Items that an official linkage report should hold",
        detail="There is no figure in this table.",
        columns=(
            Column("item", "Item"),
            Column("content", "Content"),
            Column("held", "On this page"),
            Column("where", "Section"),
        ),
        rows=tuple(_row(item, held[item]) for item in ITEMS),
        headers=2,
    )
    text = "An item is given, or said to be not supplied; nothing is guessed."
    part = Part(paragraphs=(text,), table=table)
    return Section("checklist", "What this report holds, and what it does not", (part,))


ITEMS: dict[str, tuple[str, str]] = {
    "01": ("Purpose, legal gateway, owner, approvals", "What was linked"),
    "02": ("The sources: population, coverage, how made, when extracted", "What was linked"),
    "03": (
        "Identifiers: completeness by group, cleaning, validity",
        "Missing identifiers and variables",
    ),
    "04": ("Flow: counts in and out of each step, with reasons", "What each stage lost"),
    "05": (
        "Method: blocking, comparisons, model, threshold, links",
        "What was linked; How agreement is weighed; How it was done",
    ),
    "06": ("Quality: precision, recall, false links, missed matches", "How wrong the links are"),
    "07": (
        "Three approaches: gold standard, linked against unlinked, sensitivity",
        "Link rate, overall and by group; How wrong the links are",
    ),
    "08": ("Implausible links, a floor on false links", "How wrong the links are"),
    "09": ("All of this by protected characteristic", "Link rate; Gaps; Missing"),
    "10": ("Representativity (R-indicator)", "none"),
    "11": ("The population expected to match", "none"),
    "12": ("Likely impact on the intended statistics", "none"),
    "13": ("Uncertainty", "every table"),
    "14": ("Quality assurance of administrative data, four areas", "none"),
    "15": ("Disclosure control", "Disclosure control"),
    "16": ("Provenance", "Provenance"),
    "17": ("Limitations", "What limits these figures most"),
    "18": ("Access to code and configuration, contact, data sharing", "none"),
}
"""The items by number: what is asked for, and the section of this page that answers."""


def _row(item: str, held: str) -> tuple[Cell, ...]:
    content, where = ITEMS[item]
    return words(item), words(content), words(held), words(where)


def _quality(lookup: Lookup) -> str:
    if measured_rates(lookup):
        return "given, with intervals and the number reviewed"
    nothing = "nothing was reviewed and no truth is known"
    return f"modelled only: {nothing}" if modelled(lookup) else f"{ABSENT}: {nothing}"


def _approaches(lookup: Lookup) -> str:
    gold = "given" if measured_rates(lookup) else ABSENT
    models = "range over models given" if modelled(lookup) else f"sensitivity {ABSENT}"
    return f"linked against all records by group; gold standard {gold}; {models}"


def _floor(lookup: Lookup) -> bool:
    return bool(lookup.by_method(measures.IMPOSSIBLE_LINKS).estimates)
