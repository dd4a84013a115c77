"""From a YAML file to a specification, with everything that is wrong found at once."""

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from linkage.config.document import Document, open_document
from linkage.config.loader import in_order
from linkage.config.nodes import named, nearest_mark
from linkage.config.repair import check_schema
from linkage.errors import ConfigError, Fault
from synthetic_data.spec.checks import check
from synthetic_data.spec.schema import Spec
from synthetic_data.tables import read_tables

_TABLES = ("population", "tables")


@dataclass(frozen=True)
class Loaded:
    """A specification that holds, and the file it stands in."""

    spec: Spec
    document: Document


def presets() -> tuple[str, ...]:
    """Return the names of the presets that the package holds."""
    folder = files(__package__).joinpath("presets")
    return tuple(sorted(Path(each.name).stem for each in folder.iterdir()))


def load(name: str) -> Loaded:
    """Return the preset of that name, or else the specification in the file of that path.

    Raises
    ------
    ConfigError
        With every fault of the file at once.
    """
    if name in presets():
        with as_file(files(__package__).joinpath("presets", f"{name}.yaml")) as path:
            return load_file(path)
    if "/" not in name and "." not in name and not Path(name).exists():
        message = f'there is no preset called "{name[:60]}", and no such file'
        fix = f"write the path of a file, or one of: {', '.join(presets())}"
        raise ConfigError(Fault("S101", message, fix))
    return load_file(Path(name))


def load_file(path: Path) -> Loaded:
    """Return the specification in the file at ``path``; see :func:`load`."""
    opened = open_document(path)
    checked = check_schema(opened.document, Spec)
    faults = [*opened.faults, *checked.faults]
    if checked.config is not None and opened.lost_from is None:
        faults += check(checked.config, checked.document, checked.broken)
        faults += _of_tables(checked.config, checked.document)
    if faults or checked.config is None:
        raise ConfigError(in_order(faults))
    return Loaded(checked.config, checked.document)


def _of_tables(spec: Spec, document: Document) -> list[Fault]:
    """Return what is wrong with the rows that replace those of the package's distributions."""
    _, found = read_tables(spec.population.tables, lambda way: (None, None, None))
    placed = []
    for fault in found:
        path = (*_TABLES, *fault.path.split("."))
        mark = nearest_mark(document.root, path)
        name = named(document.root, path)
        placed.append(document.fault_at(fault.code, mark, fault.message, fault.fix, name))
    return placed
