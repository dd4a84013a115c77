"""What an official linkage report holds, item by item: the list of this toolkit.

Put together from GUILD, RECORD, the toolkit for quality assurance of administrative data, and the
guidance of the Office for Statistics Regulation.
"""

from quality import measures
from quality.documents.items import (
    APPROVAL,
    Document,
    Item,
    Line,
    Part,
    given,
    joined,
    of_sources,
    setting,
)
from quality.documents.known import Known
from quality.documents.qaad import areas, due


def official(known: Known) -> Document:
    """Return the items of an official linkage report."""
    return Document(
        name="report-items",
        title="Items that an official linkage report should hold",
        about=(),
        source="The list of this toolkit.",
        parts=(
            Part("Purpose and sources", _sources(known)),
            Part("Method and quality", _quality(known)),
            Part("Use and access", _use(known)),
        ),
    )


def _sources(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    about = ("population", "coverage", "generated", "extracted", "exclusions", "changes", "checks")
    said = (of_sources(config, field, known.label, field) for field in about)
    return (
        Item(
            "01",
            "Purpose, legal gateway, owner, approvals",
            (
                known.purpose,
                setting(config, "legal_gateway", "Legal gateway"),
                setting(config, "producer", "Producer"),
                setting(config, "responsible", "Responsible"),
                Line(None, "Approval of the release", APPROVAL),
            ),
            (2,),
        ),
        Item(
            "02",
            "The sources: population, coverage, how made, when extracted, checks",
            joined(known.filters, *said),
            (2,),
        ),
        Item(
            "03",
            "Identifiers: completeness by group, cleaning, validity",
            joined(known.identifiers, given("Completeness by group and cleaning are reported.")),
            (5, 10),
        ),
        Item(
            "04",
            "Flow: counts in and out of each step, with reasons",
            given("Counts of each step are reported."),
            (2,),
        ),
        Item("05", "Method: blocking, comparisons, model, threshold, links",
             given(*known.method), (10,)),
    )  # fmt: skip


def _quality(known: Known) -> tuple[Item, ...]:
    implausible = "Links that cannot be right were counted."
    return (
        Item(
            "06",
            "Quality: precision, recall, false links, missed matches",
            known.quality,
            (1, 2),
        ),
        Item(
            "07",
            "Three approaches: gold standard, linked against unlinked, sensitivity",
            joined(
                known.quality[len(known.modelled) :],
                given("Link rates of groups are compared."),
                known.sensitivity,
            ),
            (2, 3, 8),
        ),
        Item(
            "08",
            "Implausible links, a floor on false links",
            given(implausible)
            if known.holds(measures.FALSE_LINK_RATE, method=measures.IMPOSSIBLE_LINKS)
            else (Line(None, at="quality.impossible"),),
            (2,),
        ),
        Item(
            "09",
            "All of this by protected characteristic",
            joined(known.groups, known.quality_by_group, known.not_by_group),
            known.chapters_of_groups,
        ),
        Item(
            "10",
            "Representativity (R-indicator)",
            _if(known, "R-indicators are given.", "groups", *measures.REPRESENTATIVITY),
            (6,),
        ),
        Item(
            "11",
            "The population expected to match",
            _if(
                known,
                "The number of matches is estimated.",
                "quality.review",
                measures.EXPECTED_MATCHES,
                measures.COVERAGE,
            ),
            (2, 6),
        ),
    )


def _use(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    return (
        Item("12", "Likely impact on the intended statistics", tuple(known.weights), (7,)),
        Item("13", "Uncertainty", given("Each table says what its limits cover."), (1, 11)),
        Item(
            "14",
            "Quality assurance of administrative data, four areas",
            joined((due(config),), *(area.lines for area in areas(known))),
        ),
        Item("15", "Disclosure control", given(known.control), (10,)),
        Item("16", "Provenance", given("Settings, inputs and versions are given."), (10,)),
        Item("17", "Limitations", given(*known.limits), (11,)),
        Item(
            "18",
            "Access to code and configuration, contact, data sharing",
            (setting(config, "access", "Access"), setting(config, "contact", "Contact")),
        ),
    )


def _if(known: Known, text: str, at: str, *names: str) -> tuple[Line, ...]:
    """State ``text`` where one of these measures is shown; leave a gap at ``at`` where none is."""
    return given(text) if known.holds(*names) else (Line(None, at=at),)
