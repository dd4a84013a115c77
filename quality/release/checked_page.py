"""The report of a release by itself: does it run anything, or ask for anything outside itself."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from math import isfinite
from typing import Any

from linkage.disclosure import to_base

_RUNS = frozenset(
    {"script", "iframe", "frame", "object", "embed", "applet", "base", "form", "portal", "link"}
)
_PLACES = frozenset(
    {"src", "href", "xlink:href", "srcset", "poster", "action", "formaction", "data", "background"}
)
_INSIDE = re.compile(r"\s*(#|data:image/)")
_CSS_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!#|data:)", re.IGNORECASE)
_COUNTS = frozenset({"n", "n_records", "n_reviewed", "records", "base"})


class _Page(HTMLParser):
    """Collects what a page must not hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, None] = {}
        self._in_style = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in _RUNS:
            self.found[f"holds the element {tag}"] = None
        named = dict(attributes)
        if (named.get("http-equiv") or "").lower() == "refresh":
            self.found["sends the reader elsewhere"] = None
        for name, value in attributes:
            self._attribute(name, value or "")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        self._in_style = False

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style and _CSS_OUTSIDE.search(data):
            self.found["asks for something outside in its style"] = None

    def _attribute(self, name: str, value: str) -> None:
        if name.startswith("on"):
            self.found["runs a script in an attribute"] = None
        if name in _PLACES and not _INSIDE.match(value):
            self.found[f"points outside by {name}"] = None
        if name == "style" and _CSS_OUTSIDE.search(value):
            self.found["asks for something outside in its style"] = None


def page(text: str) -> Iterator[str]:
    """Yield what an HTML page does that one that leaves must not: scripts and requests."""
    parser = _Page()
    parser.feed(text)
    parser.close()
    yield from parser.found


def record(found: Any, threshold: int, rounding: int) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield what ``report.json`` says that the rules forbid, by table and column.

    A number is finite; one in a column that counts people is a multiple of ``rounding`` and not
    under ``threshold``.
    """
    least = to_base(threshold, rounding)
    told: dict[str, None] = {}
    for path, value in _numbers(found, ()):
        counts = len(path) > 1 and path[-1] == "value" and path[-2] in _COUNTS
        if not isfinite(value):
            told["holds what is not a number"] = None
        elif counts and value % rounding:
            told[f"the column {path[-2]} holds a count that is not rounded"] = None
        elif counts and value < least:
            told[f"the column {path[-2]} holds a count under the threshold"] = None
    yield from told


def _numbers(found: object, path: Sequence[str]) -> Iterator[tuple[Sequence[str], float]]:
    if isinstance(found, dict):
        for name, value in found.items():
            yield from _numbers(value, (*path, str(name)))
    elif isinstance(found, list):
        for value in found:
            yield from _numbers(value, path)
    elif isinstance(found, int | float) and not isinstance(found, bool):
        yield path, float(found)
