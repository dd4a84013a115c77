"""A configuration as it stands in the file: values that know their line and column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from linkage.config.scalars import Value

Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: ("linkage", "comparisons", 0, "kind")."""


@dataclass(frozen=True)
class Mark:
    """A place in the file: line and column from 1, and how many characters from there."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True)
class Scalar:
    """A single value: what it means and the text it was written as."""

    mark: Mark
    value: Value
    text: str


@dataclass
class Sequence:
    """A list."""

    mark: Mark
    items: list["Node"] = field(default_factory=list)


@dataclass
class Entry:
    """A key's place and its value."""

    mark: Mark
    node: "Node"


@dataclass
class Mapping:
    """A set of ``key: value`` lines, in the file's order."""

    mark: Mark
    entries: dict[str, Entry] = field(default_factory=dict)


Node: TypeAlias = Scalar | Sequence | Mapping


def plain(node: Node) -> object:
    """Return the values alone, as dictionaries, lists and scalars."""
    if isinstance(node, Mapping):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def copy(node: Node) -> Node:
    """Return a tree that can be changed without changing ``node``."""
    if isinstance(node, Mapping):
        entries = {key: Entry(e.mark, copy(e.node)) for key, e in node.entries.items()}
        return Mapping(node.mark, entries)
    if isinstance(node, Sequence):
        return Sequence(node.mark, [copy(item) for item in node.items])
    return node


def child(node: Node | None, part: str | int) -> Node | None:
    """Return what stands at ``part`` of ``node``, or None."""
    if isinstance(node, Mapping) and part in node.entries:
        return node.entries[str(part)].node
    if isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None


def find(root: Node, path: Path) -> Node | None:
    """Return what stands at ``path``, or None."""
    node: Node | None = root
    for part in path:
        node = child(node, part)
    return node


def key_mark(root: Node, path: Path) -> Mark | None:
    """Return where the key at the end of ``path`` stands, if it is a key."""
    parent = find(root, path[:-1]) if path else None
    if isinstance(parent, Mapping) and path[-1] in parent.entries:
        return parent.entries[str(path[-1])].mark
    return None


def nearest_mark(root: Node, path: Path, key: bool = False) -> Mark:
    """Return the place of ``path``, or of the deepest part of it that stands in the file.

    A set of settings is shown by its key, because the value starts only on the next line.
    """
    for length in range(len(path), 0, -1):
        node = find(root, path[:length])
        if node is None:
            continue
        at_key = key_mark(root, path[:length])
        is_value = isinstance(node, Scalar) and node.text != "" and length == len(path)
        if at_key is not None and (key or not is_value):
            return at_key
        return node.mark
    return root.mark if not isinstance(root, Mapping) else Mark(root.mark.line, root.mark.column)


def named(root: Node, path: Path) -> str:
    """Return ``path`` in words, items of a list by what they are: ``comparisons[surname].kind``."""
    return "".join(_parts(root, path)).removeprefix(".")


def _parts(root: Node, path: Path) -> Iterator[str]:
    for length, part in enumerate(path, start=1):
        if isinstance(part, int):
            node = find(root, path[:length])
            yield f"[{identity(node) or f'#{part + 1}'}]" if node is not None else ""
        elif re.fullmatch(r"[\w-]+", part):
            yield f".{part}"
        else:
            yield f'["{part[:40]}"]'


def identity(node: Node | None) -> str:
    """Return what an item of a list is known by: its name or columns; empty if by nothing."""
    if isinstance(node, Scalar):
        return node.text[:40]
    if isinstance(node, Sequence):
        texts = [item.text for item in node.items if isinstance(item, Scalar)]
        return ", ".join(texts)[:60] if len(texts) == len(node.items) else ""
    if isinstance(node, Mapping):
        words = [child(node, key) for key in ("name", "source", "column", "columns")]
        texts = [identity(word) for word in words if word is not None]
        return texts[0] if child(node, "name") is not None else ".".join(filter(None, texts))[:60]
    return ""
