"""The configuration file as it stands: its text, its tree, and faults that point into it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from linkage.config import nodes
from linkage.config.nodes import Mapping, Mark, Node, nearest_mark
from linkage.config.yaml_reader import read
from linkage.errors import ConfigError, Fault

LARGEST = 1_000_000
"""Bytes. A configuration is written by hand; what is larger is something else."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\uffff"
    "\U000e0000-\U000e0fff]"
)
"""Characters that cannot be seen, or make text seem other than it is."""


@dataclass(frozen=True)
class Document:
    """A configuration file: where it is, its text, and its values with their places."""

    path: Path
    text: str
    root: Node

    def fault(
        self,
        code: str,
        path: nodes.Path,
        message: str,
        fix: str,
        *,
        key: bool = False,
        severity: Literal["error", "warning"] = "error",
    ) -> Fault:
        """Return a fault at ``path``, pointing at its value, or at its key when ``key``."""
        mark = nearest_mark(self.root, path, key)
        return self.fault_at(code, mark, message, fix, nodes.named(self.root, path), severity)

    def fault_at(
        self,
        code: str,
        mark: Mark,
        message: str,
        fix: str,
        path: str = "",
        severity: Literal["error", "warning"] = "error",
    ) -> Fault:
        """Return a fault at a place of the file."""
        lines = self.text.split("\n")
        line = lines[mark.line - 1] if mark.line <= len(lines) else ""
        return Fault(
            code,
            message,
            fix,
            file=self.path,
            line=mark.line,
            column=mark.column,
            path=path,
            source_line=line,
            width=max(1, min(mark.width, len(line) - mark.column + 1)),
            severity=severity,
        )


@dataclass(frozen=True)
class Opened:
    """A document with what is wrong in its text, and from which line on it could not be read."""

    document: Document
    faults: tuple[Fault, ...]
    lost_from: int | None


def open_document(path: Path) -> Opened:
    """Read the file at ``path``.

    Raises
    ------
    ConfigError
        When there is nothing that could be read as a configuration at all.
    """
    text, wrong = _decoded(path, _bytes(path))
    clean = _UNSEEN.sub(" ", text)
    reading = read(clean)
    document = Document(path, clean, reading.root or Mapping(Mark(1, 1)))
    faults = [document.fault_at(*args) for args in (*wrong, *_unseen(text))]
    for slip in reading.slips:
        path_in_words = nodes.named(document.root, slip.path[:6])
        faults.append(
            document.fault_at(slip.code, slip.mark, slip.message, slip.fix, path_in_words)
        )
    if not isinstance(document.root, Mapping) and reading.whole:
        message = "a configuration is a set of settings, each  name: value  on its own line"
        faults.append(document.fault_at("C103", document.root.mark, message, _START))
    if not faults and reading.root is None:
        faults.append(document.fault_at("C103", Mark(1, 1), "the configuration is empty", _START))
    if not isinstance(document.root, Mapping) or reading.root is None:
        raise ConfigError(faults)
    lost_from = None if reading.whole else reading.slips[-1].mark.line
    return Opened(document, tuple(faults), lost_from)


_START = "start from one of the examples in configs/, or let  link init FILES  write one"


def _bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise ConfigError(Fault("C101", "there is no such file", "check the path", file=path))
        if not path.is_file():
            raise ConfigError(
                Fault("C101", "this is not a file", "give the path of a YAML file", file=path)
            )
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        fault = Fault("C101", f"the file cannot be read: {reason}", "check its path and rights")
        raise ConfigError(fault) from None
    if len(data) > LARGEST:
        message = "the file is larger than 1 MB, which is no configuration"
        raise ConfigError(Fault("C108", message, "check that this is the right file", file=path))
    return data


_Place = tuple[str, Mark, str, str]


def _decoded(path: Path, data: bytes) -> tuple[str, list[_Place]]:
    """Return the text, and a fault where it is not UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]:
        message = "the file is not UTF-8 text"
        raise ConfigError(Fault("C110", message, "save it as UTF-8", file=path, line=1, column=1))
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8")) + 1
        message = "a character here is not written in UTF-8"
        slip = ("C110", Mark(line, column), message, "save the file as UTF-8")
        return data.decode("utf-8", errors="replace").replace("\ufffd", "?"), [slip]


def _unseen(text: str) -> list[_Place]:
    """Return a fault for the first unseen character of every line that holds one."""
    places: list[_Place] = []
    for number, line in enumerate(text.split("\n"), start=1):
        found = _UNSEEN.search(line)
        if found is not None:
            message = f"a character that cannot be seen (U+{ord(found[0]):04X}) stands here"
            fix = f'remove it; in a name that needs it write "\\u{ord(found[0]):04X}" in quotes'
            places.append(("C110", Mark(number, found.start() + 1), message, fix))
    return places
