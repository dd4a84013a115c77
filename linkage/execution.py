"""One run of a configuration from end to end: lock, stages, and the finished folder."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ruamel.yaml import YAML

from linkage import pipeline
from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault, LinkageError
from linkage.governance.permission import require_permission
from linkage.governance.record import governance_record
from linkage.governance.standing import standing
from linkage.observing import Together
from linkage.operation.heartbeat import beating
from linkage.operation.signing import sign, signed_manifest
from linkage.pipeline import Observer, Stage
from linkage.runs import events
from linkage.runs.done import Done
from linkage.runs.fingerprints import digest, versions
from linkage.runs.finished import manifest_of, settings_of
from linkage.runs.folder import BUILDING, RunFolder, open_run, passing, settle
from linkage.runs.holding import identity_of, waiting
from linkage.runs.inputs import Input, hash_inputs
from linkage.runs.journal import Journal
from linkage.runs.lock import Lock, hold
from linkage.runs.manifest import manifest, opening
from linkage.runs.publish import publish
from linkage.runs.sharing import share_release
from linkage.runs.signals import Stopping, stopping
from linkage.runs.workspace import Workspace


def home_of(config: Config) -> Path:
    """Return the folder that holds every run of ``config``."""
    return config.output / config.name


def execute(
    stages: Sequence[Stage],
    config: Config,
    text: str,
    keep: Iterable[str],
    observer: Observer,
) -> Path:
    """Run ``stages`` and return the folder of the finished run.

    Parameters
    ----------
    text
        The configuration as the user wrote it: copied into the run folder.
    keep
        Names of the tables that stay in ``restricted/``; the others are for the stages only.

    Raises
    ------
    LinkageError
        Of the kind that says who can mend it. What is done so far stays, and the next call for
        this configuration goes on from there.
    """
    require_sources(config)
    require_permission(config)
    with stopping(config.engine.seconds) as stop, hold(home_of(config)) as lock:
        published = settle(home_of(config))
        work = Work(tuple(stages), config, hash_inputs(config.sources), tuple(keep))
        if published is not None and manifest_of(published)["identity"] == _identity(work):
            return published
        return carry_out(work, text, lock, stop, observer)


@dataclass(frozen=True)
class Work:
    """What a run is to do.

    Parameters
    ----------
    inputs
        The files that it reads.
    keep
        Names of the tables that stay in ``restricted/``.
    about
        What its manifest says beside what every manifest says.
    """

    stages: tuple[Stage, ...]
    config: Config
    inputs: Mapping[str, Input]
    keep: tuple[str, ...]
    about: Mapping[str, object] = field(default_factory=dict)


def carry_out(work: Work, text: str, lock: Lock, stop: Stopping, observer: Observer) -> Path:
    """Do ``work`` under the lock of its home, and return the folder of the finished run.

    What was done already, and waits for a person, is not done again.
    """
    config, inputs = work.config, work.inputs
    home, identity = home_of(config), _identity(work)
    if (held := waiting(home)) is not None and identity_of(held) == identity:
        return held
    folder = open_run(home, identity, config.engine.temp)
    lock.announce(folder.run)
    journal = Journal(folder.root / "restricted", folder.run)
    journal.opened(folder.resumed)
    if (key := config.governance.signing_key) is not None:
        sign(key, b"")  # better refused now than after hours
    day = events.today()
    if (rests := standing(config, day)).approvals:
        journal.approved(rests.approvals, rests.ends_soon(day))
    governed = governance_record(config, day)
    planned = {"stages": [{"name": stage.name} for stage in work.stages]}
    begun = {**opening(folder, config, inputs), **planned, **governed, **work.about}
    publish(folder.root / "manifest.json", _json(begun))
    readable = [*(each.path for each in inputs.values()), *config.lookups]
    readable += [] if config.quality.truth is None else [config.quality.truth]
    with (
        beating(lock) as heartbeat,
        Workspace(folder.root, config.engine, readable) as workspace,
    ):
        stop.wake(workspace.connection.interrupt)
        watching = Together(journal, heartbeat, observer)
        done = pipeline.run(work.stages, config, workspace, inputs, watching)
    _describe(folder, config, text, begun, done, work.keep, journal)
    share_release(folder.root, folder.root / "for_release", config.disclosure.release_group)
    lock.empty()  # else a fault of the disk would be told of a run that is complete
    return folder.complete()


def planned(
    stages: Sequence[Stage], config: Config, inputs: Mapping[str, Input]
) -> list[pipeline.Planned]:
    """Say what :func:`execute` would do now; nothing is written."""
    require_sources(config)
    return pipeline.plan(stages, config, home_of(config) / BUILDING, inputs)


def require_sources(config: Config) -> None:
    """Refuse to link one source to nothing, as a configuration for encoding may hold it.

    Raises
    ------
    ConfigError
        C133.
    """
    alone = len(config.sources) == 1 and config.linkage.type != "deduplicate"
    if alone and config.privacy is not None:
        raise ConfigError(
            Fault(
                "C133",
                "there is one source, and nothing to link it to",
                "encode it with  link encode , or add a source",
                path="sources",
            )
        )


def fitted_before(config: Config) -> Fault | None:
    """Return a fault when the newest run was of ``config``: then it is the files that changed.

    For a configuration that does not fit its data. Only what says how sources are read counts.
    """
    try:
        before = settings_of(home_of(config) / "latest").sources
    except (LinkageError, ValueError):
        return None
    if before != config.sources:
        return None
    return Fault(
        "R632",
        "the newest run was made by this configuration: the files are not as they were",
        "have the sources delivered as before, or change the configuration to what they are now",
        path="sources",
    )


def _identity(work: Work) -> str:
    """Return the hash of what the run is about: its settings, sources and versions."""
    hashes = {name: each.sha256 for name, each in work.inputs.items()}
    about = {"config": work.config.resolved(), "inputs": hashes, "versions": versions()}
    return digest({**about, **work.about})


def _describe(
    folder: RunFolder,
    config: Config,
    text: str,
    begun: Mapping[str, object],
    done: Sequence[Done],
    keep: Iterable[str],
    journal: Journal,
) -> None:
    """Write the configuration and the manifest beside the results; then drop what is not kept.

    In this order, a disk that is full costs no stage that is done.
    """
    written = {file for each in done for file in each.outputs}
    dropped = passing(written, keep)
    own = {"config.yaml": text.encode(), "config.resolved.yaml": _yaml(config)}
    for name, data in own.items():
        publish(folder.root / name, data)
    hashes = {name: sha256(data).hexdigest() for name, data in own.items()}
    said = manifest(begun, done, dropped, journal.closed(), hashes)
    signed = signed_manifest(folder.root, config.governance.signing_key, _json(said))
    folder.keep_only({*written.difference(dropped), *own, *signed})


def _json(value: Mapping[str, object]) -> bytes:
    return f"{json.dumps(value, indent=2)}\n".encode()


def _yaml(config: Config) -> bytes:
    writer, stream = YAML(), io.BytesIO()
    writer.dump(config.resolved(), stream)
    return stream.getvalue()
