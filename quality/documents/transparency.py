"""A template for the record of the Algorithmic Transparency Recording Standard (United Kingdom).

The fields are those of version 2.1. The names of 1.x and 2.1.x were read on its pages; the others
could not be, and are marked. The record itself is filled in on the form of the day.
"""

from quality.documents.items import (
    Document,
    Item,
    Line,
    Part,
    given,
    joined,
    of_sources,
    publication,
    setting,
)
from quality.documents.known import Known
from quality.documents.qaad import levels

_SOURCE = (
    "Algorithmic Transparency Recording Standard, version 2.1, GOV.UK. Later versions number their "
    "fields differently: check the form before the record is sent."
)
_DECIDES = (
    "The tool says which records are likely to be of the same person: a threshold on the "
    "probability of a link decides it. By itself it decides nothing else about anybody."
)


def transparency(known: Known) -> Document:
    """Return the fields of a transparency record with what the run and the configuration say."""
    return Document(
        name="transparency-record",
        title="Template for an algorithmic transparency record",
        about=(
            "Whether a record is due depends on how the links are used, not on the tool: read the "
            "scope of the standard first.",
        ),
        source=_SOURCE,
        parts=(
            Part("Tier 1. For the public", _first(known)),
            Part("Tier 2. Owner and responsibility", _owner(known)),
            Part("Tier 2. Description and rationale", _description(known)),
            Part("Tier 2. The decision-making process", _process()),
            Part("Tier 2. The tool and its data", _tool(known)),
            Part("Tier 2. Risks, mitigations and impact assessments", _risks(known)),
        ),
    )


def _first(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    return (
        Item("1.1", "Name", given(config.name)),
        Item("1.2", "How and why the tool is used",
             (known.purpose, Line(known.linked), Line(_DECIDES))),
        Item("1.3", "Website", (setting(config, "website"),)),
        Item("1.4", "Contact e-mail", (setting(config, "email"),)),
    )  # fmt: skip


def _owner(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    return (
        Item("2.1.1", "Organisation", (setting(config, "producer"),)),
        Item("2.1.2", "Team responsible", (setting(config, "contact"),)),
        Item("2.1.3", "Senior responsible owner", (setting(config, "responsible"),)),
        Item("2.1.4", "External supplier involvement: name, Companies House number, role, "
             "procurement procedure, terms of access to government data", publication()),
    )  # fmt: skip


def _unread(id_: str, asks: str, lines: tuple[Line, ...], *chapters: int) -> Item:
    return Item(id_, asks, lines, chapters, checked=False)


def _description(known: Known) -> tuple[Item, ...]:
    return (
        _unread("2.2.1", "Detailed description", given(*known.method), 10),
        _unread("2.2.2", "Scope", (known.purpose,)),
        _unread("2.2.3", "Benefit", publication()),
        _unread("2.2.4", "Previous process", publication()),
        _unread("2.2.5", "Alternatives considered", publication()),
    )


def _process() -> tuple[Item, ...]:
    return (
        _unread("2.3.1", "Process integration", given(_DECIDES)),
        _unread("2.3.2", "Provided information", given(
            "Analysts get links with their probabilities; reviewers of quality get the report."
        )),
        _unread("2.3.3", "Frequency and scale of usage", publication()),
        _unread("2.3.4", "Human decisions and review", given(
            "A release needs the approval of another person than the one who ran the linkage."
        )),
        _unread("2.3.5", "Required training", publication()),
        _unread("2.3.6", "Appeals and review", publication()),
    )  # fmt: skip


def _tool(known: Known) -> tuple[Item, ...]:
    config, versions = known.inputs.config, known.inputs.provenance.versions
    made_of = ", ".join(f"{library} {version}" for library, version in versions.items())
    return (
        _unread("2.4.1", "System architecture, phase and maintenance", given(f"{made_of}.")),
        _unread("2.4.2", "Models: task, input, output, performance",
                joined(given(*known.method), known.quality), 2, 10),
        _unread("2.4.3", "Source data: name, description, sharing agreements",
                joined(of_sources(config, "population", known.label, "population"),
                       of_sources(config, "generated", known.label, "generated"),
                       (setting(config, "legal_gateway", "Legal gateway"),)), 2),
        _unread("2.4.4", "Sensitive attributes, completeness and representativeness",
                known.groups, 3, 5, 6),
    )  # fmt: skip


def _risks(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    return (
        _unread("2.5.1", "Impact assessments", publication()),
        _unread(
            "2.5.2",
            "Risks and mitigations",
            joined(
                given(*known.limits, known.control),
                (setting(config, "safeguards", "Safeguards"),),
                levels(config),
            ),
            11,
        ),
    )
