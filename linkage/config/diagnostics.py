"""The catalogue of error codes, and how a fault is shown.

Entries stand in linkage/config/codes/, one module a letter: add yours there.
"""

import unicodedata
from collections.abc import Iterator
from textwrap import fill

from linkage.config.codes import Entry
from linkage.config.codes.against_data import AGAINST_DATA
from linkage.config.codes.asking import ASKING
from linkage.config.codes.attacking import ATTACKING
from linkage.config.codes.configuration import CONFIGURATION
from linkage.config.codes.contract import CONTRACT
from linkage.config.codes.data import DATA
from linkage.config.codes.delivering import DELIVERING
from linkage.config.codes.drifting import DRIFTING
from linkage.config.codes.encoded_folders import ENCODED_FOLDERS
from linkage.config.codes.encoding import ENCODING
from linkage.config.codes.faults import FAULTS
from linkage.config.codes.gates import GATES
from linkage.config.codes.governing import GOVERNING
from linkage.config.codes.opening import OPENING
from linkage.config.codes.releases import RELEASES
from linkage.config.codes.runs import RUNS
from linkage.config.codes.specification import SPECIFICATION
from linkage.errors import Fault

CATALOGUE: dict[str, Entry] = {
    **CONFIGURATION,  # C1xx: codes/configuration.py
    **AGAINST_DATA,  # C2xx: codes/against_data.py
    **DATA,  # D3xx: codes/data.py
    **RUNS,  # R4xx: codes/runs.py
    **ASKING,  # R48x: codes/asking.py
    **RELEASES,  # R46x: codes/releases.py
    **ENCODING,  # R50x: codes/encoding.py
    **ATTACKING,  # R52x, D42x: codes/attacking.py
    **DELIVERING,  # R507 to R519, D41x: codes/delivering.py
    **OPENING,  # R447, R53x, D415 to D417: codes/opening.py
    **FAULTS,  # R63x: codes/faults.py
    **ENCODED_FOLDERS,  # R550, D40x: codes/encoded_folders.py
    **GATES,  # G5xx: codes/gates.py
    **DRIFTING,  # R62x: codes/drifting.py
    **GOVERNING,  # C35x, R60x: codes/governing.py
    **SPECIFICATION,  # S1xx: codes/specification.py
    **CONTRACT,  # T0xx: codes/contract.py
}
"""Every code that a fault may carry."""

PAGE = "docs/reference/errors.md"
_WIDTH = 96
_TITLE_WIDTH = 44
_LONGEST_LINE = 110


def render(fault: Fault) -> str:
    """Return a fault as plain text: where, what, the line itself, and what to write instead."""
    return "\n".join(_lines(fault))


def summary(faults: tuple[Fault, ...]) -> str:
    """Return how many errors and warnings there are: ``8 errors, 1 warning``."""
    errors = sum(fault.severity == "error" for fault in faults)
    parts = [(errors, "error"), (len(faults) - errors, "warning")]
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts if n) or "no faults"


def _lines(fault: Fault) -> Iterator[str]:
    yield _heading(fault)
    if fault.source_line.strip() and fault.line is not None and fault.column is not None:
        yield from _excerpt(fault.source_line, fault.line, fault.column, fault.width)
    sentence = _sentence(fault.message)
    if sentence:
        yield _wrapped(sentence, "   ")
    if fault.fix:
        yield _wrapped(f"Fix: {_safe(fault.fix)}", "   ", "        ")
    if fault.code in CATALOGUE:
        yield f"   See: {PAGE}#{fault.code.lower()}"


def _heading(fault: Fault) -> str:
    places = [fault.file, fault.line, fault.column]
    where = ":".join(_safe(str(place)) for place in places if place is not None)
    title = (
        CATALOGUE[fault.code].title.removesuffix(" (warning)") if fault.code in CATALOGUE else ""
    )
    kind = "warning: " if fault.severity == "warning" else ""
    parts = [where, fault.code, f"{kind}{title}".removesuffix(": ")]
    heading = "  ".join(part for part in parts if part)
    if not fault.path:
        return heading
    gap = max(2, len(where) + _TITLE_WIDTH - len(heading))
    return f"{heading}{' ' * gap}at {_safe(fault.path)}"


def _excerpt(line: str, number: int, column: int, width: int) -> Iterator[str]:
    """Yield the line and carets under the part that is wrong, cut where the line is long."""
    start = max(0, column - 1 - _LONGEST_LINE // 2) if len(line) > _LONGEST_LINE else 0
    shown = _safe(line[start : start + _LONGEST_LINE])
    before = shown[: column - 1 - start]
    pad = "".join("\t" if char == "\t" else " " * _cells(char) for char in before)
    under = shown[column - 1 - start : column - 1 - start + width]
    carets = "^" * max(1, sum(_cells(char) for char in under))
    yield f"{number:5} | {shown.rstrip()}"
    yield f"      | {pad}{carets}"


def _cells(char: str) -> int:
    """Return how many cells of a terminal a character takes."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _sentence(message: str) -> str:
    text = _safe(message).strip()
    return f"{text}{'' if text.endswith(('.', '?')) else '.'}" if text else ""


def _wrapped(text: str, first: str, rest: str = "   ") -> str:
    return fill(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _safe(text: str) -> str:
    """Return ``text`` without characters that could steer a terminal."""
    return "".join(char if char.isprintable() or char == "\t" else "?" for char in text)
