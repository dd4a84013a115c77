"""Keeping the page small: what is needed least is left to report.json, and the page says so.

A run by twelve characteristics has thousands of rows. All of them stand in ``report.json`` and in
the tables beside it; a page of several megabytes is one that nobody can send or open.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from quality.report.page import Chapter, Page, Part, Section, Table
from quality.report.wording import MODELLED

MOST_BYTES = 1_450_000
"""The size at which tables start to be left out."""

_KEPT_LONGEST = ("missing", "intersections", "by-", "summary", "link_rate-")
"""How the ids of sections or tables start that go last, in the order in which they go."""

_FEW_ROWS = 12
_NOTE = (
    "Left out here to keep the page small. It stands in report.json as {table}; link report RUN "
    "--groups makes a page by fewer characteristics."
)

_Place = tuple[str, int]


def folded(page: Page, size: int, size_of: Callable[[Part], int]) -> Page:
    """Return the page without the tables and figures that make it too large.

    Parameters
    ----------
    size
        Bytes of the page as it is.
    size_of
        Gives the bytes of a part.
    """
    left_out: set[_Place] = set()
    for section, k in _order(page):
        if size <= MOST_BYTES:
            break
        part = section.parts[k]
        size -= size_of(part) - size_of(_without(part))
        left_out.add((section.id, k))
    return replace(page, chapters=tuple(_shortened(each, left_out) for each in page.chapters))


def _order(page: Page) -> Iterator[tuple[Section, int]]:
    """Yield what may be left out, the least needed first: in a section, what stands last."""
    found = [
        (_rank(section, part.table), section, k)
        for section in reversed(page.sections)
        for k, part in reversed([*enumerate(section.parts)])
        if part.table is not None and len(part.table.rows) > _FEW_ROWS
    ]
    for _, section, k in sorted(found, key=lambda each: each[0]):
        yield section, k


def _rank(section: Section, table: Table) -> int:
    """Rank by section and table; what nobody measured goes before any of that."""
    if MODELLED in table.caption:
        return -1
    found = (k for k, start in enumerate(_KEPT_LONGEST) if _starts(start, section, table))
    return max(found, default=-1)


def _starts(start: str, section: Section, table: Table) -> bool:
    return section.id.startswith(start) or table.id.startswith(start)


def _shortened(chapter: Chapter, left_out: set[_Place]) -> Chapter:
    return replace(
        chapter,
        sections=tuple(
            replace(
                section,
                parts=tuple(
                    _without(part) if (section.id, k) in left_out else part
                    for k, part in enumerate(section.parts)
                ),
            )
            for section in chapter.sections
        ),
    )


def _without(part: Part) -> Part:
    if part.table is None:
        return part
    note = _NOTE.format(table=part.table.id)
    return replace(part, paragraphs=(*part.paragraphs, note), figure=None, table=None)
