"""What a request is answered with, and what every answer tells the browser."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import NamedTuple


class Reply(NamedTuple):
    """An answer to a request: a page, made for its nonce, or the name of where to go instead.

    ``styled_within`` lets the page style its own elements, as the report of a run does, which runs
    no script.
    """

    status: HTTPStatus
    page: Callable[[str], str] | None = None
    location: str | None = None
    cookie: str | None = None
    styled_within: bool = False


def told_to_the_browser(nonce: str, styled_within: bool) -> Iterator[tuple[str, str]]:
    """Yield what every answer tells the browser: keep nothing, load nothing, tell nobody.

    The referrer stays with ourselves; without any, a browser would hide the Origin of a form.
    """
    styles = (
        "style-src 'unsafe-inline'; img-src data:"
        if styled_within
        else (f"style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'")
    )
    yield "Content-Type", "text/html; charset=utf-8"
    yield "Cache-Control", "no-store"
    yield (
        "Content-Security-Policy",
        f"default-src 'none'; {styles}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    yield "X-Frame-Options", "DENY"
    yield "X-Content-Type-Options", "nosniff"
    yield "Referrer-Policy", "same-origin"
    yield "Cross-Origin-Opener-Policy", "same-origin"
    yield "Cross-Origin-Resource-Policy", "same-origin"


def number(text: str, most: int) -> int | None:
    """Return the whole number from 1 to ``most`` that ``text`` writes, or None."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        return None
    return found if 1 <= (found := int(text)) <= most else None
