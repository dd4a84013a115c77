"""The page as one HTML file: nothing is computed here, everything is escaped."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quality.report.folding import MOST_BYTES, folded
from quality.report.page import Page, Part
from quality.report.tokens import custom_properties

_MOST_COLUMNS = 20
_INTERVAL = re.compile(r"\([^() ]+(?: [\d.%]+)? to [^()]+\)$")


@cache
def environment(package: str = "quality.report") -> Environment:
    """Return the environment of a package's templates: all is escaped, nothing may be undefined."""
    made = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["n"] = _length
    made.filters["whole"] = _whole
    made.tests["turning"] = _may_turn
    return made


def render(page: Page) -> str:
    """Return the page as HTML; what would make it too large is left to ``report.json``."""
    whole = _rendered(page)
    size = len(whole.encode())
    return whole if size <= MOST_BYTES else _rendered(folded(page, size, _size))


def _rendered(page: Page) -> str:
    return environment().get_template("page.html.j2").render(page=page, style=style())


def _size(part: Part) -> int:
    module: Any = environment().get_template("part.html.j2").module
    return len(str(module.part(part, ())).encode())


def style() -> Markup:
    """Return the style sheet of the report, colours first."""
    sheet = files("quality.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    columns = "".join(_column(k) for k in range(1, _MOST_COLUMNS + 1))
    return Markup(custom_properties() + columns + sheet)  # noqa: S704 - our own, no value in it


def _column(k: int) -> str:
    """Return how column ``k`` is set in tables whose class says so: see ``Table.settings``."""
    cell = f"tr>:nth-child({k})"
    return (
        f".n{k} {cell}{{text-align:right}}.a{k} {cell}{{padding-left:.75rem}}"
        f"@media screen{{.n{k} tbody {cell},.s{k} tbody {cell}{{white-space:nowrap}}}}"
    )


def _length(value: float) -> str:
    """Return a length in a figure as short as it can be written: 30, not 30.0."""
    return f"{round(value, 1):g}"


def _whole(text: str) -> str:
    """Return a text whose interval, in brackets, is not broken over two lines."""
    return _INTERVAL.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def _may_turn(text: str) -> bool:
    """Say whether a text may hold letters that run from right to left."""
    return not text.isascii()
