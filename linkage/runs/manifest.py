"""What a run was made of: hashes, versions, stages, seeds, who ran it. No count of people."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from linkage.config.schema import Config
from linkage.runs.done import Done
from linkage.runs.events import now
from linkage.runs.fingerprints import versions
from linkage.runs.folder import RunFolder
from linkage.runs.inputs import Input

FORMAT = 1


def opening(folder: RunFolder, config: Config, inputs: Mapping[str, Input]) -> dict[str, object]:
    """Return what is known of a run before its first stage: the report prints it."""
    return {
        "format": FORMAT,
        "run": folder.run,
        "name": config.name,
        "purpose": config.purpose,
        "identity": folder.identity,
        "started": folder.started,
        "user": os.getuid(),
        "versions": versions(),
        "seeds": dict(_seeds(config.resolved())),
        "inputs": {
            name: {"file": each.path.name, "sha256": each.sha256} for name, each in inputs.items()
        },
    }


def manifest(
    begun: Mapping[str, object],
    stages: Sequence[Done],
    dropped: Collection[str],
    audit_head: str,
    files: Mapping[str, str],
) -> dict[str, object]:
    """Return the manifest of a finished run.

    Parameters
    ----------
    begun
        What :func:`opening` said of it.
    dropped
        Files that stages wrote and that the run does not keep.
    audit_head
        The last hash of the audit log: with it a cut tail shows.
    files
        The sha256 of each file that no stage wrote.
    """
    return {
        **begun,
        "finished": now(),
        "stages": [_stage(done, dropped) for done in stages],
        "files": dict(files),
        "audit_head": audit_head,
    }


def _stage(done: Done, dropped: Collection[str]) -> dict[str, object]:
    return {
        "name": done.stage,
        "key": done.key,
        "seconds": round(done.seconds, 3),
        "outputs": {
            file: {"sha256": sha256, "kept": file not in dropped}
            for file, sha256 in done.outputs.items()
        },
    }


def _seeds(settings: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, int]]:
    """Yield every setting called ``seed``, by its path."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _seeds(value, f"{path}{name}.")
        elif name == "seed":
            yield f"{path}{name}", value
