"""YAML 1.2 with positions, and only the plain part of it.

Anchors, aliases, merge keys and tags are refused, because a file that means something else than
it seems to say cannot be reviewed. Reading goes on after a fault wherever it can, so that one
slip does not hide the others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from linkage.config.nodes import Entry, Mapping, Mark, Node, Path, Scalar, Sequence
from linkage.config.scalars import resolve

Attach = Callable[[Node], object]
DEEPEST = 20


@dataclass(frozen=True)
class Slip:
    """A fault of the YAML itself, before it has a file and a path."""

    code: str
    message: str
    fix: str
    mark: Mark
    path: Path


@dataclass
class Reading:
    """What could be read: the tree, the slips, and whether the end was reached."""

    root: Node | None = None
    slips: list[Slip] = field(default_factory=list)
    whole: bool = True


class _Stopped(Exception):  # noqa: N818 - it ends the reading, and is no error of its own
    """The rest of the file cannot be read."""


def read(text: str) -> Reading:
    """Read ``text``, keeping every value's place and collecting every slip."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.events = self._guarded(text)
        self.reading = Reading()
        self.path: list[str | int] = []
        self.long_quote: tuple[Mark, int] | None = None

    def read(self) -> Reading:
        try:
            self._documents()
        except _Stopped:
            self.reading.whole = False
        return self.reading

    def _guarded(self, text: str) -> Iterator[Event]:
        """Yield the parser's events; what it trips over becomes a slip."""
        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            self._syntax(error)
            raise _Stopped from None
        except Exception as error:  # on odd text the parser also fails in ways of its own
            message = f"this is not YAML ({type(error).__name__})"
            self._slip("C102", message, _SYNTAX_FIX, Mark(1, 1))
            raise _Stopped from None

    def _documents(self) -> None:
        starts = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                starts += 1
                self._document_start(event, starts)
            elif isinstance(event, NodeEvent):
                self._node(event, 1, self._as_root)

    def _as_root(self, node: Node) -> None:
        self.reading.root = node

    def _document_start(self, event: DocumentStartEvent, starts: int) -> None:
        if starts > 1:
            self._slip(
                "C109",
                "the file holds more than one document",
                "keep one configuration in a file and remove the line  ---",
                self._mark(event),
            )
            raise _Stopped
        if event.version or event.tags:
            self._slip("C107", "a directive stands above the document", "remove it", Mark(1, 1))

    def _node(self, event: Event, depth: int, attach: Attach) -> None:
        """Read one value, attaching it at once: the file may break off inside it."""
        if depth > DEEPEST:
            message = f"settings are nested more than {DEEPEST} deep"
            self._slip("C108", message, "a configuration needs 6 at most", self._mark(event))
            raise _Stopped
        self._refuse_decoration(event)
        if isinstance(event, MappingStartEvent):
            mapping = Mapping(self._mark(event))
            attach(mapping)
            self._fill_mapping(mapping, depth)
        elif isinstance(event, SequenceStartEvent):
            sequence = Sequence(self._mark(event))
            attach(sequence)
            self._fill_sequence(sequence, depth)
        else:
            attach(self._scalar(event))

    def _fill_mapping(self, mapping: Mapping, depth: int) -> None:
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                return
            keys: list[Node] = []
            values: list[Node] = []
            mark = self._mark(event)
            self._node(event, depth + 1, keys.append)
            key = self._key(keys[0], event)
            known = mapping.entries.get(key) if key is not None else None
            self.path.append(keys[0].text if isinstance(keys[0], Scalar) else "?")
            if known is not None:
                self._twice(str(key), known.mark, mark)
            attach = values.append if key is None or known else partial(_enter, mapping, key, mark)
            self._node(next(self.events), depth + 1, attach)
            self.path.pop()
            if known is not None:
                _add_what_is_new(known.node, values[0])

    def _fill_sequence(self, sequence: Sequence, depth: int) -> None:
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                return
            self.path.append(len(sequence.items))
            self._node(event, depth + 1, sequence.items.append)
            self.path.pop()

    def _key(self, node: Node, event: Event) -> str | None:
        """Return the key's text, or None when its value must be left out."""
        if isinstance(event, AliasEvent):
            return None
        if not isinstance(node, Scalar):
            self._slip("C102", "a key must be a single name", _KEY_FIX, node.mark)
            return None
        if node.text == "<<" and isinstance(event, ScalarEvent) and not event.style:
            fix = "write the settings out where they are used"
            self._slip("C106", "merge keys (<<) are not read", fix, node.mark)
            return None
        return node.text

    def _twice(self, key: str, first: Mark, second: Mark) -> None:
        message = f"{key[:60]} stands twice in the same section, first on line {first.line}"
        self._slip("C105", message, "keep one of the two", second)

    def _scalar(self, event: Event) -> Scalar:
        mark = self._mark(event)
        if not isinstance(event, ScalarEvent):
            return Scalar(mark, None, "")
        if event.style in ("'", '"') and event.end_mark.line > event.start_mark.line:
            self.long_quote = mark, event.end_mark.line + 1
        text = event.value or ""
        return Scalar(mark, text if event.style else resolve(text), text)

    def _refuse_decoration(self, event: Event) -> None:
        mark = self._mark(event)
        anchor = getattr(event, "anchor", None)
        if isinstance(event, AliasEvent):
            message = f"aliases (*{event.anchor[:40]}) are not read"
            self._slip("C106", message, "write the value out here", mark)
        elif anchor is not None:
            self._slip("C106", f"anchors (&{anchor[:40]}) are not read", "remove it", mark)
        if getattr(event, "tag", None) is not None:
            message = "tags (a word that starts with !) are not read"
            self._slip("C107", message, "remove it; put text that starts with ! in quotes", mark)

    def _mark(self, event: Event) -> Mark:
        start, end = event.start_mark, event.end_mark
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        to = end.column if end.line == start.line else len(line.rstrip())
        return Mark(start.line + 1, start.column + 1, max(to - start.column, 1))

    def _syntax(self, error: MarkedYAMLError) -> None:
        message, fix, at_start = _in_our_words(f"{error.context or ''} {error.problem or ''}")
        marks = (error.context_mark, error.problem_mark)
        mark = next((m for m in (marks if at_start else marks[::-1]) if m), None)
        where = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
        if self.long_quote is not None and self.long_quote[1] == where.line:
            message = (
                f"a quotation mark opens here and closes only on line {where.line}, inside text"
            )
            where, fix = self.long_quote[0], "close it on this line"
        self._slip("C102", message, fix, where)

    def _slip(self, code: str, message: str, fix: str, mark: Mark) -> None:
        self.reading.slips.append(Slip(code, message, fix, mark, tuple(self.path)))


def _enter(mapping: Mapping, key: str, mark: Mark, node: Node) -> None:
    mapping.entries[key] = Entry(mark, node)


def _add_what_is_new(first: Node, second: Node) -> None:
    """Keep the settings that only the second of two equal sections holds, so they are checked."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key, entry in second.entries.items():
            first.entries.setdefault(key, entry)


_SYNTAX_FIX = "check the indentation, quotes and brackets here and on the line above"
_KEY_FIX = "write  name: value  with one name before the colon"
_WORDS: tuple[tuple[str, str, str, bool], ...] = (
    ("'\\t'", "a tab stands where YAML takes only spaces", "indent with spaces", False),
    (
        "mapping values are not allowed",
        "a second colon, or a line indented more than the one above, cannot be read",
        "put text that holds ': ' in quotes, or give the line the indentation of its section",
        False,
    ),
    (
        "escape character",
        "a backslash in double quotes does not stand for itself",
        "use single quotes, or write / in paths",
        False,
    ),
    ("quoted scalar", "a quotation mark is not closed", "close it", True),
    ("',' or ']'", "a list is not closed, or lacks a comma", "close it with  ]", True),
    ("',' or '}'", "a set of settings is not closed, or lacks a comma", "close it with  }", True),
    (
        "expected <block end>",
        "this line does not line up with its section",
        "give it the same indentation as the other lines of its section",
        False,
    ),
    (
        "cannot start any token",
        "text cannot start with this character unless it is in quotes",
        "put the text in quotes",
        False,
    ),
    (
        "expected ':'",
        "a line without a colon stands among settings",
        "write  name: value",
        True,
    ),
)


def _in_our_words(said: str) -> tuple[str, str, bool]:
    """Return what is wrong, what to do, and whether to point at where the part begins."""
    for sign, message, fix, at_start in _WORDS:
        if sign in said:
            return message, fix, at_start
    return "this is not YAML", _SYNTAX_FIX, False
