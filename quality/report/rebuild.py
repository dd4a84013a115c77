"""The report of a finished run, made again from the tables that the run left."""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from linkage.config.schema import Config
from linkage.errors import ApprovedError, ConfigError, Fault
from linkage.runs.fingerprints import file_hash
from linkage.runs.publish import publish
from linkage.runs.sharing import share_release
from linkage.runs.storage import storage
from linkage.runs.workspace import Workspace
from quality.release.listed import MANIFEST
from quality.release.manifest import PENDING
from quality.release.register import entry_name, register_of
from quality.report.write import PAGE
from quality.stages import STAGES

_STAGE = next(stage for stage in STAGES if stage.name == "report")
_RUN = "manifest.json"
RELEASE = Path("for_release") / MANIFEST


def rebuild(run: Path) -> Path:
    """Make the report of the finished run in the folder ``run`` again and return where it is.

    The manifests of the run and of its release then hold the hashes of the new files.

    Raises
    ------
    ConfigError
        When ``run`` is not the folder of a finished run.
    ApprovedError
        When the release of the run was approved.
    """
    root = run.resolve()
    if not (root / _RUN).is_file():
        raise ConfigError(
            Fault(
                "R420",
                "this is not the folder of a finished run",
                "give the folder that link run printed last",
                file=run,
            )
        )
    _refuse_approved(root)
    config = _settings(root / "config.resolved.yaml")
    with Workspace(root, config.engine) as workspace:
        _STAGE.function(workspace, config)
        share_release(root, workspace.release, config.disclosure.release_group)
    _note_hashes(root)
    return root / PAGE


def _settings(path: Path) -> Config:
    """Return the settings of the run, every default among them: more than a user may write."""
    with storage(path, "reading the settings of the run"):
        return Config.model_validate(YAML(typ="safe").load(path.read_bytes()))


def _refuse_approved(root: Path) -> None:
    path = root / RELEASE
    entry = register_of(root) / entry_name(root.parent.name, root.name)
    with storage(entry, "reading the register of releases"):
        approved = entry.exists()
    if approved or (path.is_file() and _read(path).get("state") != PENDING):
        raise ApprovedError(
            Fault(
                "R421",
                "the release of this run was approved, so its report must not change",
                "run again and have the new run approved",
                file=path,
            )
        )


def _note_hashes(root: Path) -> None:
    """Write the hashes of the new files into the run's manifest, under the stage that made them."""
    manifest = _read(root / _RUN)
    for stage in manifest["stages"]:
        if stage["name"] == _STAGE.name:
            for file in stage["outputs"]:
                stage["outputs"][file]["sha256"] = file_hash(root / file)
    publish(root / _RUN, f"{json.dumps(manifest, indent=2)}\n".encode())


def _read(path: Path) -> dict[str, Any]:
    with storage(path, "reading a manifest"):
        found: dict[str, Any] = json.loads(path.read_bytes())
    return found
