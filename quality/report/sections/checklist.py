"""The checklists: item by item, what the report holds, where, and what is missing."""

from collections.abc import Iterator

from quality.documents.guild import guild
from quality.documents.items import OF_SOURCES, UNCHECKED, Document, Item
from quality.documents.known import Known
from quality.documents.official import official
from quality.documents.qaad import qaad
from quality.documents.record import record
from quality.report.inputs import Inputs
from quality.report.lookup import Lookup
from quality.report.numbers import Cell, words
from quality.report.page import Column, Part, Section, Table
from quality.report.wording import sentence

_LISTS = (official, guild, record, qaad)

_COLUMNS = (
    Column("item", "Item"),
    Column("content", "Content"),
    Column("held", "Answer"),
    Column("where", "Where in this report"),
    Column("gap", "Where to write what is missing"),
)
_STAR = "*"
_GIVEN = (
    "An item is given, given in part, or said to be not supplied; nothing is guessed. The folder "
    "documents holds the same lists with the answers in words, and what the configuration says "
    "under documentation."
)


def checklist_section(lookup: Lookup, inputs: Inputs) -> Section:
    """Return the lists, each with its items, where each is answered, and where its gaps are filled.

    Practice areas without any assurance come before everything else.
    """
    known = Known(inputs, lookup)
    documents = [make(known) for make in _LISTS]
    parts = [Part(paragraphs=tuple(_first(documents)))]
    parts += [_part(document) for document in documents]
    return Section("checklist", "What this report holds, and what it does not", tuple(parts))


def _first(documents: list[Document]) -> Iterator[str]:
    yield from (document.banner for document in documents if document.banner)
    yield _GIVEN


def _part(document: Document) -> Part:
    table = Table(
        id=f"checklist-{document.name}-table",
        caption=document.title,
        detail="",
        columns=_COLUMNS,
        rows=tuple(_row(item) for item in document.items),
        headers=2,
        notes=(
            f"Source: {document.source}",
            *((f"{_STAR} {sentence(UNCHECKED)}",) if _unchecked(document) else ()),
        ),
    )
    return Part(heading=document.title, table=table)


def _unchecked(document: Document) -> bool:
    return any(not item.checked for item in document.items)


def _row(item: Item) -> tuple[Cell, ...]:
    content = item.asks if item.checked else f"{item.asks} {_STAR}"
    missing = "; ".join(_places(item)) or ("none" if item.held == "given" else "nowhere yet")
    return words(item.id), words(content), words(item.held), words(item.where), words(missing)


def _places(item: Item) -> Iterator[str]:
    """Yield where the gaps are filled, those about sources together: the name stands for each."""
    fields = []
    for place in item.gaps:
        if place.startswith(OF_SOURCES):
            fields.append(place.rpartition(".")[2])
        else:
            yield place
    if fields:
        yield f"{OF_SOURCES} (each source): {', '.join(dict.fromkeys(fields))}"
