"""GUILD: what to say of linked data at each step of the way (Gilbert and others, 2018).

Its table was read as far as the first words of item 1a; its four steps stand in the authors'
abstract. The items below therefore carry names of our own and are marked as unchecked.
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

_SOURCE = (
    "Gilbert R, Lafferty R, Hagger-Johnson G and others. GUILD: GUidance for Information about "
    "Linking Data sets. Journal of Public Health 2018, doi 10.1093/pubmed/fdx037."
)


def guild(known: Known) -> Document:
    """Return the items of GUILD, step by step."""
    return Document(
        name="guild",
        title="GUILD: information about linking data sets",
        about=(
            "What those who supply, link, analyse and report linked data should tell each other, "
            "in four steps.",
        ),
        source=_SOURCE,
        parts=(
            Part("Step 1. Data provision", _provision(known)),
            Part("Step 2. Data linkage", _linkage(known)),
            Part("Step 3. Analysis of linked data", _analysis(known)),
            Part("Step 4. Reporting", _reporting(known)),
        ),
    )


def _item(id_: str, asks: str, lines: tuple[Line, ...], *chapters: int) -> Item:
    return Item(id_, asks, lines, chapters, checked=False)


def _provision(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config

    def said(*fields: str) -> tuple[Line, ...]:
        return joined(*(of_sources(config, field, known.label, field) for field in fields))

    return (
        _item(
            "1.1", "Population included in the data set (item 1a)", said("population", "coverage")
        ),
        _item("1.2", "How the data were generated", said("generated", "changes")),
        _item("1.3", "How the data were extracted", said("extracted", "exclusions")),
        _item(
            "1.4", "How the data were processed", joined(known.filters, known.identifiers), 2, 10
        ),
        _item("1.5", "How the quality of the data was controlled", said("supplier", "checks")),
    )


def _linkage(known: Known) -> tuple[Item, ...]:
    return (
        _item("2.1", "Which identifiers were used, and how complete they are",
              joined(known.identifiers, given("Completeness by group is reported.")), 5),
        _item("2.2", "How records were linked", given(*known.method), 2, 10),
        _item("2.3", "How many records were linked", given(*known.rates), 2),
        _item("2.4", "How wrong the links are", known.quality, 1, 2),
        _item("2.5", "Link rates and errors by subgroup",
              joined(known.groups, known.quality_by_group, known.not_by_group),
              *known.chapters_of_groups),
        _item("2.6", "How confidentiality was kept", given(known.control), 10),
    )  # fmt: skip


def _analysis(known: Known) -> tuple[Item, ...]:
    return (
        _item("3.1", "How linked records differ from those without a link", known.groups, 3, 6),
        _item("3.2", "What errors in the links do to the results", tuple(known.weights), 7),
        _item("3.3", "How results change with other ways to link", known.sensitivity, 8),
    )


def _reporting(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    return (
        _item("4.1", "What limits the linkage puts on the results", given(*known.limits), 11),
        _item("4.2", "Where the method can be looked up",
              (setting(config, "access", "Access"), setting(config, "contact", "Contact"))),
        _item("4.3", "What the results mean for those who use them", publication()),
    )  # fmt: skip
