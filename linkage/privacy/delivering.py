"""From an owner's clear records to a folder of encodings, with nothing left lying between."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage import pipeline
from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault
from linkage.execution import home_of
from linkage.pipeline import Observer
from linkage.privacy.attack.target import ValueList
from linkage.privacy.deliveries import (
    Delivery,
    is_rotation,
    next_delivery,
    read_delivery,
    read_map,
    recorded,
    register_of,
    require_order,
)
from linkage.privacy.encoding_stages import OUT, PRIVATE, Encoding, only_source, require_source
from linkage.privacy.identifiers import identifiers, require_groups
from linkage.privacy.keys import Key
from linkage.privacy.new_folder import new_folder, require_new
from linkage.privacy.profiles import schema_for
from linkage.privacy.schema import Schema
from linkage.runs.inputs import hash_inputs
from linkage.runs.lock import hold
from linkage.runs.publish import publishing, sync_folder
from linkage.runs.signals import stopping
from linkage.runs.storage import storage
from linkage.runs.wiped import sweep, wiped
from linkage.runs.workspace import Workspace

_FOR_UNIT = "for the linkage unit"


@dataclass(frozen=True)
class Folders:
    """Where a delivery goes: ``out`` to the linkage unit, ``private`` nowhere."""

    out: Path
    private: Path


@dataclass(frozen=True)
class Delivered:
    """What is said of a delivery to its owner; ``named`` is the share that an attack named."""

    delivery: Delivery
    named: float
    rotated: bool
    rolled_up: tuple[str, ...]
    withheld: dict[str, float]
    hardest_hit: dict[str, tuple[str, float]]


def deliver(
    config: Config,
    source: str,
    key: Key,
    folders: Folders,
    previous: Path | None,
    lists: Mapping[str, ValueList],
    observer: Observer,
) -> Delivered:
    """Encode ``source``, attack what would leave, and write both folders: whole, or not at all.

    The records are read and standardised as for any run, in a folder that is removed however this
    ends; what a killed process left of it is removed by the next that works beside it.

    Raises
    ------
    LinkageError
        Of the kind that says who can mend it; nothing is written then.
    """
    schema = _schema(config, source)
    require_groups(config, source)
    _require_free(folders)
    last = None if previous is None else read_delivery(previous)
    register = register_of(config.output, schema.project, source)
    delivery = next_delivery(schema, source, key, identifiers(config, source), last)
    rotated = last is not None and is_rotation(last, delivery)
    earlier = None if last is None or previous is None or rotated else read_map(previous, last)
    encoding = Encoding(source, schema, key, delivery, earlier, lists)
    # whoever encodes into the same register waits: two deliveries would else both be the next
    with stopping() as stop, hold(register.parent):
        require_order(folders.private, register, last)
        require_new(folders.private, "for what stays with the owner")
        only = only_source(config, source)
        inputs = hash_inputs(only.sources)
        readable = [*(each.path for each in inputs.values()), *only.lookups]
        sweep(home_of(config), config.engine.temp)
        with (
            wiped(folders.private, config.engine.temp) as building,
            Workspace(building, config.engine, readable) as workspace,
        ):
            stop.wake(workspace.connection.interrupt)
            pipeline.run(encoding.stages(), only, workspace, inputs, observer)
            said, risk = (workspace.read_json(name) for name in ("coarsened", "risk"))
            _publish(building, folders, register, delivery)
    return Delivered(
        delivery,
        risk["judged"],
        rotated,
        tuple(said["rolled_up"]),
        said["withheld"],
        {name: (label, share) for name, (label, share) in said["hardest_hit"].items()},
    )


def _schema(config: Config, source: str) -> Schema:
    """Return the schema of the project, once the configuration is one to encode ``source``."""
    require_source(config, source)
    if config.privacy is None:
        message = "the configuration does not say how to encode: it has no privacy section"
        fix = "write  privacy: {project: ..., fields: [...]} , the same as every owner's"
        raise ConfigError(Fault("R512", message, fix, path="privacy"))
    return schema_for(config.privacy)


def _require_free(folders: Folders) -> None:
    """Refuse folders that hold something, or of which one would hold the other."""
    out, private = folders.out.resolve(), folders.private.resolve()
    if out == private or out in private.parents or private in out.parents:
        message = "--out and --private are in each other: what leaves would hold what must not"
        raise ConfigError(Fault("R513", message, "give two folders apart", file=private))
    require_new(folders.out, _FOR_UNIT)


def _publish(building: Path, folders: Folders, register: Path, delivery: Delivery) -> None:
    """Give both folders their names: the private one first, and back if the other cannot.

    So nothing leaves whose map is not kept.
    """
    with storage(folders.private, "writing the private folder"):
        (building / PRIVATE).rename(folders.private)
        sync_folder(folders.private.parent)
    try:
        with recorded(register, delivery), new_folder(folders.out, _FOR_UNIT) as out:
            for path in (building / OUT).iterdir():
                with path.open("rb") as made, publishing(out / path.name) as file:
                    shutil.copyfileobj(made, file)
    except BaseException:
        shutil.rmtree(folders.private, ignore_errors=True)
        raise
