"""RECORD: what studies of routinely collected data report (Benchimol and others, 2015).

The wording of every item was read in copies of the published checklist (CC BY) that agree with
each other.
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
    "Benchimol EI, Smeeth L, Guttmann A and others, the RECORD Working Committee. The REporting of "
    "studies Conducted using Observational Routinely-collected health Data (RECORD) Statement. "
    "PLoS Medicine 2015; 12(10): e1001885. Checklist under CC BY 4.0."
)

ASKS = {
    "1.1": "The type of data used should be specified in the title or abstract. When possible, the "
    "name of the databases used should be included.",
    "1.2": "If applicable, the geographic region and timeframe within which the study took place "
    "should be reported in the title or abstract.",
    "1.3": "If linkage between databases was conducted for the study, this should be clearly "
    "stated in the title or abstract.",
    "6.1": "The methods of study population selection (such as codes or algorithms used to "
    "identify subjects) should be listed in detail. If this is not possible, an explanation should "
    "be provided.",
    "6.2": "Any validation studies of the codes or algorithms used to select the population should "
    "be referenced. If validation was conducted for this study and not published elsewhere, "
    "detailed methods and results should be provided.",
    "6.3": "If the study involved linkage of databases, consider use of a flow diagram or other "
    "graphical display to demonstrate the data linkage process, including the number of "
    "individuals with linked data at each stage.",
    "7.1": "A complete list of codes and algorithms used to classify exposures, outcomes, "
    "confounders, and effect modifiers should be provided. If these cannot be reported, an "
    "explanation should be provided.",
    "12.1": "Authors should describe the extent to which the investigators had access to the "
    "database population used to create the study population.",
    "12.2": "Authors should provide information on the data cleaning methods used in the study.",
    "12.3": "State whether the study included person-level, institutional-level, or other data "
    "linkage across two or more databases. The methods of linkage and methods of linkage quality "
    "evaluation should be provided.",
    "13.1": "Describe in detail the selection of the persons included in the study (i.e., study "
    "population selection) including filtering based on data quality, data availability and "
    "linkage. The selection of included persons can be described in the text and/or by means of "
    "the study flow diagram.",
    "19.1": "Discuss the implications of using data that were not created or collected to answer "
    "the specific research question(s). Include discussion of misclassification bias, unmeasured "
    "confounding, missing data, and changing eligibility over time, as they pertain to the study "
    "being reported.",
    "22.1": "Authors should provide information on how to access any supplemental information such "
    "as the study protocol, raw data, or programming code.",
}
"""The items of RECORD, as published."""


def record(known: Known) -> Document:
    """Return the items of RECORD with what the run says to each."""
    return Document(
        name="record",
        title="RECORD: studies of routinely collected data",
        about=(
            "The items that RECORD adds to the STROBE statement. Those of STROBE itself are for "
            "the publication made from the links.",
        ),
        source=_SOURCE,
        parts=(
            Part("Title and abstract", _title(known)),
            Part("Methods", _methods(known)),
            Part("Results, discussion and other information", _results(known)),
        ),
    )


def _item(id_: str, lines: tuple[Line, ...], *chapters: int) -> Item:
    return Item(f"RECORD {id_}", ASKS[id_], lines, chapters)


def _title(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    region = (setting(config, "area", "Area"), period(known))
    return (
        _item("1.1", given(f"{known.sources}."), 1, 2),
        _item("1.2", region, 2),
        _item("1.3", given(known.linked), 1, 2),
    )


def period(known: Known) -> Line:
    """Return the time that the statistics are about; a gap where it is not said."""
    said = known.inputs.config.documentation.period
    text = None
    if said is not None:
        text = str(said.start) if said.start == said.end else f"{said.start} to {said.end}"
    return Line(text, "Period", "documentation.period")


def _methods(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    population = of_sources(config, "population", known.label, "population")
    cleaning = given("Values were brought to one form, with a reason for each that was set aside.")
    return (
        _item("6.1", joined(known.filters, population), 2),
        _item("6.2", publication()),
        _item("6.3", given("A flow diagram and its table are in the report."), 2),
        _item("7.1", joined(known.groups, publication()), 10),
        _item("12.1", of_sources(config, "coverage", known.label, "coverage"), 2),
        _item("12.2", cleaning, 5, 10),
        _item("12.3", joined(given(known.linked), given(*known.method), known.quality), 2, 10),
    )


def _results(known: Known) -> tuple[Item, ...]:
    config = known.inputs.config
    exclusions = of_sources(config, "exclusions", known.label, "exclusions")
    changes = of_sources(config, "changes", known.label, "changes")
    return (
        _item("13.1", joined(known.filters, exclusions), 2, 5),
        _item("19.1", joined(given(*known.limits), changes, publication()), 5, 11),
        _item("22.1", (setting(config, "access", "Access"),)),
    )
