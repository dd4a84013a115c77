"""Reference pages written from the code: every error code, every setting."""

import json
from collections.abc import Iterator
from typing import Any

from linkage.config.diagnostics import CATALOGUE
from linkage.config.json_schema import Schema, json_schema
from linkage.config.kinds import Section
from linkage.config.schema import Config

_LETTERS = {
    "C1": "C1xx: the configuration's own shape",
    "C2": "C2xx: the configuration against its data and the machine",
    "C3": "C3xx: operation: approvals, roles and signatures",
    "D3": "D3xx: the sources and what they hold",
    "D4": "D4xx: encoded folders",
    "R4": "R4xx: the run folder, storage, the lock, resuming, and releases",
    "R5": "R5xx: keys, and what passes between owners and a linkage unit",
    "R6": "R6xx: operation: what is refused, what is checked",
    "G5": "G5xx: quality gates",
    "S1": "S1xx: the specification of a synthetic population",
    "T0": "T0xx: tables that break their contract",
}
_ERRORS_HEAD = """\
# Error codes

Every fault carries a code that stays the same from version to version, says where it is, and says
what to write instead. Exit codes: 2 for Cxxx and S1xx, 3 for D3xx and D4xx, 4 for G5xx,
74 or 75 for R40x and R41x, 2, 3 or 5 for other R4xx, 5 for R5xx, 2, 3, 5 or 74
for R6xx, 70 for T0xx.
No message holds a value of your data.

<!-- Written by docs/generate.py from linkage/config/codes/: change it there. -->
"""
_SETTINGS_HEAD = """\
# Configuration

One YAML 1.2 file describes a whole linkage. Only `name` and `sources` must be there; every other
setting has the default shown. `link validate CONFIG` names everything that is wrong at once, and
`link schema` prints the JSON Schema for editors.

Anchors, aliases, merge keys and tags are not read. Text may be written without quotes, also where
it looks like a number (`codes: {1: F}`); `yes`, `no`, `on` and `off` are text, and a flag is `true`
or `false`. Relative paths start at the folder of the configuration.

<!-- Written by docs/generate.py from linkage/config/schema.py: change it there. -->
"""


def errors_page() -> str:
    """Return the page of every error code: when it occurs and how to mend it."""
    parts = [_ERRORS_HEAD]
    for letter, title in _LETTERS.items():
        parts.append(f"## {title}\n")
        for code in sorted(code for code in CATALOGUE if code.startswith(letter)):
            entry = CATALOGUE[code]
            parts.append(
                f"### {code}\n\n**{entry.title}**\n\n"
                f"*When it occurs.* {entry.when}\n\n*How to mend it.* {entry.fix}\n"
            )
    return "\n".join(parts)


def configuration_page() -> str:
    """Return the page of every setting: its kind, default and meaning."""
    return settings_page(_SETTINGS_HEAD, Config)


def settings_page(head: str, model: type[Section]) -> str:
    """Return the page of every setting of a file, the top level of which is ``model``."""
    root = json_schema(model)
    return "\n".join([head, *_sections("", root, root)])


def schema_file() -> str:
    """Return the JSON Schema as a file's text."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _sections(path: str, schema: Schema, root: Schema) -> Iterator[str]:
    """Yield a table of the section's settings, then those of the sections inside it."""
    if path:
        yield f"## `{path}`\n"
        yield f"{schema.get('description', '')}\n"
    else:
        yield "## The top level\n"
    needed = schema.get("required") or schema.get("anyOf", [{}])[0].get("required", [])
    yield "| setting | kind | default | meaning |\n|---|---|---|---|"
    for name, setting in schema["properties"].items():
        default = "**needed**" if name in needed else _default(setting)
        meaning = setting.get("description") or _followed(setting, root).get("description", "")
        cells = (f"`{name}`", _kind(setting, root), default, meaning)
        yield f"| {_row(cells)} |"
    yield ""
    for name, setting in schema["properties"].items():
        for inner, mark in _inner(setting, root):
            yield from _sections(f"{path}.{name}{mark}".removeprefix("."), inner, root)


def _row(cells: tuple[str, ...]) -> str:
    return " | ".join(cell.replace("|", "\\|") for cell in cells)


def _inner(setting: Schema, root: Schema) -> Iterator[tuple[Schema, str]]:
    """Yield the sections that a setting holds, with how a path is written into them."""
    setting = _followed(setting, root)
    if "properties" in setting:
        yield setting, ""
    for option in setting.get("anyOf", ()):
        yield from _inner(option, root)
    for schema in (*setting.get("patternProperties", {}).values(), setting.get("items")):
        if isinstance(schema, dict):
            mark = "[]" if schema is setting.get("items") else ".<name>"
            yield from ((inner, f"{mark}{rest}") for inner, rest in _inner(schema, root))


def _followed(setting: Schema, root: Schema) -> Schema:
    if "$ref" in setting:
        target: Schema = root["$defs"][setting["$ref"].rpartition("/")[2]]
        return target
    return setting


def _kind(setting: Schema, root: Schema) -> str:
    followed = _followed(setting, root)
    if "anyOf" in followed:
        options = [each for each in followed["anyOf"] if each.get("type") != "null"]
        kinds = [_kind(option, root) for option in options]
        return " or ".join(kind for kind in dict.fromkeys(kinds) if not _also_text(kind, kinds))
    if "enum" in followed:
        return ", ".join(f"`{choice}`" for choice in followed["enum"])
    if "const" in followed:
        return f"`{followed['const']}`"
    if followed.get("type") == "array":
        items = followed.get("items") or followed.get("prefixItems", [{}])[0]
        kind = _kind(items, root)
        return f"list of ({kind})" if " or " in kind else f"list of {kind}"
    return _KINDS.get(_shape(followed), "text") + _limits(followed)


def _also_text(kind: str, kinds: list[str]) -> bool:
    """Tell whether a number or flag is only another way of writing a text."""
    return "text" in kinds and kind in {"whole number", "number", _KINDS["boolean"]}


_KINDS = {
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "object": "section",
    "names": "section of your own names",
    "date": "day (2021-03-21)",
    "path": "path",
}


def _shape(followed: Schema) -> str:
    is_open = "properties" not in followed and followed.get("type") == "object"
    return "names" if is_open else followed.get("format", followed.get("type", ""))


def _limits(followed: Schema) -> str:
    signs = {
        "exclusiveMinimum": "above",
        "minimum": "at least",
        "exclusiveMaximum": "below",
        "maximum": "at most",
    }
    limits = [f"{word} {followed[sign]:,}" for sign, word in signs.items() if sign in followed]
    return f", {' and '.join(limits)}" if limits else ""


def _default(setting: Schema) -> str:
    value: Any = setting.get("default")
    if value in (None, [], {}, ""):
        return ""
    return "its own defaults" if isinstance(value, dict) else f"`{_written(value)}`"


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
