"""What was linked to what: the sources, the method in brief, and how the cut was chosen."""

from collections.abc import Iterator

from linkage.config.documentation_settings import SourceDocumentation, TruthDocumentation
from linkage.config.schema import Config, Source
from quality.documents.items import ABSENT
from quality.measures import PRECISION, RECALL, RECORDS, TRUTH
from quality.report.inputs import Decision
from quality.report.lookup import Lookup
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, probability, words
from quality.report.page import Column, Fact, Part, Section, Table
from quality.report.sections.encoded import encoded_part
from quality.report.sections.losses import count_cell, people_cell
from quality.report.wording import (
    ASSIGNMENTS,
    GRADES,
    KINDS,
    LINKAGE_TYPES,
    isolate,
    listed,
    sentence,
    title,
)

_TRUTH = (
    "Figures measured against a truth file take it to name every match. The configuration says of "
    "it, under documentation.truth:"
)
_NO_TRUST = "The run left no word on how far the threshold can be trusted."


def linked_section(lookup: Lookup, decision: Decision | None) -> Section:
    """Return the sources and the decision."""
    config = lookup.config
    parts = [
        Part(
            facts=(
                Fact("purpose", "Purpose", words(config.purpose or "not supplied")),
                Fact("type", "Kind of linkage", words(LINKAGE_TYPES[config.linkage.type])),
                Fact("assignment", "Links", words(ASSIGNMENTS[config.assignment])),
                *_focal(lookup),
            )
        ),
        Part(heading="Who answers for it, and by what law", facts=tuple(_documented(config))),
        *encoded_part(config),
        Part(table=_sources(lookup)),
        *_known_of_sources(lookup),
        *_decision(decision, config),
    ]
    if any(lookup.by_method(TRUTH).of(rate) for rate in (PRECISION, RECALL)):
        parts.append(_truth(config.documentation.truth))
    return Section("linked", "What was linked", tuple(parts))


def _documented(config: Config) -> Iterator[Fact]:
    """Yield what the configuration says of the linkage under ``documentation``, and what not."""
    said = config.documentation
    period = said.period
    days = () if period is None else dict.fromkeys((str(period.start), str(period.end)))
    for key, label, text in (
        ("legal_gateway", "Legal gateway", said.legal_gateway),
        ("producer", "Producer", said.producer),
        ("responsible", "Responsible", said.responsible),
        ("contact", "Contact", said.contact),
        ("area", "Area", said.area),
        ("period", "Period", " to ".join(days)),
    ):
        yield Fact(key, label, words(text or ABSENT))


def _known_of_sources(lookup: Lookup) -> Iterator[Part]:
    """Yield what the configuration says of each source, where it says anything."""
    said = {name: lookup.config.documentation.of_source(name) for name in lookup.config.sources}
    fields = [
        field
        for field in SourceDocumentation.model_fields
        if any(getattr(each, field) is not None for each in said.values())
    ]
    if fields:
        yield Part(
            table=Table(
                id="sources-documented",
                caption="What is known of the sources",
                detail="",
                columns=(
                    Column("source", "Source"),
                    *(Column(field, title(field)) for field in fields),
                ),
                rows=tuple(
                    (
                        words(lookup.source_label(name)),
                        *(words(str(getattr(each, field) or ABSENT)) for field in fields),
                    )
                    for name, each in said.items()
                ),
            )
        )


def _truth(said: TruthDocumentation) -> Part:
    """Return what is known of the truth file: every figure measured against it rests on that."""
    independent = {None: ABSENT, True: "yes", False: "no"}[said.independent]
    facts = (
        ("truth_source", "What it was made from", said.source or ABSENT),
        ("truth_date", "Made on", ABSENT if said.date is None else f"{said.date:%-d %B %Y}"),
        ("truth_made_by", "Made by", said.made_by or ABSENT),
        ("truth_independent", "Made without the identifiers that link", independent),
    )
    return Part(
        heading="The truth file",
        paragraphs=(_TRUTH,),
        facts=tuple(Fact(key, label, words(text)) for key, label, text in facts),
    )


def _focal(lookup: Lookup) -> Iterator[Fact]:
    if lookup.config.linkage.type != "deduplicate":
        label = lookup.source_label(lookup.config.focal)
        yield Fact("focal", "Focal source: its records should find a partner", words(label))


def _sources(lookup: Lookup) -> Table:
    return Table(
        id="sources",
        caption="The sources",
        detail="Counts of records: they have no interval.",
        columns=(
            Column("source", "Source"),
            Column("kind", "Kind"),
            Column("unique", "Each person at most once"),
            Column("identifiers", "Identifiers"),
            Column("filters", "Filters"),
            Column("records", "Records after filters", numeric=True),
        ),
        rows=tuple(_source(lookup, name, each) for name, each in lookup.config.sources.items()),
    )


def _source(lookup: Lookup, name: str, source: Source) -> tuple[Cell, ...]:
    records = lookup.overall(RECORDS, name, None)
    return (
        words(lookup.source_label(name)),
        words(KINDS[source.kind]),
        words("yes, as configured" if source.one_record_per_person else "not assumed"),
        words(title(listed([role.replace("_", " ") for role in source.columns]))),
        words("; ".join(_filters(source)) or "none"),
        NOT_AVAILABLE if records is None else count_cell(records),
    )


def _filters(source: Source) -> Iterator[str]:
    for word, filters in (("kept", source.keep), ("dropped", source.drop)):
        for column, values in filters.items():
            named = listed(["empty" if value is None else isolate(value) for value in values])
            yield f"{word} where {column} is {named}"


def _decision(decision: Decision | None, config: Config) -> Iterator[Part]:
    if decision is None:
        yield Part(heading="How links were chosen", paragraphs=("No decision was recorded.",))
        return
    chosen = (
        "Set in the configuration"
        if config.linkage.decide.threshold != "auto"
        else (f"Chosen by the run, to serve the objective {objective_words(decision.objective)}")
    )
    threshold = NOT_AVAILABLE if decision.threshold is None else probability(decision.threshold)
    yield Part(
        heading="How links were chosen",
        facts=(
            Fact("threshold", "Threshold on the probability of a link", threshold),
            Fact("chosen", "How it was chosen", words(chosen)),
            Fact(
                "ties",
                "Links chosen among candidates that were equally likely",
                people_cell(decision.n_ties, config.disclosure),
            ),
            Fact(
                "trust", "How far it can be trusted", words(sentence(decision.trust or _NO_TRUST))
            ),
        ),
        table=_expected(decision),
    )


def objective_words(objective: str) -> str:
    """Return an objective as a reader says it."""
    if objective == "f1":
        return "best balance of precision and recall (F1)"
    name, _, limit = objective.replace(" ", "").partition(">=")
    return f"{name} of at least {limit}" if limit else objective


def _expected(decision: Decision) -> Table:
    rows = (
        ("precision", decision.expected_precision),
        ("recall, of matches among the pairs compared", decision.expected_recall),
        ("F1", decision.expected_f1),
    )
    return Table(
        id="expected",
        caption="What the model itself expects at this threshold",
        detail="Nothing here was measured: no interval can be given, and the model cannot see its "
        "own mistakes.",
        columns=(
            Column("measure", "Expected by the model"),
            Column("expected", "Value", numeric=True),
            Column("lower", "Lower limit", numeric=True),
            Column("upper", "Upper limit", numeric=True),
            Column("grade", "Grade", short=True),
        ),
        rows=tuple(
            (
                words(title(name)),
                NOT_AVAILABLE if value is None else percent(value),
                NOT_AVAILABLE,
                NOT_AVAILABLE,
                words(GRADES["C"]),
            )
            for name, value in rows
        ),
        notes=("Matches that no blocking rule brought together are not in the recall.",),
    )
