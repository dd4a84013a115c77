"""Quality and methods information: the statistics by the criteria of the Code of Practice.

The six criteria are those of the European Statistical System, as the Office for National Statistics
names them in its own such reports; their names were read there.
"""

from quality.documents.items import (
    Document,
    Item,
    Part,
    given,
    joined,
    of_sources,
    publication,
    setting,
)
from quality.documents.known import Known
from quality.documents.record import period


def methods_information(known: Known) -> Document:
    """Return what users should know of quality and methods, criterion by criterion."""
    config = known.inputs.config
    owner = [setting(config, name, about) for name, about in (
        ("producer", "Producer"), ("responsible", "Responsible"), ("contact", "Contact"),
        ("email", "E-mail"), ("area", "Area"),
    )]  # fmt: skip
    return Document(
        name="quality-and-methods",
        title="Quality and methods information",
        about=(
            "The Code of Practice for Statistics asks producers to tell users of quality and "
            "methods. This is the part about the linkage.",
        ),
        source="Criteria of quality of the European Statistical System, as in the quality and "
        "methodology information of the Office for National Statistics.",
        parts=(
            Part("Overview", (
                Item("Overview", "What was linked, and who answers for it",
                     (*given(known.linked), known.purpose, *owner, period(known)), (1, 2)),
                Item("Strengths and limits", "What limits the figures most",
                     given(*known.limits), (11,)),
            )),
            Part("Quality", _criteria(known)),
            Part("Methods", (
                Item("Sources", "The sources",
                     joined(*(of_sources(config, field, known.label, field)
                              for field in ("population", "coverage", "generated", "changes"))),
                     (2,)),
                Item("Linkage", "How records were linked", given(*known.method), (10,)),
                Item("Disclosure control", "How confidentiality is kept",
                     given(known.control), (10,)),
            )),
        ),
    )  # fmt: skip


def _criteria(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    return (
        Item("Relevance", "Whether the statistics meet the needs of users",
             (known.purpose, *publication())),
        Item("Accuracy", "How close the figures are to the truth",
             joined(known.quality, given(*known.rates)), (1, 2, 3)),
        Item("Timeliness and punctuality", "How long after their period the statistics come",
             joined((period(known),),
                    of_sources(config, "extracted", known.label, "extracted"), publication())),
        Item("Accessibility and clarity", "How the statistics can be had and understood",
             (*given("A report, a workbook, one CSV file a table and a JSON file with its schema."),
              setting(config, "access", "Access"), setting(config, "licence", "Licence"))),
        Item("Comparability", "How far figures can be compared over time and between groups",
             joined(known.groups, of_sources(config, "changes", known.label, "changes")), (3, 9)),
        Item("Coherence", "How far figures agree with those of other sources",
             (*known.weights, *publication()), (6, 7)),
    )  # fmt: skip
