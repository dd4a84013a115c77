"""Documents as Markdown: whatever comes from data or configuration is text, never markup."""

import re
import unicodedata
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


class Code(str):
    """A name of our own that stands between backticks, where nothing is escaped."""


_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
_STARTS_A_LIST = re.compile(r"^([-+=]|\d+[.)](?=\s|$))")


def escaped(text: str) -> str:
    r"""Return text that Markdown prints as it stands, in one line.

    Examples
    --------
    >>> escaped("a_b <script> [x](y)")
    'a\\_b &lt;script&gt; \\[x\\](y)'
    >>> escaped("- one\n# two")
    '\\- one \\# two'
    """
    line = " ".join("".join(map(_seen, text)).split())
    return _STARTS_A_LIST.sub(_backslash, _MARKUP.sub(_as_text, line))


def _seen(character: str) -> str:
    """Return a blank for a control character, a line break among them."""
    return " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character


def _as_text(found: re.Match[str]) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(found[1], f"\\{found[1]}")


def _backslash(found: re.Match[str]) -> str:
    """Put the backslash before the mark: Markdown takes none before a digit."""
    return f"{found[1][:-1]}\\{found[1][-1]}"


@cache
def environment() -> Environment:
    """Return the environment of the templates: all that is put in is escaped, nothing undefined."""
    made = Environment(
        loader=PackageLoader("quality.documents", "templates"),
        autoescape=False,  # noqa: S701 - Markdown: finalize escapes every value
        finalize=lambda value: value if isinstance(value, Code) else escaped(str(value)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["setting"] = Code
    return made
