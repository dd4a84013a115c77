"""The view model: what the page says, settled to the last character before any HTML is made."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from quality.report.figures import Figure
from quality.report.figures.scale import scale
from quality.report.numbers import SHORTHAND, Cell
from quality.report.schema import SCHEMA


@dataclass(frozen=True)
class Column:
    """A column of a table: its key in ``report.json``, its heading, and how it is set.

    A ``short`` column holds a word or two that stay on one line.
    """

    key: str
    label: str
    numeric: bool = False
    short: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first ``headers`` cells of a row name it.

    ``detail`` is the part of the caption that says what intervals cover, or why there are none; it
    is empty where the table holds words alone.
    """

    id: str
    caption: str
    detail: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    headers: int = 1

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of the table {self.id} does not fit its columns")

    @property
    def settings(self) -> str:
        """How the columns are set: class names, so that no cell needs one of its own.

        ``n2`` has the second column's numbers to the right, ``s2`` keeps it on one line, and ``a3``
        holds the third column off from the numbers before it.
        """
        found = []
        after_numbers = False
        for k, column in enumerate(self.columns, 1):
            if column.numeric:
                found.append(f"n{k}")
            else:
                found += [f"s{k}"] if column.short else []
                found += [f"a{k}"] if after_numbers else []
            after_numbers = column.numeric
        return " ".join(found)

    @property
    def shorthand(self) -> tuple[str, ...]:
        """What the shorthand used in this table means."""
        used = {cell.mark for row in self.rows for cell in row}
        return tuple(f"[{mark}] {text}." for mark, text in SHORTHAND.items() if mark in used)


@dataclass(frozen=True)
class Fact:
    """A name and what stands for it."""

    key: str
    label: str
    cell: Cell


@dataclass(frozen=True)
class Link:
    """Words that lead to another place of the page.

    ``to`` names anchors, the best first: it leads to the first of them that the page has, since a
    table may have nothing in it, or may have been left out to keep the page small.
    """

    text: str
    to: tuple[str, ...]

    def target(self, anchors: Collection[str]) -> str | None:
        """Return the anchor it leads to; None where the page has none of them."""
        return next((each for each in self.to if each in anchors), None)


@dataclass(frozen=True)
class Part:
    """A piece of a section, printed in the order of its fields, each where there is one.

    ``links`` end the last paragraph.
    """

    heading: str | None = None
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    bullets: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    figure: Figure | None = None
    table: Table | None = None


@dataclass(frozen=True)
class Section:
    """A section of a chapter with its own heading and place in the contents."""

    id: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Chapter:
    """A numbered chapter: its main points, then its sections."""

    number: int
    title: str
    sections: tuple[Section, ...]
    points: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The chapter's anchor: other chapters and documents point to it by its number."""
        return f"chapter-{self.number}"

    @property
    def heading(self) -> str:
        """Number and title, as the page and its contents print them."""
        return f"{self.number}. {self.title}"


@dataclass(frozen=True)
class Page:
    """The whole page.

    ``internal`` is whether it holds figures that did not pass disclosure control.
    """

    title: str
    heading: str
    subtitle: str
    state: str
    internal: bool
    chapters: tuple[Chapter, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of every chapter, in the order of the page."""
        return tuple(section for chapter in self.chapters for section in chapter.sections)

    @property
    def anchors(self) -> frozenset[str]:
        """The ids that links may lead to: chapters, sections, and the captions of tables."""
        return frozenset(_anchors(self))


def _anchors(page: Page) -> Iterator[str]:
    yield from (chapter.id for chapter in page.chapters)
    for section in page.sections:
        yield section.id
        yield from (caption_of(part.table.id) for part in section.parts if part.table)


def caption_of(table: str) -> str:
    """Return the id of a table's caption: that of the table alone may be a section's, too."""
    return f"{table}-caption"


def anchor(*parts: str | None) -> str:
    """Return an HTML id made of names; what may not stand in one becomes a hyphen."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(part or "all" for part in parts))


def page_record(page: Page) -> dict[str, object]:
    """Return every word and number of the page as plain values: what ``report.json`` holds.

    Of a figure its scales are there: it draws the numbers of the table that follows it.
    """
    return {
        "$schema": SCHEMA,
        "title": page.title,
        "heading": page.heading,
        "subtitle": page.subtitle,
        "state": page.state,
        "internal": page.internal,
        "chapters": [_chapter(each, page.anchors) for each in page.chapters],
    }


def _chapter(chapter: Chapter, anchors: Collection[str]) -> dict[str, object]:
    return {
        "number": chapter.number,
        "id": chapter.id,
        "title": chapter.title,
        "points": list(chapter.points),
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "parts": [_part(part, anchors) for part in section.parts],
            }
            for section in chapter.sections
        ],
    }


def _part(part: Part, anchors: Collection[str]) -> dict[str, object]:
    record: dict[str, object] = {}
    if part.heading:
        record["heading"] = part.heading
    if part.paragraphs or part.bullets:
        record["text"] = [*part.paragraphs, *part.bullets]
    links = {link.text: link.target(anchors) for link in part.links}
    if found := {text: to for text, to in links.items() if to is not None}:
        record["links"] = found
    if part.facts:
        record["facts"] = {fact.key: _named(fact.label, fact.cell) for fact in part.facts}
    if part.figure:
        figure = part.figure
        record["figure"] = {
            "id": figure.id,
            "title": figure.title,
            "description": figure.description,
            "scale": list(scale(figure)),
        }
    if part.table:
        record["table"] = _table(part.table)
    return record


def _table(table: Table) -> dict[str, object]:
    return {
        "id": table.id,
        "caption": f"{table.caption}. {table.detail}".strip(),
        "columns": {column.key: column.label for column in table.columns},
        "rows": [dict(_cells(table.columns, row)) for row in table.rows],
        "notes": [*table.notes, *table.shorthand],
    }


def _cells(
    columns: Iterable[Column], row: Iterable[Cell]
) -> Iterable[tuple[str, dict[str, object]]]:
    for column, cell in zip(columns, row, strict=True):
        yield column.key, _cell(cell)


def _named(label: str, cell: Cell) -> dict[str, object]:
    return {"label": label, **_cell(cell)}


def _cell(cell: Cell) -> dict[str, object]:
    return {"text": cell.text} if cell.value is None else {"text": cell.text, "value": cell.value}
