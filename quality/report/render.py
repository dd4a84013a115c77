"""The page as one HTML file: nothing is computed here, everything is escaped."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quality.report.page import Page
from quality.report.tokens import custom_properties


@cache
def environment(package: str = "quality.report") -> Environment:
    """Return the environment of a package's templates: all is escaped, nothing may be undefined."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(page: Page) -> str:
    """Return the page as HTML."""
    return environment().get_template("page.html.j2").render(page=page, style=style())


def style() -> Markup:
    """Return the style sheet of the report, colours first."""
    sheet = files("quality.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    return Markup(custom_properties() + sheet)  # noqa: S704 - our own file, no value in it
