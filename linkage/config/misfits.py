"""What a value may not be, in our words: each of pydantic's errors becomes a fault.

A misfit also says how to repair the tree, so that the check can go on behind it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from pydantic_core import ErrorDetails

from linkage.config import kinds, nodes, wording
from linkage.config.document import Document
from linkage.config.json_schema import sections_with, settings_at
from linkage.config.nearest import nearest
from linkage.config.nodes import Node, Path, Scalar
from linkage.errors import Fault

Remedy = Literal["drop", "rename", "replace", "fill"]


@dataclass(frozen=True)
class Misfit:
    """A fault of the schema, where it is, and how the tree may be repaired for the next check."""

    fault: Fault
    path: Path
    remedy: Remedy = "drop"
    instead: str = ""


@dataclass(frozen=True)
class _Error:
    """One of pydantic's errors, with its place in the file and whether a union raised it."""

    path: Path
    kind: str
    context: dict[str, Any]
    of_union: bool
    at_key: bool


def misfits(
    errors: Sequence[ErrorDetails], document: Document, model: type[kinds.Section]
) -> list[Misfit]:
    """Return a misfit for each thing that is wrong; a union's complaints become one."""
    placed = [_placed(error, document.root) for error in errors]
    deep = {path for error in placed for path in _above(error)}
    settled = deep | {e.path for e in placed if e.of_union and e.kind not in wording.WANTED}
    kept = [
        e for e in placed if not (e.of_union and e.kind in wording.WANTED and e.path in settled)
    ]
    found = []
    for _, group in groupby(sorted(kept, key=_sort_key), key=_sort_key):
        found.append(_misfit(list(group), document, model))
    return list(_without_echoes(found))


def _above(error: _Error) -> Iterator[Path]:
    return (error.path[:length] for length in range(len(error.path)))


def _sort_key(error: _Error) -> tuple[tuple[str, ...], str]:
    path = tuple(f"{part:06d}" if isinstance(part, int) else part for part in error.path)
    return path, "" if error.kind in wording.WANTED else error.kind


def _placed(error: ErrorDetails, root: Node) -> _Error:
    """Follow pydantic's location through the file, leaving out the parts that are not in it."""
    kind, location = error["type"], error["loc"]
    at_key = location[-1:] == ("[key]",)
    path: list[str | int] = []
    node: Node | None = root
    of_union = False
    for part in location[:-1] if kind == "missing" else location:
        deeper = nodes.child(node, part)
        if deeper is not None:
            path.append(part)
            node = deeper
        elif isinstance(part, str) and part != "[key]":
            of_union = True
    if kind == "missing":
        path.append(location[-1])
    return _Error(tuple(path), kind, error.get("ctx", {}), of_union, at_key)


def _misfit(errors: list[_Error], document: Document, model: type[kinds.Section]) -> Misfit:
    error = errors[0]
    if error.kind == "extra_forbidden":
        return _unknown(error, document, model)
    if error.kind == "missing":
        return _lacking(error, document, model)
    if error.kind == kinds.MISFIT:
        said = error.context
        fault = document.fault(said["code"], error.path, said["message"], said["fix"])
        return _no_day(fault, error) if said["code"] == "C116" else Misfit(fault, error.path)
    if error.kind == "string_pattern_mismatch":
        return _malformed(error, document)
    if error.kind in wording.WANTED:
        return _unwanted(errors, document)
    return _outside(error, document)


def _unknown(error: _Error, document: Document, model: type[kinds.Section]) -> Misfit:
    name = str(error.path[-1])
    known = settings_at(error.path[:-1], model)
    free = [
        other for other in known if nodes.find(document.root, (*error.path[:-1], other)) is None
    ]
    meant = nearest(name, free)
    elsewhere = [section or "the top level" for section in sections_with(name, model)]
    section = nodes.named(document.root, error.path[:-1]) or "a configuration"
    if meant:
        fix = f"write  {meant}:"
    elif elsewhere:
        fix = f"move it to {' or '.join(elsewhere[:2])}, or remove it"
    else:
        fix = f"remove it, or write one of: {', '.join(free)}" if free else "remove it"
    message = f"{section} has no setting called {wording.quoted(name)}"
    fault = document.fault("C111", error.path, message, fix, key=True)
    return Misfit(fault, error.path, "rename" if meant else "drop", meant or "")


def _lacking(error: _Error, document: Document, model: type[kinds.Section]) -> Misfit:
    section, name = error.path[:-1], str(error.path[-1])
    title = nodes.named(document.root, section) or "the configuration"
    about = settings_at(section, model).get(name, {}).get("description", "")
    fix = f"add  {name}: ...  {about}".strip()
    return Misfit(
        document.fault("C112", section, f"{title} has no {name}", fix, key=True),
        error.path,
        "fill",
    )


def _malformed(error: _Error, document: Document) -> Misfit:
    """Text that does not follow its pattern: a name, a size, an objective."""
    node = nodes.find(document.root, error.path)
    text = str(error.path[-1]) if error.at_key else node.text if isinstance(node, Scalar) else ""
    form = wording.PATTERNS[error.context["pattern"]]
    suggestion = form.mend(text)
    code = form.code
    fix = f"write  {suggestion or form.example}"
    message = f"{wording.quoted(text)} cannot stand here: {form.rule}"
    fault = document.fault(code, error.path, message, fix, key=error.at_key)
    if error.at_key:
        return Misfit(fault, error.path, "rename" if suggestion else "drop", suggestion)
    return Misfit(fault, error.path, "replace" if suggestion else "drop", suggestion)


def _unwanted(errors: list[_Error], document: Document) -> Misfit:
    """Say which kinds of value or which words belong here."""
    path = errors[0].path
    node = nodes.find(document.root, path)
    choices = [
        word for e in errors if e.kind == "literal_error" for word in wording.choices_of(e.context)
    ]
    other = [wording.WANTED[e.kind] for e in errors if e.kind != "literal_error"]
    wanted = [*([wording.any_of(choices)] if choices else []), *dict.fromkeys(other)]
    name = _name_of(path, document)
    message = f"{name} {wording.described(node)}; it must be {' or '.join(wanted)}"
    meant = wording.meant(node, choices, other)
    fix = f"write  {wording.line(path, meant)}" if meant else f"write {' or '.join(wanted)}"
    code = "C104" if choices and isinstance(node, Scalar) and node.value is not None else "C113"
    fault = document.fault(code, path, message, fix)
    return Misfit(fault, path, "replace" if meant else "drop", meant or "")


def _outside(error: _Error, document: Document) -> Misfit:
    name = _name_of(error.path, document)
    node = nodes.find(document.root, error.path)
    limit = next((text for key, text in wording.LIMITS.items() if key in error.context), "")
    if error.kind in {"too_short", "string_too_short"}:
        message, fix = f"{name} is empty", f"write at least {error.context['min_length']}"
    elif limit:
        bound = next(error.context[key] for key in wording.LIMITS if key in error.context)
        message = f"{name} {wording.described(node)}; it must be {limit} {bound:g}"
        share = wording.share(node, bound)
        fix = f"write  {name}: {share}" if share else f"write a value that is {limit} {bound:g}"
    else:
        message = f"{name} {wording.described(node)}, which does not fit here"
        fix = "see the setting in docs/reference/configuration.md"
    if error.kind.startswith("date"):
        message, fix = "this is not a day of the calendar", "write it as  2021-03-21"
        return _no_day(document.fault("C116", error.path, message, fix), error)
    return Misfit(document.fault("C114", error.path, message, fix, key=error.at_key), error.path)


def _no_day(fault: Fault, error: _Error) -> Misfit:
    """Let any day stand in for a wrong one, so that the rest of its section is still checked."""
    return Misfit(fault, error.path, "replace", "2000-01-01")


def _without_echoes(found: Iterable[Misfit]) -> Iterator[Misfit]:
    """Leave out a missing setting that stands there under a misspelt name."""
    found = list(found)
    renamed = {(*m.path[:-1], m.instead) for m in found if m.remedy == "rename"}
    return (m for m in found if not (m.remedy == "fill" and m.path in renamed))


def _name_of(path: Path, document: Document) -> str:
    last = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    if path and isinstance(path[-1], int):
        return f"an item of {last}"
    return last or nodes.named(document.root, path) or "the configuration"
