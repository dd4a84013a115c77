"""Columns that say the same in every row are said once, in the caption of their table."""

from dataclasses import replace

from quality.report.page import Chapter, Part, Section, Table
from quality.report.wording import GRADES, STATUSES


def without_constant(chapter: Chapter) -> Chapter:
    """Return the chapter with its tables free of a grade or a status that all rows share.

    A shared grade goes to the caption; that every row is shown needs no word.
    """
    return replace(chapter, sections=tuple(map(_section, chapter.sections)))


def _section(section: Section) -> Section:
    return replace(section, parts=tuple(map(_part, section.parts)))


def _part(part: Part) -> Part:
    if part.table is None or not part.table.rows:
        return part
    return replace(part, table=_status(_grade(part.table)))


def _grade(table: Table) -> Table:
    text = _shared(table, "grade")
    if text is None:
        return table
    said = f"Grade {GRADES.get(text, text)}."
    return replace(_without(table, "grade"), detail=f"{said} {table.detail}".strip())


def _status(table: Table) -> Table:
    return _without(table, "status") if _shared(table, "status") == STATUSES["ok"] else table


def _shared(table: Table, key: str) -> str | None:
    """Return the one text of a column; None where there is no such column, or several texts."""
    at = next((k for k, column in enumerate(table.columns) if column.key == key), None)
    texts = set() if at is None else {row[at].text for row in table.rows}
    return texts.pop() if len(texts) == 1 else None


def _without(table: Table, key: str) -> Table:
    kept = [k for k, column in enumerate(table.columns) if column.key != key]
    return replace(
        table,
        columns=tuple(table.columns[k] for k in kept),
        rows=tuple(tuple(row[k] for k in kept) for row in table.rows),
    )
