"""From an owner's clear records to a folder of encodings, with nothing left lying between."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from linkage import pipeline
from linkage.config.schema import Config, Missingness
from linkage.errors import ConfigError, Fault
from linkage.execution import home_of
from linkage.pipeline import Observer, Stage
from linkage.privacy.deliveries import (
    Delivery,
    is_rotation,
    next_delivery,
    read_delivery,
    read_map,
    recorded,
    register_of,
    require_order,
    write_private,
)
from linkage.privacy.encoder import encode
from linkage.privacy.folder_writing import About, write_folder
from linkage.privacy.groups import coarsen
from linkage.privacy.identifiers import identifiers, require_groups, trees
from linkage.privacy.identity import id_map, identify
from linkage.privacy.keys import Key
from linkage.privacy.manifest import GROUP, RECORD_ID
from linkage.privacy.new_folder import new_folder, require_new
from linkage.privacy.profiles import schema_for
from linkage.privacy.schema import Band, Schema
from linkage.runs.inputs import hash_inputs
from linkage.runs.lock import hold
from linkage.runs.publish import private_folder, sync_folder
from linkage.runs.signals import stopping
from linkage.runs.storage import storage
from linkage.runs.workspace import Workspace
from linkage.stages import STAGES

_OUT, _PRIVATE = "out", "private"
_FOR_UNIT = "for the linkage unit"
_READS = ("ingest", "standardise")


@dataclass(frozen=True)
class Folders:
    """Where a delivery goes: ``out`` to the linkage unit, ``private`` nowhere."""

    out: Path
    private: Path

    @property
    def building(self) -> Path:
        """Where everything is made: private, beside ``private``, and gone afterwards."""
        return self.private.with_name(f".{self.private.name}.building")


@dataclass(frozen=True)
class Delivered:
    """What is said of a delivery to its owner."""

    delivery: Delivery
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
    observer: Observer,
) -> Delivered:
    """Encode ``source`` and write both folders: whole, or not at all.

    The records are read and standardised as for any run, in a folder that is removed however this
    ends; what a killed process left of it is removed by the next.

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
    require_order(folders.private, register, last)
    require_new(folders.private, "for what stays with the owner")
    delivery = next_delivery(schema, source, key, identifiers(config, source), last)
    rotated = last is not None and is_rotation(last, delivery)
    earlier = None if last is None or previous is None or rotated else read_map(previous, last)
    encoding = _Encoding(source, schema, key, delivery, earlier)
    with stopping() as stop, hold(home_of(config)), _building(folders.building):
        only = only_source(config, source)
        inputs = hash_inputs(only.sources)
        readable = [*(each.path for each in inputs.values()), *only.lookups]
        with Workspace(folders.building, config.engine, readable) as workspace:
            stop.wake(workspace.connection.interrupt)
            pipeline.run(encoding.stages(), only, workspace, inputs, observer)
            said = workspace.read_json("coarsened")
        _publish(folders, register, delivery)
    return Delivered(
        delivery,
        rotated,
        tuple(said["rolled_up"]),
        said["withheld"],
        {name: (label, share) for name, (label, share) in said["hardest_hit"].items()},
    )


def only_source(config: Config, source: str) -> Config:
    """Return the configuration of one source, with the characteristics that it holds."""
    held = {name: group.held_in(source) for name, group in config.groups.items()}
    return config.model_copy(
        update={
            "sources": {source: config.sources[source]},
            "groups": {name: group for name, group in held.items() if group is not None},
            "intersections": (),
            "missingness": Missingness(),
            "analyses": (),
        }
    )


@dataclass(frozen=True)
class _Encoding:
    """What the stages of one delivery share. Its key is in no settings, so it is hashed nowhere."""

    source: str
    schema: Schema
    key: Key
    delivery: Delivery
    earlier: pa.Table | None

    def stages(self) -> Sequence[Stage]:
        """Return the stages: those of a run that read the source, then those of a delivery."""
        return (
            *(stage for stage in STAGES if stage.name in _READS),
            Stage(
                name="encode",
                reads=("records_*",),
                writes=("encodings", "coarsened"),
                settings=lambda config: [config.groups, config.disclosure],
                function=self.encode,
            ),
            Stage(
                name="deliver",
                reads=("records_*", "encodings", "coarsened"),
                writes=(f"{_OUT}/*", f"{_PRIVATE}/*"),
                settings=lambda config: config.disclosure,
                function=self.deliver,
            ),
        )

    def encode(self, workspace: Workspace, config: Config) -> None:
        """Write ``encodings``, a row a record in the order of the records, and ``coarsened``."""
        records = f"records_{self.source}"
        held = workspace.schema(records).names
        wanted = [name for name in standardised(self.schema) if name in held]
        batches = workspace.row_groups(records, wanted, encoded=wanted)
        encodings = encode(batches, self.schema, self.key)
        names = [f"{GROUP}{name}" for name in config.groups]
        groups = _whole(workspace.row_groups(records, names, encoded=names)) if names else {}
        found = coarsen(
            {name.removeprefix(GROUP): column for name, column in groups.items()},
            trees(config),
            config.disclosure.threshold,
        )
        for name, column in found.columns.items():
            encodings = encodings.append_column(f"{GROUP}{name}", column)
        workspace.write("encodings", encodings)
        workspace.write_json(
            "coarsened",
            {
                "labels": found.labels,
                "rolled_up": found.rolled_up,
                "withheld": found.withheld,
                "hardest_hit": found.hardest_hit,
            },
        )

    def deliver(self, workspace: Workspace, config: Config) -> None:
        """Give every record its id, and write both folders into the one under construction."""
        local = _whole(workspace.row_groups(f"records_{self.source}", ["record_id"]))["record_id"]
        rids = identify(local, self.earlier)
        labels = workspace.read_json("coarsened")["labels"]
        out, private = workspace.root / _OUT, workspace.root / _PRIVATE
        for folder in (out, private):
            private_folder(folder)
        now = self.delivery
        write_private(private, now, id_map(rids, local, now.number, self.earlier))
        write_folder(
            out,
            workspace.read("encodings").append_column(RECORD_ID, rids),
            self.schema,
            {name: tuple(each) for name, each in labels.items()},
            About(self.source, now.number, now.key_check, config.disclosure.threshold),
        )


def standardised(schema: Schema) -> tuple[str, ...]:
    """Return the standardised columns that the encodings of ``schema`` are made of, each once."""
    names: list[str] = []
    for column in schema.columns:
        names += [column.of] if isinstance(column.of, str) else column.of
        names += column.joined if isinstance(column, Band) else column.salt
    return tuple(dict.fromkeys(name.partition(":")[0] for name in names))  # surname:2 is of surname


def _whole(batches: Iterator[pa.RecordBatch]) -> dict[str, pa.Array]:
    """Return the columns of all batches in one piece each."""
    table = pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()
    return {name: table[name].combine_chunks() for name in table.column_names}


def _schema(config: Config, source: str) -> Schema:
    """Return the schema of the project, once the configuration is one to encode ``source``."""
    if source not in config.sources:
        message = f'there is no source called "{source[:60]}"'
        fix = f"give one of: {', '.join(config.sources)}"
        raise ConfigError(Fault("R516", message, fix, path="sources"))
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


@contextmanager
def _building(folder: Path) -> Iterator[None]:
    """Make a private folder that is gone when the block ends; first what a killed one left is."""
    with storage(folder, "making the folder of an encoding"):
        shutil.rmtree(folder, ignore_errors=True)
        private_folder(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publish(folders: Folders, register: Path, delivery: Delivery) -> None:
    """Give both folders their names: the private one first, and back if the other cannot.

    So nothing leaves whose map is not kept.
    """
    with storage(folders.private, "writing the private folder"):
        (folders.building / _PRIVATE).rename(folders.private)
        sync_folder(folders.private.parent)
    try:
        with recorded(register, delivery), new_folder(folders.out, _FOR_UNIT) as out:
            shutil.copytree(folders.building / _OUT, out, dirs_exist_ok=True)
    except BaseException:
        shutil.rmtree(folders.private, ignore_errors=True)
        raise
