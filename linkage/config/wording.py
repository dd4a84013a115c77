"""The words in which a fault says what may stand in a place, and what was probably meant."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linkage.config import kinds
from linkage.config.nearest import nearest
from linkage.config.nodes import Mapping, Node, Path, Scalar

WANTED = {
    "literal_error": "",
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a section of  name: value  lines",
    "model_type": "a section of  name: value  lines",
    "model_attributes_type": "a section of  name: value  lines",
    "path_type": "the path of a file or folder",
    "date_type": "a day such as 2021-03-21",
}
LIMITS = {
    "gt": "above",
    "ge": "at least",
    "lt": "below",
    "le": "at most",
    "max_length": "no longer than",
}


def _slug(text: str) -> str:
    """Return ``text`` as a name of small letters, digits and underscores; empty if none."""
    slug = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
    return re.sub(r"^([0-9]+)_*(.+)$", r"\2_\1", slug).lstrip("0123456789_")[:40]


def _run_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", text).strip("_.-")[:80]


def _memory(text: str) -> str:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([mMgG])(?:i?[bB])?\s*", text)
    return f"{found[1]}{found[2].upper()}B" if found else ""


def _duration(text: str) -> str:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh])[a-z]*\s*", text.casefold())
    return f"{found[1]}{'min' if found[2] == 'm' else found[2]}" if found else ""


def _objective(text: str) -> str:
    return "f1" if text.strip().casefold() in {"f1", "f_1", "f-1"} else ""


@dataclass(frozen=True)
class Form:
    """A pattern in words, the code of its fault, an example, and how to mend what breaks it."""

    code: str
    rule: str
    example: str
    mend: Callable[[str], str]


PATTERNS: dict[str, Form] = {
    kinds.COLUMN_PATTERN: Form(
        "C115",
        "a name has small letters, digits and _, and starts with a letter",
        "first_name",
        _slug,
    ),
    kinds.SOURCE_PATTERN: Form(
        "C115",
        "a source's name has letters, digits and _, and starts with a letter",
        "census_2021",
        _slug,
    ),
    kinds.RUN_PATTERN: Form(
        "C115",
        "a run's name has letters, digits, _ . and -, and starts with a letter or digit",
        "census_to_tax",
        _run_name,
    ),
    kinds.MEMORY_PATTERN: Form("C116", "memory is a number and MB or GB", "8GB", _memory),
    kinds.DURATION_PATTERN: Form("C116", "a time is a number and s, min or h", "6h", _duration),
    kinds.EMAIL_PATTERN: Form(
        "C116", "an e-mail address has one @", "team@example.org", lambda _: ""
    ),
    kinds.WEB_PATTERN: Form(
        "C116",
        "a web address starts with https:// or http://",
        "https://www.example.org/statistics",
        lambda _: "",
    ),
    kinds.OBJECTIVE_PATTERN: Form(
        "C116",
        "an objective is f1, or the least precision or recall that will do",
        "f1, precision>=0.99 or recall>=0.95",
        _objective,
    ),
}


def choices_of(context: dict[str, Any]) -> list[str]:
    """Return the words that a literal may be."""
    return [quoted or bare for quoted, bare in re.findall(r"'([^']*)'|(\d+)", context["expected"])]


def any_of(choices: list[str]) -> str:
    """Return the choices as words."""
    return choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"


def meant(node: Node | None, choices: list[str], other: list[str]) -> str | None:
    """Return what was probably meant, as it should be written."""
    if not isinstance(node, Scalar) or node.value is None:
        return None
    word = node.text.strip().casefold()
    if "true or false" in other:
        return {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(
            word, word if word in {"true", "false"} else None
        )
    if not choices and other and "number" in other[0]:
        bare = re.sub(r"[,_\s]", "", word)
        return bare if re.fullmatch(r"\d+", bare) else None
    return choices[0] if len(choices) == 1 and not other else nearest(node.text, choices)


def described(node: Node | None) -> str:
    """Return what stands there instead of what should."""
    if isinstance(node, Scalar):
        is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        shown = node.text if is_number else quoted(node.text)
        return "is empty" if node.value is None else f"is {shown}"
    return "is a section" if isinstance(node, Mapping) else "is a list"


def share(node: Node | None, bound: float) -> str:
    """Return a percentage as the share that was meant, where shares end at 1; else nothing."""
    value = node.value if isinstance(node, Scalar) else None
    if bound == 1 and isinstance(value, int | float) and 50 <= value < 100:
        return f"{value / 100:g}"
    return ""


def line(path: Path, value: str) -> str:
    """Return the line to write: ``kind: exact``."""
    return f"{path[-1]}: {value}" if path and isinstance(path[-1], str) else value


def quoted(text: str) -> str:
    """Return ``text`` in quotes, cut to what fits a message."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return f'"{shown}"'.replace("\n", " ")
