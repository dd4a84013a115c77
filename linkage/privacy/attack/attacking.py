"""The attack on a source by itself, before anything is encoded to be sent."""

from collections.abc import Mapping

import pyarrow as pa

from linkage import pipeline
from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault
from linkage.execution import home_of
from linkage.pipeline import Observer, Stage
from linkage.privacy.attack.assess import assess
from linkage.privacy.attack.risk import Risk
from linkage.privacy.attack.target import ValueList
from linkage.privacy.encoder import encode
from linkage.privacy.encoding_stages import (
    READING,
    groups_to_send,
    only_source,
    records_to_encode,
    whole,
)
from linkage.privacy.identifiers import require_groups
from linkage.privacy.keys import Key
from linkage.privacy.profiles import schema_for
from linkage.privacy.schema import Schema
from linkage.runs.inputs import hash_inputs
from linkage.runs.lock import hold
from linkage.runs.signals import stopping
from linkage.runs.wiped import wiped
from linkage.runs.workspace import Workspace


def attack(
    config: Config,
    source: str,
    key: Key,
    lists: Mapping[str, ValueList],
    observer: Observer,
) -> Risk:
    """Return what attacks name of a source, encoded as it would be sent.

    Records and encodings lie in a private folder that is gone afterwards, even on failure; of what
    is found only shares are kept.

    Raises
    ------
    ConfigError
        R522.
    """
    schema = schema_of(config, source)
    require_groups(config, source)
    only = only_source(config, source)
    inputs = hash_inputs(only.sources)
    readable = [*(each.path for each in inputs.values()), *only.lookups]
    found: list[Risk] = []

    def attacking(workspace: Workspace, config: Config) -> None:
        found.append(_attacked(workspace, config, source, schema, key, lists))

    stage = Stage("attack", (f"records_{source}",), (), lambda config: config.groups, attacking)
    home = home_of(config)
    temp = config.engine.temp
    with stopping() as stop, hold(home), wiped(home / "attack", temp) as folder:
        with Workspace(folder, config.engine, readable) as workspace:
            stop.wake(workspace.connection.interrupt)
            pipeline.run((*READING, stage), only, workspace, inputs, observer)
    return found[0]


def schema_of(config: Config, source: str) -> Schema:
    """Return the schema under which ``source`` would be encoded."""
    if source not in config.sources:
        message = f'there is no source called "{source[:60]}"'
        raise ConfigError(Fault("R522", message, f"give one of: {', '.join(config.sources)}"))
    if config.privacy is None:
        message = "the configuration does not say how to encode: it has no privacy section"
        fix = "write  privacy: {project: ..., fields: [...]} , the same as every owner's"
        raise ConfigError(Fault("R522", message, fix, path="privacy"))
    return schema_for(config.privacy)


def _attacked(
    workspace: Workspace,
    config: Config,
    source: str,
    schema: Schema,
    key: Key,
    lists: Mapping[str, ValueList],
) -> Risk:
    records = whole(records_to_encode(workspace, source, schema))
    groups = None
    if config.groups:
        leaving = groups_to_send(workspace, config, source).columns
        groups = pa.table({name: each.cast(pa.string()) for name, each in leaving.items()})
    return assess(records, encode(records, schema, key), schema, groups, lists)
