"""The pages of a review as HTML: nothing is decided here, everything is escaped."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from quality.report.render import environment
from quality.report.tokens import custom_properties

_PACKAGE = "quality.review.page"


def render(template: str, nonce: str, columns: str | None, **shown: object) -> str:
    """Return a page whose style and script carry ``nonce``: no other may run.

    Parameters
    ----------
    columns
        Widths of the fields side by side, from :func:`quality.review.page.view.columns`.
    """
    page = environment(_PACKAGE).get_template(f"{template}.html.j2")
    return page.render(nonce=nonce, style=style(columns), script=_own("review.js"), **shown)


def style(columns: str | None) -> Markup:
    """Return the style sheet: our own files, with widths that we made."""
    widths = f":root{{--columns:{columns or 'repeat(auto-fill,minmax(9rem,1fr))'};}}"
    return Markup(custom_properties() + widths) + _own("review.css")  # noqa: S704 - no value in it


def sheet(shown: Mapping[str, object], columns: str | None) -> str:
    """Return the offline sheet: one file without a script, to be printed or read."""
    page = environment(_PACKAGE).get_template("sheet.html.j2")
    return page.render(style=style(columns), **shown)


@cache
def _own(name: str) -> Markup:
    text = files(_PACKAGE).joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file, no value in it
