"""An item of a checklist and its answer: from the run, from the configuration, or a gap."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from linkage.config.documentation_settings import SourceDocumentation
from linkage.config.schema import Config

ABSENT = "not supplied"
UNCHECKED = "wording not checked against the source"
OF_SOURCES = "documentation.sources"
PUBLICATION = "the publication itself"
"""Where what belongs in no configuration is written: what only the statistics can say."""


APPROVAL = "link release approve, by a checker"
"""Where an approval is given: after the report was written, so never in it."""


@dataclass(frozen=True)
class Line:
    """One statement of an answer; where ``text`` is None it is a gap, to be filled at ``at``.

    ``about`` names the source or field the statement is about; ``at`` is a setting, or
    :data:`PUBLICATION`.
    """

    text: str | None
    about: str | None = None
    at: str | None = None


@dataclass(frozen=True)
class Item:
    """An item: what it asks for, what is said, and the chapters of the report that say more.

    ``checked`` is whether the wording of ``asks`` was read at its source.
    """

    id: str
    asks: str
    lines: tuple[Line, ...]
    chapters: tuple[int, ...] = ()
    checked: bool = True

    @property
    def held(self) -> str:
        """Whether the item is answered: given, given in part, or not supplied."""
        given = [line.text is not None for line in self.lines]
        if all(given):
            return "given"
        return "given in part" if any(given) else ABSENT

    @property
    def gaps(self) -> tuple[str, ...]:
        """Where to write what is missing, each place once."""
        return tuple(dict.fromkeys(line.at for line in self.lines if line.text is None and line.at))

    @property
    def where(self) -> str:
        """Name the chapters of the report that answer it, else the folder of documents."""
        numbers = [str(number) for number in self.chapters]
        if not numbers:
            return "none" if self.held == ABSENT else "the folder documents"
        if len(numbers) == 1:
            return f"chapter {numbers[0]}"
        return f"chapters {', '.join(numbers[:-1])} and {numbers[-1]}"


@dataclass(frozen=True)
class Part:
    """A part of a document: its heading and its items."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Document:
    """A document: what it is for, where its items are from, and its parts.

    ``banner`` is what must be read before anything else; empty where there is nothing of the kind.
    """

    name: str
    title: str
    about: tuple[str, ...]
    source: str
    parts: tuple[Part, ...]
    banner: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of every part."""
        return tuple(item for part in self.parts for item in part.items)


def given(*texts: str) -> tuple[Line, ...]:
    """Return statements that the run can make by itself."""
    return tuple(Line(text) for text in texts)


def setting(config: Config, name: str, about: str | None = None) -> Line:
    """Return what ``documentation`` says under ``name``; a gap there where it says nothing."""
    said = getattr(config.documentation, name)
    return Line(None if said is None else str(said), about, f"documentation.{name}")


def of_sources(
    config: Config,
    field: str,
    label: Callable[[str], str],
    about: str = "",
) -> tuple[Line, ...]:
    """Return what is said of every source under ``field``, a gap for each that says nothing."""
    return tuple(
        Line(
            None if (said := _of(config, name, field)) is None else str(said),
            f"{label(name)}{about and f', {about}'}",
            f"{OF_SOURCES}.{name}.{field}",
        )
        for name in config.sources
    )


def _of(config: Config, name: str, field: str) -> object:
    found: SourceDocumentation = config.documentation.of_source(name)
    return getattr(found, field)


def publication() -> tuple[Line, ...]:
    """Return the gap that only the statistics made from the links can fill."""
    return (Line(None, at=PUBLICATION),)


def joined(*parts: Iterable[Line]) -> tuple[Line, ...]:
    """Return the statements of several answers as one."""
    return tuple(line for part in parts for line in part)
