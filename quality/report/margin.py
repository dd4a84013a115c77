"""What "no material gap" means, printed under every table that says what gaps amount to."""

from dataclasses import replace

from linkage.config.schema import Quality
from quality import measures
from quality.report.numbers import unsigned_points
from quality.report.page import Chapter, Part, Section, Table

_NOTE = (
    "Material: a gap of {margin} percentage points or more (quality.material_gap of the "
    "configuration). “{small}” is said only where the whole interval lies within that margin on "
    "both sides of zero, whether or not the gap is told apart from zero: a gap of a few points can "
    "be sure and not material."
)


def with_margin(chapter: Chapter, rules: Quality) -> Chapter:
    """Return the chapter with the margin under each table that calls a gap material or not."""
    return replace(chapter, sections=tuple(_section(each, rules) for each in chapter.sections))


def _section(section: Section, rules: Quality) -> Section:
    return replace(section, parts=tuple(_part(each, rules) for each in section.parts))


def _part(part: Part, rules: Quality) -> Part:
    if part.table is None or not _judges(part.table):
        return part
    return replace(part, table=replace(part.table, notes=(*part.table.notes, _note(rules))))


def _judges(table: Table) -> bool:
    return any(cell.text == measures.NO_MATERIAL_GAP for row in table.rows for cell in row)


def _note(rules: Quality) -> str:
    return _NOTE.format(
        margin=unsigned_points(rules.material_gap).text,
        small=measures.NO_MATERIAL_GAP.capitalize(),
    )
