"""The stages of a delivery: records in, encodings and an attack on them, two folders out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from linkage.config.schema import Config, Missingness
from linkage.errors import ConfigError, Fault
from linkage.pipeline import Stage
from linkage.privacy.attack import gate
from linkage.privacy.attack.assess import assess
from linkage.privacy.attack.target import ValueList
from linkage.privacy.deliveries import ATTACK, Delivery, write_private
from linkage.privacy.encoder import encode
from linkage.privacy.folder_writing import About, write_folder
from linkage.privacy.groups import Coarsened, coarsen
from linkage.privacy.identifiers import trees
from linkage.privacy.identity import id_map, identify
from linkage.privacy.keys import Key
from linkage.privacy.manifest import GROUP, RECORD_ID
from linkage.privacy.schema import Band, Schema
from linkage.runs.publish import private_folder, publish
from linkage.runs.workspace import Workspace
from linkage.stages import STAGES

OUT, PRIVATE = "out", "private"
"""The folders in the one under construction: for the linkage unit, and for nobody."""

READING = tuple(stage for stage in STAGES if stage.name in {"ingest", "standardise"})
"""The stages of a run that read the sources."""


def require_source(config: Config, source: str) -> None:
    """Refuse a source that the configuration does not have.

    Raises
    ------
    ConfigError
        R516.
    """
    if source not in config.sources:
        message = f'there is no source called "{source[:60]}"'
        fix = f"give one of: {', '.join(config.sources)}"
        raise ConfigError(Fault("R516", message, fix, path="sources"))


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
class Encoding:
    """What the stages of one delivery share. Its key is in no settings, so it is hashed nowhere.

    What it prints holds neither key bytes nor ids.
    """

    source: str
    schema: Schema
    key: Key
    delivery: Delivery
    earlier: pa.Table | None = field(repr=False)
    lists: Mapping[str, ValueList] = field(repr=False)

    def stages(self) -> Sequence[Stage]:
        """Return the stages: those of a run that read the source, then those of a delivery."""
        return (
            *READING,
            Stage(
                name="encode",
                reads=("records_*",),
                writes=("encodings", "coarsened"),
                settings=lambda config: [config.groups, config.disclosure],
                function=self.encode,
            ),
            Stage(
                name="attack",
                reads=("records_*", "encodings", "coarsened"),
                writes=("risk",),
                settings=lambda config: config.privacy,
                function=self.attack,
            ),
            Stage(
                name="deliver",
                reads=("records_*", "encodings", "coarsened", "risk"),
                writes=(f"{OUT}/*", f"{PRIVATE}/*"),
                settings=lambda config: config.disclosure,
                function=self.deliver,
            ),
        )

    def encode(self, workspace: Workspace, config: Config) -> None:
        """Write ``encodings``, a row a record in the order of the records, and ``coarsened``."""
        records = records_to_encode(workspace, self.source, self.schema)
        encodings = encode(records, self.schema, self.key)
        found = groups_to_send(workspace, config, self.source)
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

    def attack(self, workspace: Workspace, config: Config) -> None:
        """Write ``risk``: what someone without the key names of all that is to leave.

        Raises
        ------
        GateError
            R520 when that is more than the configuration allows.
        """
        encodings = workspace.read("encodings")
        groups = pa.table({n: encodings[f"{GROUP}{n}"] for n in config.groups})
        risk = assess(
            whole(records_to_encode(workspace, self.source, self.schema)),
            encodings.select(self.schema.stored),
            self.schema,
            groups if groups.num_columns else None,
            self.lists,
        )
        if config.privacy is not None:
            gate.require(risk, config.privacy)
        workspace.write_json("risk", {**risk.as_record(), "judged": risk.judged})

    def deliver(self, workspace: Workspace, config: Config) -> None:
        """Give every record its id, and write both folders into the one under construction."""
        ids = workspace.row_groups(f"records_{self.source}", ["record_id"])
        local = whole(ids)["record_id"].combine_chunks()
        rids = identify(local, self.earlier)
        labels = workspace.read_json("coarsened")["labels"]
        out, private = workspace.root / OUT, workspace.root / PRIVATE
        for folder in (out, private):
            private_folder(folder)
        now = self.delivery
        write_private(private, now, id_map(rids, local, now.number, self.earlier))
        publish(private / ATTACK, (workspace.restricted / "risk.json").read_bytes())
        write_folder(
            out,
            workspace.read("encodings").append_column(RECORD_ID, rids),
            self.schema,
            {f"{GROUP}{name}": tuple(each) for name, each in labels.items()},
            About(self.source, now.number, now.key_check, config.disclosure.threshold),
        )


def records_to_encode(
    workspace: Workspace, source: str, schema: Schema
) -> Iterator[pa.RecordBatch]:
    """Yield the records of a source, of their columns those that encodings are made of."""
    table = f"records_{source}"
    held = workspace.schema(table).names
    wanted = [name for name in standardised(schema) if name in held]
    return workspace.row_groups(table, wanted, encoded=wanted)


def groups_to_send(workspace: Workspace, config: Config, source: str) -> Coarsened:
    """Return the groups of a source's records as they may leave."""
    names = [f"{GROUP}{name}" for name in config.groups]
    columns = {}
    if names:
        held = whole(workspace.row_groups(f"records_{source}", names, encoded=names))
        columns = {name.removeprefix(GROUP): held[name].combine_chunks() for name in names}
    return coarsen(columns, trees(config), config.disclosure.threshold)


def standardised(schema: Schema) -> tuple[str, ...]:
    """Return the standardised columns that the encodings of ``schema`` are made of, each once."""
    names: list[str] = []
    for column in schema.columns:
        names += [column.of] if isinstance(column.of, str) else column.of
        names += column.joined if isinstance(column, Band) else column.salt
    return tuple(dict.fromkeys(name.partition(":")[0] for name in names))  # surname:2 is of surname


def whole(batches: Iterator[pa.RecordBatch]) -> pa.Table:
    """Return all batches as one, with one dictionary a column."""
    return pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()
