"""Checking a tree against the schema, and going on behind each fault.

A faulty part is taken out, or set right where what was meant is plain, and the rest is checked
again: a misspelt section must not hide what is wrong inside it or between the sections.
"""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import ValidationError

from linkage.config import nodes
from linkage.config.document import Document
from linkage.config.kinds import Section
from linkage.config.misfits import Misfit, misfits
from linkage.config.nodes import Entry, Mapping, Path, Scalar, Sequence
from linkage.config.scalars import resolve
from linkage.errors import Fault

_ROUNDS = 12
_STAND_INS = {"path": "missing", "id": "missing", "name": "unnamed"}
"""What stands in for a missing setting, so that its section can be checked further."""


Model = TypeVar("Model", bound=Section)


@dataclass(frozen=True)
class Checked(Generic[Model]):
    """The faults of the schema, and the configuration that holds without them, if one does.

    ``broken`` names the parts that are not as the file says.
    """

    faults: tuple[Fault, ...]
    config: Model | None
    document: Document
    broken: frozenset[Path]


def check_schema(document: Document, model: type[Model]) -> Checked[Model]:
    """Validate the document against ``model``, repairing a copy until it holds."""
    faults: dict[tuple[str, int | None, int | None], Fault] = {}
    broken: set[Path] = set()
    current = document
    for _ in range(_ROUNDS):
        try:
            config = model.model_validate(nodes.plain(current.root))
        except ValidationError as error:
            found = misfits(error.errors(include_url=False), current, model)
        else:
            return Checked(tuple(faults.values()), config, current, frozenset(broken))
        for misfit in found:
            if not _follows(misfit, broken):
                fault = misfit.fault
                faults.setdefault((fault.code, fault.line, fault.column), fault)
        broken.update(misfit.path for misfit in found)
        if any(m.remedy == "fill" and len(m.path) == 1 and m.path[0] != "name" for m in found):
            break  # without its sources nothing more can be checked
        current = _repaired(current, found)
    return Checked(tuple(faults.values()), None, current, frozenset(broken))


def _follows(misfit: Misfit, broken: set[Path]) -> bool:
    """Tell whether a fault is only the trace of an earlier repair in the same section."""
    return misfit.fault.code == "C117" and any(
        path[: len(misfit.path)] == misfit.path for path in broken
    )


def _repaired(document: Document, found: list[Misfit]) -> Document:
    """Return a copy without the misfits, the last item of a list first so that places hold."""
    root = nodes.copy(document.root)
    order = sorted(found, key=lambda m: [(isinstance(p, int) and p) or 0 for p in m.path])
    for misfit in reversed(order):
        _repair(root, misfit)
    return replace(document, root=root)


def _repair(root: nodes.Node, misfit: Misfit) -> None:
    parent, last = nodes.find(root, misfit.path[:-1]), misfit.path[-1:]
    if isinstance(parent, Sequence) and isinstance(last[0], int):
        _repair_item(parent, last[0], misfit)
    elif isinstance(parent, Mapping) and misfit.remedy == "fill":
        _fill(root, parent, misfit.path)
    elif isinstance(parent, Mapping) and last:
        _repair_entry(parent, str(last[0]), misfit)


def _repair_item(parent: Sequence, index: int, misfit: Misfit) -> None:
    node = parent.items[index] if index < len(parent.items) else None
    if misfit.remedy == "replace" and isinstance(node, Scalar):
        parent.items[index] = Scalar(node.mark, resolve(misfit.instead), misfit.instead)
    elif node is not None:
        del parent.items[index]


def _repair_entry(parent: Mapping, key: str, misfit: Misfit) -> None:
    entry = parent.entries.get(key)
    if entry is None:
        return
    elif misfit.remedy == "rename":
        renamed = {misfit.instead if k == key else k: e for k, e in parent.entries.items()}
        parent.entries.clear()
        parent.entries.update(renamed)
    elif misfit.remedy == "replace":
        entry.node = Scalar(entry.node.mark, resolve(misfit.instead), misfit.instead)
    else:
        del parent.entries[key]


def _fill(root: nodes.Node, parent: Mapping, path: Path) -> None:
    """Let something stand in for a missing setting; where nothing can, take out its section."""
    key = str(path[-1])
    if key in _STAND_INS:
        stand_in = Scalar(parent.mark, _STAND_INS[key], _STAND_INS[key])
        parent.entries[key] = Entry(parent.mark, stand_in)
        return
    above = nodes.find(root, path[:-2])
    if isinstance(above, Mapping):
        above.entries.pop(str(path[-2]), None)
    elif isinstance(above, Sequence):
        above.items.remove(parent)
