"""A configuration whose sections each hold, before it is known whether they fit each other."""

from dataclasses import dataclass
from typing import Literal

from linkage.config import nodes
from linkage.config.columns import all_provided
from linkage.config.document import Document
from linkage.config.nodes import Mapping, Path
from linkage.config.schema import Config
from linkage.errors import Fault


@dataclass(frozen=True)
class Draft:
    """A configuration, the tree it stands in, and the tree as the file has it.

    Where the two differ a fault was already found: ``broken`` names those parts, and what they
    would have declared still counts as declared.
    """

    config: Config
    document: Document
    written: Document
    broken: frozenset[Path] = frozenset()

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all sources, those too that could not be checked further."""
        return tuple(dict.fromkeys([*self.config.sources, *self._written("sources")]))

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of all groups, those too that could not be checked further."""
        return tuple(dict.fromkeys([*self.config.groups, *self._written("groups")]))

    def columns_of(self, source: str) -> frozenset[str] | None:
        """Return what a source provides to link on, or None when that cannot be told."""
        written = nodes.find(self.written.root, ("sources", source, "columns"))
        if source not in self.config.sources or self.is_broken("sources", source, "columns"):
            return None
        also = written.entries if isinstance(written, Mapping) else ()
        return all_provided(self.config.sources[source].columns, also)

    def is_broken(self, *path: str) -> bool:
        """Tell whether ``path``, or what it stands in, is not as the file says."""
        return any(path[: len(broken)] == broken for broken in self.broken)

    def is_written(self, *path: str | int) -> bool:
        """Tell whether the file says anything at ``path``."""
        return nodes.find(self.document.root, path) is not None

    def fault(
        self,
        code: str,
        path: Path,
        message: str,
        fix: str,
        *,
        key: bool = False,
        severity: Literal["error", "warning"] = "error",
    ) -> Fault:
        """Return a fault at ``path`` of the file."""
        return self.document.fault(code, path, message, fix, key=key, severity=severity)

    def _written(self, section: str) -> tuple[str, ...]:
        node = nodes.find(self.written.root, (section,))
        return tuple(node.entries) if isinstance(node, Mapping) else ()
