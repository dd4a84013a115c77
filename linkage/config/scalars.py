"""What a plain scalar means: the YAML 1.2 core schema, and nothing beyond it.

``no``, ``12:30`` and ``2020-04-01`` are text. Numbers remember how they were written, so that a
setting that takes text gets ``0123`` and not 123.
"""

import re
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONGEST_NUMBER = 40


class WholeAsWritten(int):
    """A whole number that remembers its text."""

    text: str

    def __new__(cls, value: int, text: str) -> "WholeAsWritten":
        """Return ``value``, remembering ``text``."""
        number = super().__new__(cls, value)
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[int, str]:  # type: ignore[override]
        """Return what a copy is made from."""
        return int(self), self.text


class RealAsWritten(float):
    """A real number that remembers its text."""

    text: str

    def __new__(cls, value: float, text: str) -> "RealAsWritten":
        """Return ``value``, remembering ``text``."""
        number = super().__new__(cls, value)
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[float, str]:  # type: ignore[override]
        """Return what a copy is made from."""
        return float(self), self.text


def resolve(text: str) -> Value:
    """Return what the plain scalar ``text`` means.

    Example
    -------
    >>> resolve("NO"), resolve("true"), resolve("0x1F"), resolve("1e3"), resolve("~")
    ('NO', True, 31, 1000.0, None)
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return WholeAsWritten(int(text), text)
    if _OTHER_BASE.fullmatch(text):
        return WholeAsWritten(int(text, base=0), text)
    if _REAL.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return RealAsWritten(float(text.replace(".", "") if text[-1] in "fFnN" else text), text)
    return text
