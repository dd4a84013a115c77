"""From a YAML file to a configuration, with everything that is wrong found at once.

The text is read with places, each section is checked against its schema, and the sections against
each other. A fault in one does not stop the next: what can still be checked is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from linkage.config import nodes
from linkage.config.check_analyses import check_analyses
from linkage.config.check_approvals import check_approvals
from linkage.config.check_batch import check_batch
from linkage.config.check_columns import check_columns
from linkage.config.check_documentation import check_documentation
from linkage.config.check_encoded import check_encoded
from linkage.config.check_governance import check_governance
from linkage.config.check_groups import check_groups
from linkage.config.check_linkage import check_linkage
from linkage.config.check_privacy import check_privacy
from linkage.config.check_quality import check_quality
from linkage.config.document import Document, open_document
from linkage.config.draft import Draft
from linkage.config.encoded_sources import expanded
from linkage.config.repair import check_schema
from linkage.config.schema import Config, Group, Source
from linkage.errors import ConfigError, Fault


@dataclass(frozen=True)
class Loaded:
    """A configuration with its paths made absolute, and the file it came from."""

    config: Config
    warnings: tuple[Fault, ...]
    document: Document
    broken: frozenset[nodes.Path] = frozenset()

    @property
    def path(self) -> Path:
        """The configuration file."""
        return self.document.path

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.document.text

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
        """Return a fault at ``path`` of the file: ("sources", "census", "id")."""
        return self.document.fault(code, path, message, fix, key=key, severity=severity)


@dataclass(frozen=True)
class Examined:
    """All faults of a file, and the configuration as far as it holds without them.

    ``loaded`` is there even when there are faults, so that the data can be checked too; nothing may
    be run with it then.
    """

    faults: tuple[Fault, ...]
    loaded: Loaded | None

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop a run."""
        return tuple(fault for fault in self.faults if fault.severity == "error")


def load(path: Path) -> Loaded:
    """Return the configuration at ``path``.

    Raises
    ------
    ConfigError
        With every fault of the file at once.
    """
    examined = examine(path)
    if examined.errors or examined.loaded is None:
        raise ConfigError(examined.errors)
    return examined.loaded


def examine(path: Path) -> Examined:
    """Return everything that is wrong with the file at ``path``, and what holds of it.

    Raises
    ------
    ConfigError
        When there is nothing at ``path`` that could be read as a configuration at all.
    """
    opened = open_document(path)
    checked = check_schema(opened.document, Config)
    faults = [*opened.faults, *checked.faults]
    if opened.lost_from is not None:
        return Examined(
            in_order([*opened.faults, *_before(checked.faults, opened.lost_from)]), None
        )
    if checked.config is None:
        return Examined(in_order(faults), None)
    folder = path.resolve().parent
    told = expanded(checked.config, folder)
    broken = checked.broken | told.broken
    faults += cross_check(Draft(told.config, checked.document, opened.document, broken))
    warnings = in_order(fault for fault in faults if fault.severity == "warning")
    config = _anchored(told.config, folder)
    return Examined(in_order(faults), Loaded(config, warnings, checked.document, broken))


def cross_check(draft: Draft) -> Iterator[Fault]:
    """Yield the faults between sections: names that lead nowhere, settings that contradict."""
    yield from check_columns(draft)
    yield from check_encoded(draft)
    yield from check_linkage(draft)
    yield from check_groups(draft)
    yield from check_quality(draft)
    yield from check_analyses(draft)
    yield from check_governance(draft)
    yield from check_approvals(draft)
    yield from check_documentation(draft)
    yield from check_privacy(draft)
    yield from check_batch(draft)


def _before(faults: Iterable[Fault], line: int) -> Iterator[Fault]:
    """Yield the faults above the place where the file breaks off; what is missing may follow it."""
    return (f for f in faults if f.code not in {"C112", "C117"} and (f.line or 0) < line)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return the faults as they follow each other in the file."""
    return tuple(sorted(faults, key=lambda fault: (fault.line or 0, fault.column or 0, fault.code)))


def _anchored(config: Config, folder: Path) -> Config:
    """Return the configuration with its relative paths starting at its own folder."""

    def source(found: Source) -> Source:
        moved = {"path": (folder / found.path).resolve(), "encoded": at(found.encoded)}
        return found.model_copy(update=moved)

    def at(found: Path | None) -> Path | None:
        return None if found is None else (folder / found).resolve()

    def group(found: Group) -> Group:
        if found.lookup is None:
            return found
        lookup = found.lookup.model_copy(update={"path": at(found.lookup.path)})
        return found.model_copy(update={"lookup": lookup})

    return config.model_copy(
        update={
            "sources": {name: source(found) for name, found in config.sources.items()},
            "groups": {name: group(found) for name, found in config.groups.items()},
            "quality": config.quality.model_copy(
                update={
                    name: at(getattr(config.quality, name))
                    for name in ("review", "truth", "reference_population")
                }
            ),
            "missingness": config.missingness.model_copy(
                update={"coverage": at(config.missingness.coverage)}
            ),
            "batch": config.batch
            and config.batch.model_copy(update={"deliveries": at(config.batch.deliveries)}),
            "governance": config.governance.model_copy(
                update={
                    name: at(getattr(config.governance, name))
                    for name in ("signing_key", "allowed_signers")
                }
            ),
            "engine": config.engine.model_copy(update={"temp": at(config.engine.temp)}),
            "output": at(config.output),
        }
    )
